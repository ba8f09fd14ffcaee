import protobuf from "protobufjs/minimal.js";
import { microTimestamp, timestamp, EPOCH_MS } from "../../base/time.ts";
import { protobufMessages } from "./messages.ts";
import type { Field, Messages } from "./messages.ts";

type Json = { [field: string]: unknown };
type Reader = protobuf.Reader;

/** Every body begins with these four bytes; a runtime.Unknown follows. */
const MAGIC = Buffer.from([0x6b, 0x38, 0x73, 0x00]);
/** Deeper messages are refused. */
const DEPTH_MAX = 64;

const READER = protobuf.Reader;

/** The object in a body of type application/vnd.kubernetes.protobuf as JSON, or why it is none. */
export function decodeProtobuf(bytes: Buffer): Json | string {
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC))
    return "provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]";
  try {
    const { apiVersion, kind, raw } = readUnknown(READER.create(bytes.subarray(MAGIC.length)));
    const messages = protobufMessages();
    const type = `${kind === "DeleteOptions" ? "meta/v1" : packageOf(apiVersion)}.${kind}`;
    if (!messages.has(type)) return `no kind "${kind}" is registered for version "${apiVersion}"`;
    return { apiVersion, kind, ...readMessage(messages, type, READER.create(raw), 0) };
  } catch (error) {
    return `the protobuf body cannot be decoded: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** "v1" is of core, "rbac.authorization.k8s.io/v1" of rbac. */
function packageOf(apiVersion: string): string {
  const [group = "", version] = apiVersion.split("/");
  return version === undefined ? `core/${group}` : `${group.split(".")[0] ?? ""}/${version}`;
}

function readUnknown(reader: Reader): { readonly apiVersion: string; readonly kind: string; readonly raw: Uint8Array } {
  let apiVersion = "";
  let kind = "";
  let raw: Uint8Array = new Uint8Array();
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag >>> 3 === 1) {
      const end = reader.uint32() + reader.pos;
      while (reader.pos < end) {
        const inner = reader.uint32() >>> 3;
        if (inner === 1) apiVersion = reader.string();
        else if (inner === 2) kind = reader.string();
        else throw new Error("unknown field of TypeMeta");
      }
    } else if (tag >>> 3 === 2) raw = reader.bytes();
    else reader.skipType(tag & 7);
  }
  return { apiVersion, kind, raw };
}

function readMessage(messages: Messages, type: string, reader: Reader, depth: number): Json {
  if (depth > DEPTH_MAX) throw new Error("messages are nested too deeply");
  const fields = messages.get(type);
  const object: Json = {};
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    const field = fields?.get(tag >>> 3);
    if (field === undefined) reader.skipType(tag & 7);
    else readField(messages, field, reader, object, depth);
  }
  return object;
}

function readField(messages: Messages, field: Field, reader: Reader, object: Json, depth: number): void {
  const { name } = field;
  if (field.map) {
    const [key, value] = readEntry(messages, field, reader, depth);
    object[name] = { ...(object[name] as Json | undefined), [key]: value };
    return;
  }
  if (field.items) {
    const inner = READER.create(reader.bytes());
    const items: unknown[] = [];
    while (inner.pos < inner.len) {
      inner.uint32();
      items.push(readValue(messages, field.type, inner, depth));
    }
    object[name] = items;
    return;
  }
  const value = readValue(messages, field.type, reader, depth);
  if (field.list) {
    const before = (object[name] as unknown[] | undefined) ?? [];
    before.push(value);
    object[name] = before;
  } else if (name === "") Object.assign(object, value);
  else if (field.pointer || field.kept || !isEmpty(value)) object[name] = value;
}

function readEntry(messages: Messages, field: Field, reader: Reader, depth: number): [string, unknown] {
  const inner = READER.create(reader.bytes());
  let key = "";
  let value: unknown = field.type === "s" || field.type === "y" ? "" : undefined;
  while (inner.pos < inner.len) {
    const tag = inner.uint32();
    if (tag >>> 3 === 1) key = inner.string();
    else value = readValue(messages, field.type, inner, depth);
  }
  return [key, value];
}

function readValue(messages: Messages, type: string, reader: Reader, depth: number): unknown {
  switch (type) {
    case "s":
      return reader.string();
    case "b":
      return reader.bool();
    case "i":
      return Number(String(reader.int64()));
    case "d":
      return reader.double();
    case "y":
      return Buffer.from(reader.bytes()).toString("base64");
    case "quantity":
      return readStrings(READER.create(reader.bytes())).get(1) ?? "0";
    case "intstr": {
      const parts = readStrings(READER.create(reader.bytes()));
      return parts.get(1) === 1 ? parts.get(3) : (parts.get(2) ?? 0);
    }
    case "time":
    case "microtime":
      return readTime(readStrings(READER.create(reader.bytes())), type);
    case "duration":
      return `${Number(readStrings(READER.create(reader.bytes())).get(1) ?? 0) / 1e9}s`;
    case "raw":
    case "fields":
      return readRaw(READER.create(reader.bytes()));
    default:
      return readMessage(messages, type, READER.create(reader.bytes()), depth + 1);
  }
}

/** Fields of a small message of texts and integers. */
function readStrings(reader: Reader): Map<number, string | number> {
  const found = new Map<number, string | number>();
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if ((tag & 7) === 2) found.set(tag >>> 3, reader.string());
    else if ((tag & 7) === 0) found.set(tag >>> 3, Number(String(reader.int64())));
    else reader.skipType(tag & 7);
  }
  return found;
}

function readTime(parts: Map<number, string | number>, type: string): string | null {
  const seconds = parts.get(1);
  if (typeof seconds !== "number") return null;
  const at = seconds * 1000 + Math.floor(Number(parts.get(2) ?? 0) / 1e6) - EPOCH_MS;
  return type === "time" ? timestamp(at) : microTimestamp(at);
}

function readRaw(reader: Reader): unknown {
  let text = "{}";
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag >>> 3 === 1) text = Buffer.from(reader.bytes()).toString("utf8");
    else reader.skipType(tag & 7);
  }
  return JSON.parse(text) as unknown;
}

function isEmpty(value: unknown): boolean {
  return value === "" || value === 0 || value === false || value === null;
}
