import { deepEqual } from "../../api/equal.ts";
import { isObject } from "./merge.ts";

interface Operation {
  readonly op?: unknown;
  readonly path?: unknown;
  readonly from?: unknown;
  readonly value?: unknown;
}

/** RFC 6902 on immutable data; undefined when an operation fails. */
export function jsonPatch(target: unknown, operations: readonly unknown[]): { readonly value: unknown } | undefined {
  let document: unknown = target;
  for (const operation of operations) {
    if (!isObject(operation)) return undefined;
    const next = applyOperation(document, operation);
    if (next === undefined) return undefined;
    document = next.value;
  }
  return { value: document };
}

type Outcome = { readonly value: unknown } | undefined;

function applyOperation(document: unknown, operation: Operation): Outcome {
  const path = pointer(operation.path);
  if (path === undefined) return undefined;
  switch (operation.op) {
    case "add":
      return operation.value === undefined || path.length === 0
        ? undefined
        : edit(document, path, "add", operation.value);
    case "replace":
      return edit(document, path, "replace", operation.value ?? null);
    case "remove":
      return edit(document, path, "remove", undefined);
    case "test": {
      const found = lookUp(document, path);
      const wanted = operation.value ?? null;
      return deepEqual(found?.value ?? null, wanted) ? { value: document } : undefined;
    }
    case "copy":
    case "move": {
      const from = pointer(operation.from);
      const found = from === undefined ? undefined : lookUp(document, from);
      if (from === undefined || found === undefined) return undefined;
      const rest = operation.op === "move" ? edit(document, from, "remove", undefined) : { value: document };
      return rest === undefined ? undefined : edit(rest.value, path, "add", found.value);
    }
    default:
      return undefined;
  }
}

function pointer(text: unknown): readonly string[] | undefined {
  if (typeof text !== "string") return undefined;
  if (text === "") return [];
  const [, ...parts] = text.split("/");
  if (parts.length === 0) return undefined;
  return parts.map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function lookUp(document: unknown, path: readonly string[]): Outcome {
  let value: unknown = document;
  for (const part of path) {
    if (Array.isArray(value)) {
      const i = index(part, value.length);
      if (i === undefined || i >= value.length) return undefined;
      value = value[i];
    } else if (isObject(value) && Object.hasOwn(value, part)) value = value[part];
    else return undefined;
  }
  return { value };
}

/** Position in a list; -1 is the last place. */
function index(part: string, length: number): number | undefined {
  if (!/^-?\d+$/.test(part)) return undefined;
  const i = Number(part);
  const place = i < 0 ? i + length : i;
  return place < 0 ? undefined : place;
}

type Mode = "add" | "replace" | "remove";

function edit(document: unknown, path: readonly string[], mode: Mode, value: unknown): Outcome {
  const [part, ...rest] = path;
  if (part === undefined) return mode === "remove" ? undefined : { value };
  if (Array.isArray(document)) return editList(document, part, rest, mode, value);
  if (!isObject(document)) return undefined;
  const present = Object.hasOwn(document, part);
  if (rest.length > 0) {
    if (!present) return undefined;
    const inner = edit(document[part], rest, mode, value);
    return inner === undefined ? undefined : { value: { ...document, [part]: inner.value } };
  }
  if (mode !== "remove") return { value: { ...document, [part]: value } };
  if (!present) return undefined;
  const { [part]: _, ...others } = document;
  return { value: others };
}

function editList(
  list: readonly unknown[],
  part: string,
  rest: readonly string[],
  mode: Mode,
  value: unknown,
): Outcome {
  const adding = mode === "add" && rest.length === 0;
  const i = part === "-" && adding ? list.length : index(part, adding ? list.length + 1 : list.length);
  if (i === undefined || i > list.length || (i === list.length && !adding)) return undefined;
  const copy = [...list];
  if (rest.length > 0) {
    const inner = edit(list[i], rest, mode, value);
    if (inner === undefined) return undefined;
    copy[i] = inner.value;
  } else if (mode === "add") copy.splice(i, 0, value);
  else if (mode === "remove") copy.splice(i, 1);
  else copy[i] = value;
  return { value: copy };
}
