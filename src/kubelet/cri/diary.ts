import type { Millis } from "../../base/units.ts";
import { newestOf, recordOf } from "./pod-records.ts";
import type { Call, RuntimeState } from "./runtime-state.ts";

/** Writes a call that begins into the machine's diary. */
export function writeDiary(state: RuntimeState, uid: string, made: Call, error: string | undefined, now: Millis): void {
  const pod = state.pods.get(uid);
  const record =
    "id" in made ? recordOf(pod, made.id) : "container" in made ? newestOf(pod, made.container) : undefined;
  const sandbox = made.call === "RunPodSandbox" ? made.attempt : (pod?.sandboxes[0]?.attempt ?? 0);
  let on = `sandbox/${sandbox}`;
  if (made.call === "CreateContainer") on = `${made.container}/${made.attempt}`;
  else if (made.call === "PullImage") on = made.image;
  else if (record !== undefined) on = `${record.name}/${record.attempt}`;
  state.diary?.push({
    at: now,
    uid,
    call: made.call === "ExecSync" ? `ExecSync ${made.hook}` : made.call,
    on,
    ...("graceMs" in made && { graceMs: made.graceMs }),
    ...("resources" in made && made.resources !== undefined && { resources: made.resources }),
    ...(error !== undefined && { error }),
  });
}
