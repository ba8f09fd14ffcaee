import type { ApiObject } from "../../../api/object.ts";
import type { Pod } from "../../../api/types/core-v1.ts";
import { cast } from "../../../base/units.ts";
import { podUid } from "../../cache/pod-info.ts";
import type { Plugin } from "../../framework/plugin.ts";
import { skip, status } from "../../framework/status.ts";
import type { HintInput } from "../../queue/event-registration.ts";
import { ACTION } from "../../queue/event-registration.ts";
import { sameData } from "../same.ts";
import { claimsOf } from "./claims.ts";

interface ResourceClaim extends ApiObject {
  readonly status?: { readonly allocation?: unknown };
}

const NAME = "DynamicResources";
const NOTHING_TO_DO = status(NAME, "Unschedulable", "no new claims to deallocate");
const NO_STATE = status(NAME, "Error", "not found");

/** Holds pods back until their resource claims exist; allocation itself is not judged (see unsupported.ts). */
export const DynamicResources: Plugin = {
  name: NAME,
  local: true,
  podless: true,
  events: () => [
    { resource: "Node", actions: ACTION.Add | ACTION.UpdateNodeLabel | ACTION.UpdateNodeAllocatable },
    { resource: "ResourceClaim", actions: ACTION.Add | ACTION.Update, hint: claimChangeHelps },
    {
      resource: "Pod",
      actions: ACTION.UpdatePodGeneratedResourceClaim,
      hint: ({ pod, after, objects }) =>
        podUid(cast<Pod>(after)) === podUid(pod) && typeof claimsOf(cast<Pod>(after), objects) !== "string",
    },
    { resource: "DeviceClass", actions: ACTION.Add | ACTION.Update },
    { resource: "ResourceSlice", actions: ACTION.Add | ACTION.Update },
  ],
  preEnqueue(pod, objects) {
    if ((pod.spec.resourceClaims?.length ?? 0) === 0) return undefined;
    const found = claimsOf(pod, objects);
    return typeof found === "string" ? status(NAME, "UnschedulableAndUnresolvable", found) : undefined;
  },
  preFilter(cycle) {
    cycle.state.set(NAME, true);
    return { status: skip };
  },
  filter: () => undefined,
  postFilter: (cycle) => ({ status: cycle.state.has(NAME) ? NOTHING_TO_DO : NO_STATE }),
  score: () => 0,
  reserve: ({ state }) => (state.has(NAME) ? undefined : NO_STATE),
  unreserve: () => undefined,
  preBind: () => undefined,
};

/** Some claim became free, or one of the pod's own came or changed its status. */
function claimChangeHelps({ pod, before, after, objects }: HintInput): boolean {
  const claims = claimsOf(pod, objects);
  if (typeof claims === "string") return false;
  const was = cast<ResourceClaim | undefined>(before);
  const is = cast<ResourceClaim>(after);
  if (was?.status?.allocation !== undefined && is.status?.allocation === undefined) return true;
  if (!claims.some(({ metadata }) => metadata.uid === is.metadata.uid)) return false;
  return was === undefined || !sameData(was.status, is.status);
}
