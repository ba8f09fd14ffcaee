import { deepEqual } from "./deep-equal.ts";
import { isObject } from "./apiserver-normalise.ts";

/** Code and body of an answer. */
export interface KubectlAnswer {
  readonly code: number;
  readonly body: unknown;
}

/** Whether two answers are the same but for the versions of lists, and texts that name Go's internal types. */
export function sameKubectlAnswer(expected: KubectlAnswer, actual: KubectlAnswer): boolean {
  if (expected.code !== actual.code) return false;
  // Of a text the recordings keep the number that it begins with; of a stream without events, nothing.
  if (typeof expected.body === "number") return String(actual.body).startsWith(String(expected.body));
  if (expected.body === null && Array.isArray(actual.body)) return actual.body.length === 0;
  return deepEqual(plain(expected.body), plain(actual.body));
}

function plain(value: unknown, key = ""): unknown {
  if (typeof value === "string") {
    if (key === "resourceVersion" && value === "list") return "list";
    return key === "message" ? plainMessage(value) : value;
  }
  if (Array.isArray(value)) return value.map((item: unknown) => plain(item, key));
  if (!isObject(value)) return value;
  const result: { [key: string]: unknown } = {};
  const isList = Array.isArray(value["items"]) || Array.isArray(value["rows"]);
  for (const name of Object.keys(value)) {
    const inner = value[name];
    result[name] =
      isList && name === "metadata" && isObject(inner) ? { ...inner, resourceVersion: "list" } : plain(inner, name);
  }
  return result;
}

function plainMessage(text: string): string {
  const diff = text.indexOf("\n");
  const short = text.includes("Forbidden: ") && diff >= 0 ? text.slice(0, diff) : text;
  return short.replaceAll(/Invalid value: [{["].*?[}\]"]: (?=[a-zA-Z`])/g, "Invalid value: …: ");
}
