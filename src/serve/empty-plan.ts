import type { Manifest } from "../api/object.ts";
import { SECOND } from "../base/units.ts";
import type { ImageRule, Plan, UserStep } from "../harness/plan/plan.ts";
import { BOOTSTRAP } from "./bootstrap.ts";

/** Images of the tutorial that its registry does not have. */
const IMAGES: readonly ImageRule[] = [{ image: "gcr.io/google-samples/kubernetes-bootcamp:v10", missing: true }];

/** A cluster of so many nodes in which nothing happens but what its clients do, and the manifests that are applied. */
export function emptyPlan(nodes: number, manifests: readonly Manifest[] = []): Plan {
  const steps: UserStep[] = [{ at: 0, step: "create", params: { manifests: BOOTSTRAP } }];
  if (manifests.length > 0) steps.push({ at: 2 * SECOND, step: "apply", params: { manifests } });
  const size = { zones: Math.min(3, nodes), cpu: "4", memory: "16Gi", pods: 110 };
  return {
    apiVersion: "shakedown/v1",
    kind: "Plan",
    metadata: { name: "shakedown" },
    spec: {
      seed: 1,
      cluster: {
        nodes: [{ count: nodes, ...size, labels: {}, taints: [] }],
        controlPlane: { apiServers: 1, controllers: "all" },
        network: { latencyMs: { min: 1, max: 5 } },
      },
      images: IMAGES,
      schedule: { policy: "fifo" },
      mode: "quiet",
      steps,
      expect: [],
      mutants: [],
    },
  };
}
