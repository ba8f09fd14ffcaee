import type { Millis } from "../../../base/units.ts";
import type { ApiObject } from "../../../api/object.ts";
import { SYSTEM_NAMESPACES } from "../apiserver/nothing-is-created-in-a-missing-namespace.ts";
import type { Invariant, Violation } from "../invariant.ts";
import { about } from "../violation.ts";

const NAME = "nothing-outlives-its-namespace";

interface Memory {
  /** namespace → "resource key" → object */
  readonly content: Map<string, Map<string, ApiObject>>;
  readonly removed: Map<string, Millis>;
}

/** The namespace controller removes a namespace only when it is empty. */
export const nothingOutlivesItsNamespace: Invariant<Memory> = {
  name: NAME,
  catalogue: ["34", "I11"],
  expectation: "eventually",
  statement: "When a namespace is gone, so is everything that was in it.",
  source: "concepts/overview/working-with-objects/namespaces; namespace controller",
  resources: ["*"],
  init: () => ({ content: new Map(), removed: new Map() }),
  onChange({ content, removed }, { at, resource, key, before, after }) {
    if (resource === "namespaces") {
      if (after === undefined) removed.set(key, at);
      else if (before === undefined) removed.delete(key);
      return undefined;
    }
    if (before !== undefined && after !== undefined) return undefined;
    const namespace = (after ?? before)?.metadata.namespace;
    if (namespace === undefined || SYSTEM_NAMESPACES.includes(namespace)) return undefined;
    let objects = content.get(namespace);
    if (objects === undefined) content.set(namespace, (objects = new Map()));
    if (after === undefined) objects.delete(`${resource} ${key}`);
    else objects.set(`${resource} ${key}`, after);
    if (objects.size === 0) content.delete(namespace);
    return undefined;
  },
  atEnd({ content, removed }, world) {
    const found: Violation[] = [];
    for (const namespace of removed.keys())
      for (const object of content.get(namespace)?.values() ?? [])
        found.push(about(NAME, world.now, object, `It is still there, but namespace ${namespace} is gone.`));
    return found;
  },
};
