import { goText } from "../patch/go-text.ts";
import { isObject } from "../patch/merge.ts";
import { elementText, fieldElement, itemElement } from "./path-element.ts";
import { childShape, concrete } from "./shape.ts";
import type { ListShape, MapShape, Shape } from "./shape.ts";

/** Why a configuration does not have the shape of its type, in upstream's words; undefined when it has. */
export function shapeProblem(shape: Shape, value: unknown): string | undefined {
  const problems = problemsOf(shape, value, "");
  if (problems.length <= 1) return problems[0];
  return ["errors:", ...problems.map((problem) => `  ${problem}`)].join("\n");
}

function problemsOf(loose: Shape, value: unknown, path: string): readonly string[] {
  if (value === null || value === undefined) return [];
  const shape = concrete(loose, value);
  if (shape.kind === "list")
    return Array.isArray(value)
      ? itemProblems(shape, value, path)
      : [at(path, `expected list, got &{${goText(value)}}`)];
  if (shape.kind === "map")
    return isObject(value) ? fieldProblems(shape, value, path) : [at(path, `expected map, got &{${goText(value)}}`)];
  const problem = shape.kind === "scalar" ? scalarProblem(shape.scalar, value) : undefined;
  return problem === undefined ? [] : [at(path, problem)];
}

function at(path: string, problem: string): string {
  return path === "" ? problem : `${path}: ${problem}`;
}

function scalarProblem(scalar: "numeric" | "string" | "boolean" | "untyped", value: unknown): string | undefined {
  const isNested = typeof value === "object";
  if (scalar === "numeric")
    return typeof value === "number" ? undefined : `expected numeric (int or float), got ${goType(value)}`;
  if (scalar === "string")
    return typeof value === "string"
      ? undefined
      : `expected string, got &value.valueUnstructured{Value:${goSyntax(value)}}`;
  if (scalar === "boolean") return typeof value === "boolean" ? undefined : `expected boolean, got &{${goText(value)}}`;
  return isNested ? `expected any scalar, got &{${goText(value)}}` : undefined;
}

function goType(value: unknown): string {
  if (Array.isArray(value)) return "[]interface {}";
  if (isObject(value)) return "map[string]interface {}";
  return typeof value === "boolean" ? "bool" : "string";
}

/** A value as Go's %#v prints it. */
function goSyntax(value: unknown): string {
  if (Array.isArray(value)) return `[]interface {}{${value.map(goSyntax).join(", ")}}`;
  if (!isObject(value)) return JSON.stringify(value);
  const fields = Object.keys(value).sort();
  return `map[string]interface {}{${fields.map((key) => `${JSON.stringify(key)}:${goSyntax(value[key])}`).join(", ")}}`;
}

function itemProblems(shape: ListShape, list: readonly unknown[], path: string): readonly string[] {
  const problems: string[] = [];
  const seen = new Set<string>();
  for (const [i, item] of list.entries()) {
    if (shape.relation === "atomic") {
      problems.push(...problemsOf(shape.item(), item, `${path}[${i}]`));
      continue;
    }
    const found = itemElement(shape, item);
    if ("error" in found) return [...problems, at(path, `element ${i}: ${found.error}`)];
    const text = elementText(found.element);
    if (seen.has(found.element)) problems.push(at(path, `duplicate entries for key ${text}`));
    seen.add(found.element);
    problems.push(...problemsOf(shape.item(), item, path + text));
  }
  return problems;
}

function fieldProblems(shape: MapShape, value: { readonly [key: string]: unknown }, path: string): readonly string[] {
  const problems: string[] = [];
  for (const [key, inner] of Object.entries(value)) {
    const child = childShape(shape, key);
    const place = path + elementText(fieldElement(key));
    if (child === undefined) return [...problems, at(place, "field not declared in schema")];
    problems.push(...problemsOf(child, inner, place));
  }
  return problems;
}
