import { cast } from "../base/units.ts";
import type { ApiObject, Resource } from "../api/object.ts";
import type { WatchSpec } from "../client/component.ts";
import type { Program } from "./process.ts";
import type { Change } from "./world.ts";

/** Who watches what, so that a commit costs the interested processes only: by resource, and by the node or name selected. */
export class WatcherIndex {
  readonly #specs = new Map<string, WatchSpec>();
  readonly #all = new Map<Resource, string[]>();
  /** "resource field value" → processes. */
  readonly #selecting = new Map<string, string[]>();

  constructor(programs: ReadonlyMap<string, Program>) {
    for (const [name, { component }] of programs)
      for (const spec of component.watches) {
        this.#specs.set(`${name} ${spec.resource}`, spec);
        const field = /^(spec\.nodeName|metadata\.name)=([^,]+)$/.exec(spec.fieldSelector ?? "");
        if (field === null) add(this.#all, spec.resource, name);
        else add(this.#selecting, `${spec.resource} ${field[1]} ${field[2]}`, name);
      }
  }

  spec(process: string, resource: Resource): WatchSpec | undefined {
    return this.#specs.get(`${process} ${resource}`);
  }

  /** Processes whose watch may tell a change; the server's selectors decide. */
  interested({ resource, before, after }: Change): readonly string[] {
    const all = this.#all.get(resource) ?? [];
    if (this.#selecting.size === 0) return all;
    const object = after ?? before;
    const named = this.#selecting.get(`${resource} metadata.name ${object?.metadata.name ?? ""}`);
    const was = nodeOf(before);
    const is = nodeOf(after);
    const here = is === undefined ? undefined : this.#selecting.get(`${resource} spec.nodeName ${is}`);
    const there = was === undefined || was === is ? undefined : this.#selecting.get(`${resource} spec.nodeName ${was}`);
    if (named === undefined && here === undefined && there === undefined) return all;
    return [...all, ...(named ?? []), ...(here ?? []), ...(there ?? [])];
  }
}

function add(map: Map<string, string[]>, key: string, value: string): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

function nodeOf(object: ApiObject | undefined): string | undefined {
  return object === undefined ? undefined : cast<{ readonly spec?: { readonly nodeName?: string } }>(object).spec?.nodeName;
}
