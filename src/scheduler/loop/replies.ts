import type { ApiObject } from "../../api/object.ts";
import type { Response } from "../../api/request.ts";
import type { Tag } from "../../client/component.ts";
import { cast } from "../../base/units.ts";
import { forgetPod } from "../cache/cache.ts";
import { podKey, podUid } from "../cache/pod-info.ts";
import { ASSIGNED_POD_DELETE } from "../queue/derived-events.ts";
import { activate, moveAll } from "../queue/scheduling-queue.ts";
import { handleFailure, schedulerError } from "./failure-handler.ts";
import { victimAnswered } from "./async-preemption.ts";
import type { Loop } from "./state.ts";
import { volumeAnswered } from "./volumes.ts";
import { cachedPod } from "./state.ts";

/** The API server answered, or did not in time. */
export function handleReply(loop: Loop, tag: Tag, response: Response): void {
  if (tag.type === "bind") bindingAnswered(loop, cast<string>(tag["uid"]), cast<string>(tag["plugin"]), response);
  else if (tag.type === "volume") volumeAnswered(loop, cast<string>(tag["uid"]), response);
  else if (tag.type === "victim-condition" || tag.type === "victim-removal") victimAnswered(loop, tag, response);
  else if (tag.type === "victim" && !response.ok)
    victimRemained(loop, cast<string>(tag["preemptor"]), cast<string>(tag["uid"]));
}

/** Success is told; after a failure the assumption is taken back and the pod is tried again. */
function bindingAnswered(loop: Loop, uid: string, plugin: string, response: Response): void {
  const { state, io, queue, setup } = loop;
  const bound = state.binding.get(uid);
  if (bound === undefined) return;
  state.binding.delete(uid);
  const { info, assumed, node } = bound;
  if (response.ok) {
    const message = `Successfully assigned ${podKey(assumed)} to ${node}`;
    io.event({ object: cast<ApiObject>(info.pod), type: "Normal", reason: "Scheduled", message });
    const profile = setup.config.profiles.get(assumed.spec.schedulerName ?? "default-scheduler");
    for (const one of profile?.plugins.postBind ?? []) one.postBind?.(assumed, node);
    return;
  }
  if (!setup.mutants.has("SCH-01")) forgetPod(state.cache, uid);
  // What it held is free again, unless the informer has shown the pod bound in the meantime.
  if (!state.cache.pods.has(uid)) moveAll(queue, ASSIGNED_POD_DELETE, assumed);
  const reason = response.status.message ?? response.status.reason ?? "";
  handleFailure(loop, info, schedulerError(`running Bind plugin "${plugin}": ${reason}`));
}

/** No deletion event will come for this victim, so the preemptor is tried again. */
function victimRemained(loop: Loop, preemptor: string, uid: string): void {
  const pod = cachedPod(loop, preemptor);
  if (pod !== undefined && podUid(pod) === uid) activate(loop.queue, [pod]);
}
