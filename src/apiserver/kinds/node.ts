import { withField } from "../../base/with-field.ts";
import { cast } from "../../base/units.ts";
import type { Node, Taint } from "../../api/types/core-v1.ts";
import { withDefaults } from "../defaults.ts";
import { validateNode, validateNodeUpdate } from "../validation/node.ts";
import type { Kind } from "../kind.ts";
import { nodeWarnings } from "../warnings/cluster.ts";

const NOT_READY: Taint = { effect: "NoSchedule", key: "node.kubernetes.io/not-ready" };

/** core/v1 Node. */
export const node: Kind<Node> = {
  group: "",
  version: "v1",
  kind: "Node",
  plural: "nodes",
  storage: "minions",
  namespaced: false,
  shortNames: ["no"],
  struct: "core/v1.Node",
  warnings: nodeWarnings,
  metadataChecks: "both",
  validate: validateNode,
  validateUpdate: validateNodeUpdate,
  status: true,
  fieldStyle: "own-list",
  fields: { "spec.unschedulable": (object) => String(cast<Node>(object).spec?.unschedulable ?? false) },
  defaults(given) {
    const object = withPodRanges(given);
    const { status } = object;
    const capacity = status?.capacity;
    if (status === undefined || capacity === undefined) return object;
    const allocatable = status.allocatable === undefined ? capacity : withDefaults(status.allocatable, capacity);
    return allocatable === status.allocatable ? object : { ...object, status: { ...status, allocatable } };
  },
  prepareCreate(object) {
    const taints = object.spec?.taints ?? [];
    if (taints.some((taint) => taint.key === NOT_READY.key && taint.effect === NOT_READY.effect)) return object;
    return withField(object, "spec", withField(object.spec ?? {}, "taints", [...taints, NOT_READY]));
  },
};

/** podCIDR is the first of podCIDRs, and wins where they differ. */
function withPodRanges(object: Node): Node {
  const { podCIDR = "", podCIDRs = [] } = object.spec ?? {};
  const [first = ""] = podCIDRs;
  if (podCIDR === first) return object;
  if (podCIDR === "") return { ...object, spec: { ...object.spec, podCIDR: first } };
  return { ...object, spec: { ...object.spec, podCIDRs: [podCIDR] } };
}
