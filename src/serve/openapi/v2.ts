import { gunzipSync } from "node:zlib";
import protobuf from "protobufjs/minimal.js";
import { cast } from "../../base/units.ts";
import type { Documents } from "./documents.ts";

/** A schema as OpenAPI has it in both versions. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly required?: readonly string[];
  readonly enum?: readonly unknown[];
  readonly items?: Schema;
  readonly allOf?: readonly Schema[];
  readonly additionalProperties?: Schema;
  readonly properties?: { readonly [name: string]: Schema };
  readonly [extension: `x-${string}`]: unknown;
}

/** Definitions of OpenAPI v2 by their names. */
export type Definitions = ReadonlyMap<string, Schema>;

const REF = "#/components/schemas/";

/** The schemas of all published v3 documents as v2 has them. */
export function v2Definitions({ index, group }: Documents): Definitions {
  const definitions = new Map<string, Schema>();
  for (const path of Object.keys(index.paths)) {
    const packed = group(path);
    if (packed === undefined) continue;
    const document = cast<{ readonly components?: { readonly schemas?: { readonly [name: string]: Schema } } }>(
      JSON.parse(gunzipSync(packed).toString("utf8")),
    );
    for (const [name, schema] of Object.entries(document.components?.schemas ?? {}))
      if (!definitions.has(name)) definitions.set(name, downgraded(schema));
  }
  return definitions;
}

/** v3 wraps a reference with a default into allOf; v2 has the bare reference. */
function downgraded(schema: Schema): Schema {
  const { allOf, items, additionalProperties, properties, $ref, default: _, ...rest } = schema;
  const [only] = allOf ?? [];
  const ref = $ref ?? (allOf?.length === 1 ? only?.$ref : undefined);
  return {
    ...rest,
    ...(ref !== undefined && { $ref: ref.replace(REF, "#/definitions/") }),
    ...(items !== undefined && { items: downgraded(items) }),
    ...(typeof additionalProperties === "object" && { additionalProperties: downgraded(additionalProperties) }),
    ...(properties !== undefined && {
      properties: Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, downgraded(value)])),
    }),
  };
}

/** The document as JSON. */
export function v2Json(definitions: Definitions): object {
  return {
    swagger: "2.0",
    info: { title: "Kubernetes", version: "v1.36.2" },
    paths: {},
    definitions: Object.fromEntries(definitions),
  };
}

type Writer = protobuf.Writer;

const WRITER = protobuf.Writer;
/** Field numbers of openapi.v2.Document, Schema and what they hold (gnostic's OpenAPIv2.proto). */
const DOCUMENT = { swagger: 1, info: 2, paths: 8, definitions: 9 } as const;
const SCHEMA = {
  ref: 1,
  format: 2,
  description: 4,
  required: 19,
  enum: 20,
  additionalProperties: 21,
  type: 22,
  items: 23,
  properties: 25,
  extension: 31,
} as const;

/** The document in gnostic's protobuf form, which client-go asks for. */
export function v2Protobuf(definitions: Definitions): Buffer {
  const document = WRITER.create();
  text(document, DOCUMENT.swagger, "2.0");
  const info = WRITER.create();
  text(info, 1, "Kubernetes");
  text(info, 2, "v1.36.2");
  message(document, DOCUMENT.info, info);
  message(document, DOCUMENT.paths, WRITER.create());
  message(document, DOCUMENT.definitions, named([...definitions]));
  return Buffer.from(document.finish());
}

/** NamedSchema entries: {name, value}. */
function named(entries: readonly (readonly [string, Schema])[]): Writer {
  const list = WRITER.create();
  for (const [name, schema] of entries) {
    const entry = WRITER.create();
    text(entry, 1, name);
    message(entry, 2, schemaOf(schema));
    message(list, 1, entry);
  }
  return list;
}

function schemaOf(schema: Schema): Writer {
  const writer = WRITER.create();
  if (schema.$ref !== undefined) text(writer, SCHEMA.ref, schema.$ref);
  if (schema.format !== undefined) text(writer, SCHEMA.format, schema.format);
  if (schema.description !== undefined) text(writer, SCHEMA.description, schema.description);
  for (const name of schema.required ?? []) text(writer, SCHEMA.required, name);
  for (const value of schema.enum ?? []) message(writer, SCHEMA.enum, anyOf(value));
  if (schema.additionalProperties !== undefined)
    message(writer, SCHEMA.additionalProperties, wrapped(schemaOf(schema.additionalProperties)));
  if (schema.type !== undefined) {
    const type = WRITER.create();
    text(type, 1, schema.type);
    message(writer, SCHEMA.type, type);
  }
  if (schema.items !== undefined) message(writer, SCHEMA.items, wrapped(schemaOf(schema.items)));
  if (schema.properties !== undefined) message(writer, SCHEMA.properties, named(Object.entries(schema.properties)));
  for (const [name, value] of Object.entries(schema)) {
    if (!name.startsWith("x-")) continue;
    const extension = WRITER.create();
    text(extension, 1, name);
    message(extension, 2, anyOf(value));
    message(writer, SCHEMA.extension, extension);
  }
  return writer;
}

/** AdditionalPropertiesItem and ItemsItem hold their schema as field 1. */
function wrapped(schema: Writer): Writer {
  const writer = WRITER.create();
  message(writer, 1, schema);
  return writer;
}

/** Any: its value as YAML, of which JSON is a part. */
function anyOf(value: unknown): Writer {
  const writer = WRITER.create();
  text(writer, 2, JSON.stringify(value));
  return writer;
}

function text(writer: Writer, field: number, value: string): void {
  writer.uint32((field << 3) | 2).string(value);
}

function message(writer: Writer, field: number, value: Writer): void {
  writer.uint32((field << 3) | 2).bytes(value.finish());
}
