import type { Container, Node, Pod } from "../../../api/types/core-v1.ts";
import { cast } from "../../../base/units.ts";
import { podUid } from "../../cache/pod-info.ts";
import type { Plugin } from "../../framework/plugin.ts";
import { skip, status } from "../../framework/status.ts";
import { ACTION } from "../../queue/event-registration.ts";
import { sameData } from "../same.ts";

const NAME = "NodeDeclaredFeatures";
const REJECTED = status(NAME, "UnschedulableAndUnresolvable", "node(s) didn't match Pod's required features");

/** Keeps pods off nodes that do not declare a feature that the pod's spec needs. */
export const NodeDeclaredFeatures: Plugin = {
  name: NAME,
  local: true,
  podless: true,
  events: () => [
    {
      resource: "Node",
      actions: ACTION.Add | ACTION.UpdateNodeDeclaredFeature,
      hint: ({ before, after }) =>
        before === undefined || !sameData(declared(cast<Node>(before)), declared(cast<Node>(after))),
    },
    {
      resource: "Pod",
      actions: ACTION.Update,
      hint: ({ pod, before, after }) =>
        podUid(cast<Pod>(after)) === podUid(pod) &&
        !sameData(requiredFeatures(cast<Pod>(before)), requiredFeatures(cast<Pod>(after))),
    },
  ],
  preFilter({ pod, state }) {
    const required = requiredFeatures(pod);
    if (required.length === 0) return { status: skip };
    state.set(NAME, required);
    return undefined;
  },
  filter({ pod, state }, { node }) {
    const required = cast<readonly string[] | undefined>(state.get(NAME)) ?? requiredFeatures(pod);
    const offered = node?.status?.declaredFeatures ?? [];
    return required.every((feature) => offered.includes(feature)) ? undefined : REJECTED;
  },
};

function declared(node: Node): readonly string[] {
  return node.status?.declaredFeatures ?? [];
}

/** Features that follow from the spec at scheduling (component-helpers/nodedeclaredfeatures). */
function requiredFeatures({ spec }: Pod): readonly string[] {
  const features: string[] = [];
  const restartsAll = (container: Container): boolean =>
    container.restartPolicyRules?.some(({ action }) => action === "RestartAllContainers") === true;
  if (spec.containers.some(restartsAll) || spec.initContainers?.some(restartsAll) === true)
    features.push("RestartAllContainersOnContainerExits");
  if (spec.hostNetwork === true && spec.hostUsers === false) features.push("UserNamespacesHostNetworkSupport");
  return features;
}
