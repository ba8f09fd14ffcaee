import type { ApiObject } from "../../api/object.ts";
import type { Response } from "../../api/request.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import { timestamp } from "../../base/time.ts";
import { cast } from "../../base/units.ts";
import type { Tag } from "../../client/component.ts";
import { podUid } from "../cache/pod-info.ts";
import type { PostFilterResult } from "../framework/cycle.ts";
import { status } from "../framework/status.ts";
import { activate } from "../queue/scheduling-queue.ts";
import { clearNominations } from "./preempt.ts";
import type { Preemption } from "./preempting.ts";
import type { Loop } from "./state.ts";
import { stopWaiting } from "./waiting-pods.ts";

/**
 * Asks for the removal of the victims, of the last one after all others, and takes nominations of lower priority to the
 * node back. Until it is over the preemptor is held back from the queue.
 */
export function preemptAsync(loop: Loop, pod: Pod, result: PostFilterResult): void {
  const { nominatedNodeName: node, victims = [] } = result;
  const going = victims.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const last = going.at(-1);
  if (last === undefined) return;
  clearNominations(loop, pod, node);
  const preemption: Preemption = {
    preemptor: pod,
    node,
    victims: new Map(going.map((victim) => [podUid(victim), victim])),
    awaited: going.length - 1,
    last: podUid(last),
    lastStarted: false,
    failed: false,
  };
  loop.state.preempting.set(podUid(pod), preemption);
  for (const victim of going) if (victim !== last) tellVictim(loop, preemption, victim);
  if (preemption.awaited === 0 && !preemption.lastStarted) startLast(loop, preemption);
}

/** The API server answered a call that is to remove a victim. A victim that is gone is as good as one that went. */
export function victimAnswered(loop: Loop, tag: Tag, response: Response): void {
  const preemption = loop.state.preempting.get(cast<string>(tag["preemptor"]));
  const victim = preemption?.victims.get(cast<string>(tag["victim"]));
  if (preemption === undefined || victim === undefined) return;
  const gone = !response.ok && response.status.code === 404;
  if (response.ok && tag.type === "victim-condition") {
    removeVictim(loop, preemption, victim);
    return;
  }
  if (response.ok) tellPreempted(loop, preemption, victim, "");
  else if (!gone) preemption.failed = true;
  settle(loop, preemption, victim);
}

/** Nothing more is to be done about a victim. */
function settle(loop: Loop, preemption: Preemption, victim: Pod): void {
  if (podUid(victim) === preemption.last) end(loop, preemption);
  else {
    preemption.awaited -= 1;
    if (preemption.awaited > 0) return;
    if (preemption.failed) end(loop, preemption);
    else startLast(loop, preemption);
  }
}

function startLast(loop: Loop, preemption: Preemption): void {
  const last = preemption.victims.get(preemption.last);
  preemption.lastStarted = true;
  if (last !== undefined) tellVictim(loop, preemption, last);
}

/** After a failure no deletion may follow that would wake the preemptor, so it is tried again. */
function end(loop: Loop, { preemptor, failed }: Preemption): void {
  loop.state.preempting.delete(podUid(preemptor));
  if (failed) activate(loop.queue, [preemptor]);
}

function tellPreempted({ io }: Loop, { preemptor, node }: Preemption, victim: Pod, how: string): void {
  const message = `Preempted by pod ${podUid(preemptor)} on node ${node}${how}`;
  io.event({ object: cast<ApiObject>(victim), type: "Normal", reason: "Preempted", message });
}

/** Writes the victim's DisruptionTarget condition; its deletion follows the answer. One that waits at Permit goes back to the queue. */
function tellVictim(loop: Loop, preemption: Preemption, victim: Pod): void {
  const { state, io } = loop;
  const { preemptor } = preemption;
  const { name, namespace, uid } = victim.metadata;
  if (stopWaiting(state, io, podUid(victim), status("DefaultPreemption", "Error", "preempted"))) {
    tellPreempted(loop, preemption, victim, " (in kube-scheduler memory).");
    settle(loop, preemption, victim);
    return;
  }
  const condition = {
    type: "DisruptionTarget",
    status: "True",
    reason: "PreemptionByScheduler",
    message: `${preemptor.spec.schedulerName ?? "default-scheduler"}: preempting to accommodate a higher priority pod`,
    lastTransitionTime: timestamp(io.now),
  };
  io.request(
    {
      verb: "patch",
      resource: "pods",
      ...(namespace !== undefined && { namespace }),
      name,
      subresource: "status",
      patchType: "strategic",
      body: { metadata: { uid }, status: { conditions: [condition] } },
    },
    { type: "victim-condition", preemptor: podUid(preemptor), victim: uid },
  );
}

function removeVictim({ io }: Loop, { preemptor }: Preemption, victim: Pod): void {
  const { name, namespace, uid } = victim.metadata;
  io.request(
    {
      verb: "delete",
      resource: "pods",
      ...(namespace !== undefined && { namespace }),
      name,
      options: { preconditions: { uid } },
    },
    { type: "victim-removal", preemptor: podUid(preemptor), victim: uid },
  );
}
