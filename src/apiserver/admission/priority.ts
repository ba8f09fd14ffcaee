import { cast } from "../../base/units.ts";
import type { ApiObject } from "../../api/object.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import type { PriorityClass } from "../../api/types/scheduling-v1.ts";
import { forbidden } from "../failure.ts";
import type { Failure } from "../failure.ts";
import type { Kind } from "../kind.ts";
import type { SpecChanges } from "./service-account.ts";
import type { Server } from "../server-state.ts";

/** Classes that exist in every cluster. */
const SYSTEM: { readonly [name: string]: number } = {
  "system-cluster-critical": 2_000_000_000,
  "system-node-critical": 2_000_001_000,
};

/** Priority: the class of a pod becomes its priority and preemption policy. */
export function resolvePriority(server: Server, kind: Kind, pod: Pod, changes: SpecChanges): Failure | undefined {
  const { spec } = pod;
  const found = classOf(server, spec.priorityClassName ?? "");
  const { name } = pod.metadata;
  if (found === undefined)
    return forbidden(kind, name, `no PriorityClass with name ${spec.priorityClassName ?? ""} was found`);
  const { value, policy } = found;
  if (spec.priority !== undefined && spec.priority !== value)
    return forbidden(
      kind,
      name,
      `the integer value of priority (${spec.priority}) must not be provided in pod spec; priority admission controller computed ${value} from the given PriorityClass name`,
    );
  if (spec.preemptionPolicy !== undefined && spec.preemptionPolicy !== policy)
    return forbidden(
      kind,
      name,
      `the string value of PreemptionPolicy (${spec.preemptionPolicy}) must not be provided in pod spec; priority admission controller computed ${policy} from the given PriorityClass name`,
    );
  if (found.name !== "") changes.priorityClassName = found.name;
  changes.priority = value;
  changes.preemptionPolicy = policy;
  return undefined;
}

interface Found {
  readonly name: string;
  readonly value: number;
  readonly policy: string;
}

function classOf(server: Server, name: string): Found | undefined {
  if (name === "") return globalDefault(server);
  const object = server.etcd.get("priorityclasses.scheduling.k8s.io", name);
  if (object === undefined) {
    const value = SYSTEM[name];
    return value === undefined ? undefined : { name, value, policy: "PreemptLowerPriority" };
  }
  const { value, preemptionPolicy } = cast<PriorityClass>(object);
  return { name, value: value ?? 0, policy: preemptionPolicy ?? "PreemptLowerPriority" };
}

/** The default class with the lowest value; no class: 0. */
function globalDefault(server: Server): Found {
  let best: Found | undefined;
  for (const object of server.etcd.objects("priorityclasses.scheduling.k8s.io").values()) {
    const { globalDefault: isDefault, value = 0, preemptionPolicy, metadata } = cast<PriorityClass>(object);
    if (isDefault !== true || (best !== undefined && best.value <= value)) continue;
    best = { name: metadata.name, value, policy: preemptionPolicy ?? "PreemptLowerPriority" };
  }
  return best ?? { name: "", value: 0, policy: "PreemptLowerPriority" };
}

/** Only one class may be the default. */
export function secondDefault(server: Server, kind: Kind, object: ApiObject): Failure | undefined {
  if (cast<PriorityClass>(object).globalDefault !== true) return undefined;
  for (const other of server.etcd.objects("priorityclasses.scheduling.k8s.io").values()) {
    const { name } = other.metadata;
    if (cast<PriorityClass>(other).globalDefault !== true || name === object.metadata.name) continue;
    return forbidden(
      kind,
      object.metadata.name,
      `PriorityClass ${name} is already marked as default. Only one default can exist`,
    );
  }
  return undefined;
}
