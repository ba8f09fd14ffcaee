import type { Millis } from "../../../base/units.ts";
import { parseTimestamp } from "../../../base/time.ts";
import type { Invariant } from "../invariant.ts";
import { about } from "../violation.ts";

const NAME = "nothing-is-created-in-a-missing-namespace";
/** The namespace controller waits so long before it empties a namespace, since other API servers may still admit. */
const GRACE_MS: Millis = 5_000;
/** Namespaces that the API server makes by itself while it starts. */
export const SYSTEM_NAMESPACES: readonly string[] = ["default", "kube-system", "kube-public", "kube-node-lease"];

/** When each namespace that is gone was removed. */
type Memory = Map<string, Millis>;

/** NamespaceLifecycle keeps content out of namespaces that are not there or are going. */
export const nothingIsCreatedInAMissingNamespace: Invariant<Memory> = {
  name: NAME,
  catalogue: ["26", "34"],
  expectation: "always",
  statement: "No object is created in a namespace that does not exist or is being terminated.",
  source: "admission plug-in NamespaceLifecycle",
  resources: ["*"],
  init: () => new Map(),
  onChange(memory, { at, resource, key, before, after }, world) {
    if (resource === "namespaces") {
      if (after === undefined) memory.set(key, at);
      return undefined;
    }
    const namespace = after?.metadata.namespace;
    if (before !== undefined || after === undefined || namespace === undefined || namespace === "") return undefined;
    const stored = world.objects("namespaces").get(namespace);
    if (stored === undefined) {
      const gone = memory.get(namespace);
      if (SYSTEM_NAMESPACES.includes(namespace) || (gone !== undefined && at <= gone + GRACE_MS)) return undefined;
      return about(NAME, at, after, `It was created, but namespace ${namespace} does not exist.`);
    }
    const deleted = stored.metadata.deletionTimestamp;
    if (deleted === undefined || at <= parseTimestamp(deleted) + 1000 + GRACE_MS) return undefined;
    return about(NAME, at, after, `It was created, but namespace ${namespace} is being terminated since ${deleted}.`);
  },
};
