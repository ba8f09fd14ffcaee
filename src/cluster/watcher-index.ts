import { cast } from "../base/units.ts";
import type { ApiObject, Resource } from "../api/object.ts";
import type { WatchSpec } from "../client/component.ts";
import type { ProcessState, Program } from "./process.ts";
import type { Change } from "./world.ts";

/**
 * Who watches what, so that a commit costs the interested processes only: by resource, and by the node or name selected.
 * Processes stand for themselves by their ordinals.
 */
export class WatcherIndex {
  /** ordinal of the process → resource → spec */
  readonly #specs: ReadonlyMap<Resource, WatchSpec>[] = [];
  readonly #all = new Map<Resource, number[]>();
  /** resource → name → processes */
  readonly #byName = new Map<Resource, Map<string, number[]>>();
  /** resource → node → processes */
  readonly #byNode = new Map<Resource, Map<string, number[]>>();

  constructor(programs: readonly Program[]) {
    for (const [ordinal, { component }] of programs.entries()) {
      this.#specs.push(new Map(component.watches.map((spec) => [spec.resource, spec])));
      for (const spec of component.watches) this.#add(ordinal, spec);
    }
  }

  spec({ ordinal }: ProcessState, resource: Resource): WatchSpec | undefined {
    return this.#specs[ordinal]?.get(resource);
  }

  /** Processes whose watch of a resource may tell a change; the server's selectors decide. */
  all(resource: Resource): readonly number[] {
    return this.#all.get(resource) ?? NOBODY;
  }

  /** Further processes whose watch tells a change for sure: they select its one name or node, before or after. HOT. */
  concerned({ resource, before, after }: Change): readonly number[] {
    const named = this.#byName.get(resource)?.get((after ?? before)?.metadata.name ?? "") ?? NOBODY;
    const byNode = this.#byNode.get(resource);
    if (byNode === undefined) return named;
    const was = nodeOf(before);
    const is = nodeOf(after);
    const here = byNode.get(is ?? "") ?? NOBODY;
    const there = was === is ? NOBODY : (byNode.get(was ?? "") ?? NOBODY);
    return named.length + there.length === 0 ? here : [...named, ...here, ...there];
  }

  #add(process: number, { resource, fieldSelector = "" }: WatchSpec): void {
    const [field, value] = fieldSelector.split("=");
    const isSingle = value !== undefined && value !== "" && !fieldSelector.includes(",");
    if (isSingle && field === "metadata.name") add(inner(this.#byName, resource), value, process);
    else if (isSingle && field === "spec.nodeName") add(inner(this.#byNode, resource), value, process);
    else add(this.#all, resource, process);
  }
}

const NOBODY: readonly number[] = [];

function inner(map: Map<Resource, Map<string, number[]>>, resource: Resource): Map<string, number[]> {
  let found = map.get(resource);
  if (found === undefined) {
    found = new Map();
    map.set(resource, found);
  }
  return found;
}

function add(map: Map<string, number[]>, key: string, value: number): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

function nodeOf(object: ApiObject | undefined): string | undefined {
  return object === undefined
    ? undefined
    : cast<{ readonly spec?: { readonly nodeName?: string } }>(object).spec?.nodeName;
}
