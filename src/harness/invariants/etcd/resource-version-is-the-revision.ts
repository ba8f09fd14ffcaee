import type { Invariant } from "../invariant.ts";
import { about } from "../violation.ts";

/** resource → key → resourceVersion of everything stored. */
type Memory = Map<string, Map<string, string>>;

const NAME = "resource-version-is-the-revision";

/** A write starts from what is stored, and its object carries the revision of the write. */
export const resourceVersionIsTheRevision: Invariant<Memory> = {
  name: NAME,
  catalogue: ["4", "15"],
  expectation: "always",
  statement:
    "A write replaces exactly the stored state, and the stored object's resourceVersion is the revision of its last write.",
  source: "api-concepts: resource versions; apiserver storage/etcd3/store.go",
  resources: ["*"],
  init: () => new Map(),
  onChange(memory, { at, revision, resource, key, before, after }) {
    let stored = memory.get(resource);
    if (stored === undefined) memory.set(resource, (stored = new Map()));
    const known = stored.get(key);
    const object = after ?? before;
    if (after === undefined) stored.delete(key);
    else stored.set(key, after.metadata.resourceVersion);
    if (object === undefined) return undefined;
    if (known !== undefined && known !== before?.metadata.resourceVersion) {
      const base =
        before === undefined ? "as if it were new" : `from resourceVersion ${before.metadata.resourceVersion}`;
      return about(
        NAME,
        at,
        object,
        `It was written ${base}, but resourceVersion ${known} was stored: an update is lost.`,
      );
    }
    if (after === undefined || after.metadata.resourceVersion === String(revision)) return undefined;
    return about(
      NAME,
      at,
      after,
      `It carries resourceVersion ${after.metadata.resourceVersion} after the write of revision ${revision}.`,
    );
  },
};
