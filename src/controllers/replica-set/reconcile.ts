import type { Millis } from "../../base/units.ts";
import { cast } from "../../base/units.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import type { Labels } from "../../api/label-selector.ts";
import { nothing } from "../../client/controller.ts";
import type { Intents, Sync, Write } from "../../client/controller.ts";
import { claim, settleClaim } from "../claim.ts";
import { BY_CONTROLLER, orphansOf } from "../indexes.ts";
import { availableAt, isActive, isTerminating } from "../pods.ts";
import { updateStatus } from "../requests.ts";
import type { ReplicaKind, ReplicaOwner } from "./kinds.ts";
import { manageReplicas } from "./manage.ts";
import type { Managed } from "./manage.ts";
import { replicaStatus, sameReplicaStatus } from "./status.ts";

const NOT_MANAGED: Managed = { events: [] };

/** Claims pods, makes or removes some, and writes the status. */
export function reconcileReplicas(kind: ReplicaKind, sync: Sync, mutants: ReadonlySet<string>): Intents<never> {
  const owner = cast<ReplicaOwner | undefined>(sync.listers.of(kind.resource).get(sync.key));
  if (owner === undefined) return nothing;
  const matches = (labels: Labels): boolean => kind.matches(owner, labels);
  const claimant = { owner, ownerResource: kind.resource, resource: "pods", matches };
  const pods = candidates(owner, sync);
  const claimed = claim(claimant, pods.filter(isActive));
  const adoption = sync.replies.find(({ write }) => write.request.verb === "get") !== undefined;
  if (adoption || sync.replies.length === 0) {
    const settling = settleClaim(claimant, claimed, sync.replies);
    if (settling !== undefined) return settling;
  }
  const active = claimed.owned;
  const satisfied = sync.expectationsSatisfied || mutants.has("RS-01") || sync.replies.length > 0;
  const managing = satisfied && owner.metadata.deletionTimestamp === undefined && !adoption;
  const managed = managing ? manageReplicas(kind, owner, active, sync) : NOT_MANAGED;
  if (managed.next !== undefined) return managed.next;
  const terminating = kind.countsTerminating
    ? pods.filter((pod) => isTerminating(pod) && matches(pod.metadata.labels)).length
    : undefined;
  const status = replicaStatus(owner, { active, terminating, failure: managed.failure, now: sync.now });
  const writes: Write[][] = sameReplicaStatus(owner, status)
    ? []
    : [[updateStatus(kind.resource, { ...owner, status } as ReplicaOwner)]];
  const requeueAfter = nextAvailability(owner, active, sync.now);
  return {
    writes,
    ...(managed.events.length > 0 && { events: managed.events }),
    ...(managed.failure !== undefined && { failed: managed.failure.message }),
    ...(requeueAfter !== undefined && { requeueAfter }),
  };
}

/** The owner's pods and the namespace's orphans. */
function candidates(owner: ReplicaOwner, { listers }: Sync): readonly Pod[] {
  const pods = listers.of("pods");
  const owned = pods.byIndex(BY_CONTROLLER, owner.metadata.uid);
  const orphans = pods.byIndex(BY_CONTROLLER, orphansOf(owner.metadata.namespace ?? ""));
  return cast<readonly Pod[]>(orphans.length === 0 ? owned : [...owned, ...orphans]);
}

/** How long until the next ready pod becomes available. */
function nextAvailability(owner: ReplicaOwner, active: readonly Pod[], now: Millis): Millis | undefined {
  const minReadySeconds = owner.spec.minReadySeconds ?? 0;
  if (minReadySeconds === 0) return undefined;
  let next = Number.POSITIVE_INFINITY;
  for (const pod of active) {
    const at = availableAt(pod, minReadySeconds);
    if (at !== undefined && at > now) next = Math.min(next, at - now);
  }
  return Number.isFinite(next) ? next : undefined;
}
