import { cast } from "../base/units.ts";
import type { ApiObject, Resource } from "../api/object.ts";
import type { WatchSpec } from "../client/component.ts";
import type { Program } from "./process.ts";
import type { Change } from "./world.ts";

/** Who watches what, so that a commit costs the interested processes only: by resource, and by the node or name selected. */
export class WatcherIndex {
  /** process → resource → spec */
  readonly #specs = new Map<string, Map<Resource, WatchSpec>>();
  readonly #all = new Map<Resource, string[]>();
  /** resource → name → processes */
  readonly #byName = new Map<Resource, Map<string, string[]>>();
  /** resource → node → processes */
  readonly #byNode = new Map<Resource, Map<string, string[]>>();

  constructor(programs: ReadonlyMap<string, Program>) {
    for (const [name, { component }] of programs) {
      const specs = new Map<Resource, WatchSpec>();
      this.#specs.set(name, specs);
      for (const spec of component.watches) {
        specs.set(spec.resource, spec);
        this.#add(name, spec);
      }
    }
  }

  spec(process: string, resource: Resource): WatchSpec | undefined {
    return this.#specs.get(process)?.get(resource);
  }

  /** Processes whose watch may tell a change; the server's selectors decide. */
  interested({ resource, before, after }: Change): readonly string[] {
    const all = this.#all.get(resource) ?? NOBODY;
    const byName = this.#byName.get(resource);
    const byNode = this.#byNode.get(resource);
    if (byName === undefined && byNode === undefined) return all;
    const named = byName?.get((after ?? before)?.metadata.name ?? "");
    const was = byNode === undefined ? undefined : nodeOf(before);
    const is = byNode === undefined ? undefined : nodeOf(after);
    const here = is === undefined ? undefined : byNode?.get(is);
    const there = was === undefined || was === is ? undefined : byNode?.get(was);
    if (named === undefined && here === undefined && there === undefined) return all;
    return [...all, ...(named ?? NOBODY), ...(here ?? NOBODY), ...(there ?? NOBODY)];
  }

  #add(name: string, { resource, fieldSelector = "" }: WatchSpec): void {
    const [field, value] = fieldSelector.split("=");
    const isSingle = value !== undefined && value !== "" && !fieldSelector.includes(",");
    if (isSingle && field === "metadata.name") add(inner(this.#byName, resource), value, name);
    else if (isSingle && field === "spec.nodeName") add(inner(this.#byNode, resource), value, name);
    else add(this.#all, resource, name);
  }
}

const NOBODY: readonly string[] = [];

function inner(map: Map<Resource, Map<string, string[]>>, resource: Resource): Map<string, string[]> {
  let found = map.get(resource);
  if (found === undefined) {
    found = new Map();
    map.set(resource, found);
  }
  return found;
}

function add(map: Map<string, string[]>, key: string, value: string): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

function nodeOf(object: ApiObject | undefined): string | undefined {
  return object === undefined
    ? undefined
    : cast<{ readonly spec?: { readonly nodeName?: string } }>(object).spec?.nodeName;
}
