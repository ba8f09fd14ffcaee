import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { decodeProtobuf } from "./decode.ts";

interface Sent {
  readonly b?: unknown;
  readonly b64?: string;
}

/** Bodies that kubectl sent in protobuf, with the same as JSON. */
function recorded(): readonly Sent[] {
  const text = gunzipSync(readFileSync("properties/conformance/golden/kubectl/kubectl.jsonl.gz")).toString("utf8");
  return text
    .split("\n")
    .filter((line) => line !== "")
    .flatMap(
      (line) =>
        (JSON.parse(line) as { readonly steps: readonly { readonly r?: { readonly http?: readonly Sent[] } }[] }).steps,
    )
    .flatMap(({ r }) => r?.http ?? [])
    .filter(({ b64 }) => b64 !== undefined);
}

/** Without nulls, which protobuf has not; uids were given names in the recording's JSON. */
function comparable(value: unknown): unknown {
  if (typeof value === "string") return value.replaceAll(/[0-9a-f-]{36}|\buid\d+\b/g, "UID");
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([key, item]) => item !== null && key !== "status");
  return Object.fromEntries(entries.map(([key, item]) => [key, comparable(item)]));
}

test("decode > recorded bodies decode to what kubectl meant", () => {
  const sent = recorded();
  expect(sent.length).toBeGreaterThan(20);
  for (const { b, b64 = "" } of sent)
    expect(comparable(decodeProtobuf(Buffer.from(b64, "base64")))).toEqual(comparable(b));
});

test("decode > what is no message is told in one sentence", () => {
  expect(decodeProtobuf(Buffer.from("{}"))).toMatch(/^provided data does not appear to be a protobuf message/);
  const magic = Buffer.from([0x6b, 0x38, 0x73, 0]);
  expect(decodeProtobuf(Buffer.concat([magic, Buffer.from([0xff, 0xff, 0xff])]))).toMatch(/cannot be decoded/);
  expect(decodeProtobuf(magic)).toMatch(/^no kind/);
});
