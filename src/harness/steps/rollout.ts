import { timestamp } from "../../base/time.ts";
import { editStep } from "./edit.ts";
import type { EditState } from "./edit.ts";
import { patchOf } from "./patch-of.ts";
import { workload } from "./pod-template.ts";
import type { StepProgram } from "./step-program.ts";
import { targeted } from "./target.ts";
import type { TargetParams } from "./target.ts";

/** kubectl rollout pause. */
export const rolloutPause: StepProgram<TargetParams, EditState<TargetParams>> = editStep({
  name: "rollout-pause",
  params: targeted<TargetParams>(["deployment"], {}),
  edit(params, object) {
    if (workload(object).spec?.paused === true)
      return { done: { ok: false, message: `error: deployments.apps "${object.metadata.name}" is already paused` } };
    return {
      write: patchOf(params, object, "strategic", { spec: { paused: true } }, "kubectl-rollout"),
      said: `${object.metadata.name} paused`,
    };
  },
});

/** kubectl rollout resume. */
export const rolloutResume: StepProgram<TargetParams, EditState<TargetParams>> = editStep({
  name: "rollout-resume",
  params: targeted<TargetParams>(["deployment"], {}),
  edit(params, object) {
    if (workload(object).spec?.paused !== true)
      return { done: { ok: false, message: `error: deployments.apps "${object.metadata.name}" is not paused` } };
    return {
      write: patchOf(params, object, "strategic", { spec: { paused: null } }, "kubectl-rollout"),
      said: `${object.metadata.name} resumed`,
    };
  },
});

/** kubectl rollout restart. */
export const rolloutRestart: StepProgram<TargetParams, EditState<TargetParams>> = editStep({
  name: "rollout-restart",
  params: targeted<TargetParams>(["deployment", "statefulset", "daemonset"], {}),
  edit(params, object, view) {
    if (workload(object).spec?.paused === true)
      return {
        done: {
          ok: false,
          message: `error: deployments.apps "${object.metadata.name}" can't restart paused deployment (run rollout resume first)`,
        },
      };
    const annotations = { "kubectl.kubernetes.io/restartedAt": timestamp(view.now) };
    return {
      write: patchOf(
        params,
        object,
        "strategic",
        { spec: { template: { metadata: { annotations } } } },
        "kubectl-rollout",
      ),
      said: `${object.metadata.name} restarted`,
    };
  },
});
