import { SECOND, cast } from "../../base/units.ts";
import { controllerOf, objectKey } from "../../api/object.ts";
import type { ApiObject } from "../../api/object.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import type { InformerEvent } from "../../client/component.ts";
import type { Listers } from "../../client/informer.ts";
import type { Controller, Wake } from "../../client/controller.ts";
import { BY_CONTROLLER, BY_NAMESPACE, byController, byNamespace } from "../indexes.ts";
import { mutantsOf } from "../options.ts";
import type { ControllerOptions } from "../options.ts";
import { ownerKeyOf, ownersConcerned } from "../owned-pod-wakes.ts";
import { isTracked } from "./pods.ts";
import { ORPHAN_PREFIX, reconcileJob, reconcileOrphan } from "./reconcile.ts";
import type { JobMemory } from "./reconcile.ts";
import { JOBS } from "./track.ts";

const OWNER = { kind: "Job", resource: JOBS };
/** Changes of pods are gathered for so long. */
const BATCH_MS = SECOND;

/** Runs pods until enough of them have succeeded (upstream: pkg/controller/job). */
export function jobController(options?: ControllerOptions): Controller<JobMemory> {
  const mutants = mutantsOf(options);
  return {
    name: "job-controller",
    workers: 5,
    watches: [
      { resource: JOBS, indexes: { [BY_NAMESPACE]: byNamespace } },
      { resource: "pods", indexes: { [BY_CONTROLLER]: byController } },
    ],
    initialMemory: () => ({ backoff: new Map(), released: new Map() }),
    wakes: (event, listers) => (event.resource === "pods" ? podWakes(event, listers) : jobWakes(event, listers)),
    expectationKey: (pod, listers) => ownerKeyOf(OWNER, pod, listers),
    reconcile: (sync) => (sync.key.startsWith(ORPHAN_PREFIX) ? reconcileOrphan(sync) : reconcileJob(sync, mutants)),
  };
}

function jobWakes({ before, after }: InformerEvent, listers: Listers): readonly Wake[] {
  const job = cast<ApiObject>(after ?? before);
  const key = objectKey(job);
  if (after === undefined) {
    const pods = listers.of("pods").byIndex(BY_CONTROLLER, job.metadata.uid);
    return [{ key }, ...pods.map((pod) => ({ key: `${ORPHAN_PREFIX}${objectKey(pod)}` }))];
  }
  const batched = before !== undefined && before.metadata.generation === after.metadata.generation;
  return [batched ? { key, afterMs: BATCH_MS } : { key }];
}

function podWakes(event: InformerEvent, listers: Listers): readonly Wake[] {
  const wakes: Wake[] = ownersConcerned(OWNER, event, listers).map((key) => ({ key, afterMs: BATCH_MS }));
  const { after } = event;
  if (after !== undefined && isTracked(cast<Pod>(after)) && isForsaken(after, listers))
    wakes.push({ key: `${ORPHAN_PREFIX}${objectKey(after)}` });
  return wakes;
}

function isForsaken(pod: ApiObject, listers: Listers): boolean {
  const reference = controllerOf(pod);
  return reference === undefined || (reference.kind === "Job" && ownerKeyOf(OWNER, pod, listers) === undefined);
}
