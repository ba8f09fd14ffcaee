import { LineCounter, parseAllDocuments, isMap, isNode, isScalar } from "yaml";
import type { Document } from "yaml";
import type { YAML_RULES } from "../../api/yaml-rules.ts";
import { InputError } from "../../base/input-error.ts";
import type { Place } from "./decode.ts";

/** Largest text that is read: 5 MB. */
export const MAX_BYTES: number = 5_000_000;

/** One document of a YAML text, as plain data, with the line of each of its fields. */
export interface YamlDocument {
  readonly value: unknown;
  /** Line in the text at which the document begins, from 1. */
  readonly line: number;
  readonly place: Place;
}

/** All documents of a text that are not empty, by YAML 1.2 or the given rules; any mistake is an InputError with file and line. */
export function parseYaml(text: string, file: string, rules: Partial<typeof YAML_RULES> = {}): YamlDocument[] {
  if (text.length > MAX_BYTES)
    throw new InputError(
      `${file}: expected at most ${MAX_BYTES / 1_000_000} MB of YAML, found ${(text.length / 1_000_000).toFixed(1)} MB.`,
    );
  const binary = binaryAt(text);
  if (binary !== undefined) throw new InputError(`${file}:${binary}: expected YAML text, found binary data.`);
  const lines = new LineCounter();
  const parsed = parseAllDocuments(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: true,
    logLevel: "error",
    merge: true,
    ...rules,
  });
  const documents: YamlDocument[] = [];
  for (const document of Array.isArray(parsed) ? parsed : []) {
    const error = document.errors[0];
    if (error !== undefined)
      throw new InputError(
        `${file}:${lines.linePos(error.pos[0]).line}: this is not valid YAML: ${sentence(error.message)}`,
      );
    const value = plain(document, file, lines);
    if (value === null || value === undefined) continue;
    documents.push({
      value,
      line: lineOf(document.contents?.range?.[0] ?? 0, lines),
      place: placeIn(document, file, lines),
    });
  }
  return documents;
}

function plain(document: Document.Parsed, file: string, lines: LineCounter): unknown {
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 1000 });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new InputError(
      `${file}:${lineOf(document.range[0], lines)}: the aliases of this document cannot be resolved: ${sentence(why)}`,
    );
  }
  if (cyclic(value, new Set()))
    throw new InputError(
      `${file}:${lineOf(document.range[0], lines)}: expected a finite document, found an alias that contains itself.`,
    );
  return value;
}

function placeIn(document: Document.Parsed, file: string, lines: LineCounter): Place {
  return (path) => {
    let offset = document.contents?.range?.[0] ?? 0;
    let node: unknown = document.contents;
    for (const part of path) {
      if (isMap(node)) {
        const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(part));
        if (pair === undefined) break;
        if (isNode(pair.key)) offset = pair.key.range?.[0] ?? offset;
        node = pair.value;
      } else {
        node = document.getIn([...path.slice(0, path.indexOf(part) + 1)].map(String), true);
        if (!isNode(node)) break;
        offset = node.range?.[0] ?? offset;
      }
    }
    return `${file}:${lineOf(offset, lines)}`;
  };
}

function lineOf(offset: number, lines: LineCounter): number {
  return lines.linePos(offset).line;
}

/** The line of the first character that no text file holds. */
function binaryAt(text: string): number | undefined {
  let line = 1;
  for (let i = 0; i < text.length; i += 1) {
    const c = text.charCodeAt(i);
    if (c === 10) line += 1;
    else if (c === 0xfffd || (c < 32 && c !== 9 && c !== 13)) return line;
  }
  return undefined;
}

/** True when a value contains itself; `open` holds the values on the way down. */
function cyclic(value: unknown, open: Set<object>): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (open.has(value)) return true;
  open.add(value);
  for (const child of Object.values(value)) if (cyclic(child, open)) return true;
  open.delete(value);
  return false;
}

function sentence(message: string): string {
  const line = message.split("\n")[0] ?? "";
  return /[.!?]$/.test(line) ? line : `${line}.`;
}
