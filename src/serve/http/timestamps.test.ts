import { expect, test } from "vitest";
import { toVirtual, toWall } from "./timestamps.ts";

const OFFSET = 3_600_000;

test("timestamps > move with the wall's clock and back", () => {
  const text = '{"a":"2026-01-01T00:00:05Z","b":"2026-01-01T00:00:05.123000Z","c":"v2026-01-01","d":"1.2.3"}';
  const shown = toWall(text, OFFSET);
  expect(shown).toBe('{"a":"2026-01-01T01:00:05Z","b":"2026-01-01T01:00:05.123000Z","c":"v2026-01-01","d":"1.2.3"}');
  expect(toVirtual(shown, OFFSET)).toBe(text);
  expect(toWall(text, 0)).toBe(text);
});
