import { expect, test } from "vitest";
import { digestPlacement, emptyPlacements, placementsHex } from "./placement-digest.ts";

function reference(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const char of text) hash = ((hash ^ BigInt(char.charCodeAt(0))) * 0x100000001b3n) & 0xffff_ffff_ffff_ffffn;
  return hash.toString(16).padStart(16, "0");
}

test("placement digest > is FNV-1a of 64 bits over names and newlines", () => {
  const digest = emptyPlacements();
  expect(placementsHex(digest)).toBe("cbf29ce484222325");
  const names = ["node-00000", "", "node-04999", "z"];
  for (const name of names) digestPlacement(digest, name);
  expect(placementsHex(digest)).toBe(reference(`${names.join("\n")}\n`));
});
