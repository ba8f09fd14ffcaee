import type { PersistentVolume } from "../../../api/types/core-v1.ts";
import { cast } from "../../../base/units.ts";
import type { StorageClass } from "../../../api/types/storage-v1.ts";
import type { Cycle } from "../../framework/cycle.ts";
import type { Plugin } from "../../framework/plugin.ts";
import type { Status } from "../../framework/status.ts";
import { skip, status } from "../../framework/status.ts";
import { ACTION } from "../../queue/event-registration.ts";
import { sameData } from "../same.ts";
import { isClaimOf } from "../volume-binding/hints.ts";
import { claimOf, classOfClaim, storageClassNamed, volumeNamed } from "../volume-binding/claims.ts";

interface Topology {
  readonly key: string;
  readonly values: readonly string[];
}

const NAME = "VolumeZone";
const REJECTED = status(NAME, "UnschedulableAndUnresolvable", "node(s) had no available volume zone");
const GA_LABELS: { readonly [label: string]: string } = {
  "failure-domain.beta.kubernetes.io/zone": "topology.kubernetes.io/zone",
  "failure-domain.beta.kubernetes.io/region": "topology.kubernetes.io/region",
};
const TOPOLOGY_LABELS: readonly string[] = [...Object.keys(GA_LABELS), ...Object.values(GA_LABELS)];

/** Keeps pods to the zones and regions of their bound volumes. */
export const VolumeZone: Plugin = {
  name: NAME,
  columns: "volumes",
  events: () => [
    {
      resource: "StorageClass",
      actions: ACTION.Add,
      hint: ({ after }) => cast<StorageClass>(after).volumeBindingMode === "WaitForFirstConsumer",
    },
    { resource: "Node", actions: ACTION.Add | ACTION.UpdateNodeLabel },
    {
      resource: "PersistentVolumeClaim",
      actions: ACTION.Add | ACTION.Update,
      hint: (input) => isClaimOf(input, false),
    },
    {
      resource: "PersistentVolume",
      actions: ACTION.Add | ACTION.Update,
      hint: ({ before, after }) => before === undefined || !sameData(topologies(cast(before)), topologies(cast(after))),
    },
  ],
  preFilter(cycle) {
    if (cycle.volumes !== true) return { status: skip };
    const found = topologiesOf(cycle);
    if ("code" in found) return { status: found };
    if (found.length === 0) return { status: skip };
    cycle.state.set(NAME, found);
    return undefined;
  },
  filter(cycle, { node }) {
    const labels = node?.metadata.labels;
    if (!TOPOLOGY_LABELS.some((label) => labels?.[label] !== undefined)) return undefined;
    const known = cast<readonly Topology[] | undefined>(cycle.state.get(NAME)) ?? topologiesOf(cycle);
    if ("code" in known) return known;
    for (const { key, values } of known) {
      const own = labels?.[key] ?? labels?.[GA_LABELS[key] ?? key];
      if (own === undefined || !values.includes(own)) return REJECTED;
    }
    return undefined;
  },
};

function topologiesOf({ pod, objects, volumes }: Cycle): readonly Topology[] | Status {
  const all: Topology[] = [];
  if (volumes !== true) return all;
  const rejected = (reason: string): Status => status(NAME, "UnschedulableAndUnresolvable", reason);
  for (const { persistentVolumeClaim } of pod.spec.volumes ?? []) {
    if (persistentVolumeClaim === undefined) continue;
    const name = persistentVolumeClaim.claimName;
    if (name === "") return rejected("PersistentVolumeClaim had no name");
    const claim = claimOf(objects, pod, name);
    if (claim === undefined) return rejected(`persistentvolumeclaim "${name}" not found`);
    const volumeName = claim.spec?.volumeName ?? "";
    if (volumeName === "") {
      const className = classOfClaim(claim);
      if (className === "") return rejected("PersistentVolumeClaim had no pv name and storageClass name");
      const storageClass = storageClassNamed(objects, className);
      if (storageClass === undefined) return rejected(`storageclass.storage.k8s.io "${className}" not found`);
      if (storageClass.volumeBindingMode === undefined)
        return rejected(`VolumeBindingMode not set for StorageClass "${className}"`);
      if (storageClass.volumeBindingMode === "WaitForFirstConsumer") continue;
      return rejected("PersistentVolume had no name");
    }
    const volume = volumeNamed(objects, volumeName);
    if (volume === undefined) return rejected(`persistentvolume "${volumeName}" not found`);
    all.push(...topologies(volume));
  }
  return all;
}

function topologies({ metadata }: PersistentVolume): readonly Topology[] {
  const found: Topology[] = [];
  for (const key of TOPOLOGY_LABELS) {
    const value = metadata.labels?.[key];
    const values = value?.split("__").map((zone) => zone.trim());
    if (values !== undefined && !values.includes("")) found.push({ key, values });
  }
  return found;
}
