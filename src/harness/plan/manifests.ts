import type { Manifest } from "../../api/object.ts";
import { YAML_RULES } from "../../api/yaml-rules.ts";
import { InputError } from "../../base/input-error.ts";
import { cast } from "../../base/units.ts";
import { fail } from "./decode.ts";
import type { Place } from "./decode.ts";
import { show } from "./fields.ts";
import { parseYaml } from "./yaml.ts";

/** The objects of a YAML or JSON text; Lists are opened. They are read as kubectl reads them. Any mistake is one sentence with file, line and path. */
export function parseManifests(text: string, fileName: string): Manifest[] {
  const manifests: Manifest[] = [];
  for (const { value, place } of parseYaml(text, fileName, YAML_RULES)) collect(value, place, [], manifests);
  if (manifests.length === 0) throw new InputError(`${fileName}: expected at least one Kubernetes object, found none.`);
  return manifests;
}

function collect(value: unknown, place: Place, path: readonly PropertyKey[], into: Manifest[]): void {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    fail(place, path, `expected a Kubernetes object, found ${show(value)}.`);
  const kind = field(value, "kind", place, path);
  field(value, "apiVersion", place, path);
  const items: unknown = Reflect.get(value, "items");
  if (kind.endsWith("List") && Array.isArray(items)) {
    for (const [i, item] of items.entries()) collect(item, place, [...path, "items", i], into);
    return;
  }
  const metadata: unknown = Reflect.get(value, "metadata");
  if (typeof metadata !== "object" || metadata === null || Array.isArray(metadata))
    fail(place, [...path, "metadata"], `expected a map with the name of the ${kind}, found ${show(metadata)}.`);
  const name: unknown = Reflect.get(metadata, "name") ?? Reflect.get(metadata, "generateName");
  if (typeof name !== "string" || name === "")
    fail(place, [...path, "metadata", "name"], `expected the name of the ${kind}, found ${show(name)}.`);
  into.push(cast<Manifest>(value));
}

function field(value: object, name: string, place: Place, path: readonly PropertyKey[]): string {
  const found: unknown = Reflect.get(value, name);
  if (typeof found !== "string" || found === "")
    fail(place, [...path, name], `expected the ${name} of a Kubernetes object, found ${show(found)}.`);
  return found;
}
