import { parse as parseYaml, stringify as stringifyYaml } from "yaml";
import { YAML_RULES } from "../../api/yaml-rules.ts";

/** A parsed body and the keys that stand twice in one object, as paths. */
export interface ParsedBody {
  readonly value: unknown;
  readonly duplicates: readonly string[];
}

interface Frame {
  readonly path: string;
  readonly keys: Set<string> | undefined;
  index: number;
  key: string;
}

/** Parses YAML 1.1 as the API server does (y and no are booleans); undefined when it is none. */
export function parseYamlBody(text: string): ParsedBody | undefined {
  try {
    return { value: parseYaml(text, YAML_RULES) as unknown, duplicates: [] };
  } catch {
    return undefined;
  }
}

/** YAML 1.1 in the style of the API server: keys in order, lists not indented. */
export function yamlText(value: unknown): string {
  return stringifyYaml(value, {
    version: "1.1",
    sortMapEntries: true,
    aliasDuplicateObjects: false,
    indentSeq: false,
    lineWidth: 0,
  });
}

/** Parses JSON text and lists duplicate keys, of which the last wins; undefined when it is no JSON. */
export function parseJsonBody(text: string): ParsedBody | undefined {
  try {
    return { value: JSON.parse(text) as unknown, duplicates: duplicateKeys(text) };
  } catch {
    return undefined;
  }
}

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

function duplicateKeys(text: string): readonly string[] {
  const duplicates: string[] = [];
  const stack: Frame[] = [];
  const tokens = text.match(TOKEN) ?? [];
  for (const [i, token] of tokens.entries()) {
    const top = stack.at(-1);
    if (token === "{" || token === "[")
      stack.push({ path: placeOf(top), keys: token === "{" ? new Set() : undefined, index: 0, key: "" });
    else if (token === "}" || token === "]") stack.pop();
    else if (token === "," && top !== undefined) top.index += 1;
    else if (tokens[i + 1] === ":" && top?.keys !== undefined) {
      top.key = JSON.parse(token) as string;
      const path = top.path === "" ? top.key : `${top.path}.${top.key}`;
      if (top.keys.has(top.key)) duplicates.push(path);
      top.keys.add(top.key);
    }
  }
  return duplicates;
}

function placeOf(frame: Frame | undefined): string {
  if (frame === undefined) return "";
  if (frame.keys === undefined) return `${frame.path}[${frame.index}]`;
  return frame.path === "" ? frame.key : `${frame.path}.${frame.key}`;
}
