import type { z } from "zod";
import { InputError } from "../../base/input-error.ts";
import { show } from "./fields.ts";

type Path = readonly PropertyKey[];

/** Where a value stands: file and, if known, line. */
export type Place = (path: Path) => string;

/** A place without lines. */
export function inFile(file: string): Place {
  return () => file;
}

/** Checks `value`; the first mistake becomes an InputError "file:line: path: sentence". */
export function decode<T>(schema: z.ZodType<T>, value: unknown, place: Place, at: Path = []): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = deepest(result.error.issues[0], value);
  fail(place, [...at, ...issue.path], issue.message);
}

/** Ends decoding with the mistake at `path`. */
export function fail(place: Place, path: Path, sentence: string): never {
  const field = dotted(path);
  throw new InputError(
    `${place(path)}: ${field === "" ? "" : `${field}: `}${sentence.endsWith(".") ? sentence : `${sentence}.`}`,
  );
}

/** dotted(["spec", "steps", 3, "at"]) = "spec.steps[3].at" */
export function dotted(path: Path): string {
  let out = "";
  for (const part of path)
    out += typeof part === "number" ? `[${part}]` : out === "" ? String(part) : `.${String(part)}`;
  return out;
}

interface Mistake {
  readonly path: Path;
  readonly message: string;
}

/** Of a union, the mistake of the alternative that came furthest. */
function deepest(issue: z.core.$ZodIssue | undefined, input: unknown): Mistake {
  if (issue === undefined) return { path: [], message: "is not what was expected" };
  if (issue.code === "invalid_union") {
    let best: Mistake | undefined;
    for (const alternative of issue.errors) {
      const inner = deepest(alternative[0], at(input, issue.path));
      if (inner.path.length > 0 && at(at(input, issue.path), inner.path) === undefined) continue;
      if (best === undefined || inner.path.length > best.path.length) best = inner;
    }
    if (best !== undefined && best.path.length > 0)
      return { path: [...issue.path, ...best.path], message: best.message };
    return {
      path: issue.path,
      message: issue.message === "Invalid input" ? (best?.message ?? issue.message) : issue.message,
    };
  }
  if (issue.code === "unrecognized_keys")
    return { path: issue.path, message: `unknown field ${issue.keys.map((key) => JSON.stringify(key)).join(", ")}` };
  if (issue.code === "invalid_type")
    return { path: issue.path, message: `expected ${typeName(issue.expected)}, found ${show(at(input, issue.path))}` };
  return { path: issue.path, message: issue.message };
}

function typeName(expected: string): string {
  const names: { readonly [type: string]: string } = {
    object: "a map",
    record: "a map",
    array: "a list",
    string: "a text",
    number: "a number",
    boolean: "true or false",
  };
  return names[expected] ?? expected;
}

function at(value: unknown, path: Path): unknown {
  let here = value;
  for (const part of path) {
    if (typeof here !== "object" || here === null) return undefined;
    here = Reflect.get(here, part);
  }
  return here;
}
