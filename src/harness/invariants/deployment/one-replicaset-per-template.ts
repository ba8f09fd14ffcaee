import { cast } from "../../../base/units.ts";
import type { ReplicaSet } from "../../../api/types/apps-v1.ts";
import type { PodTemplateSpec } from "../../../api/types/core-v1.ts";
import type { Invariant } from "../invariant.ts";
import { same } from "../same.ts";
import { about, byControllerManager } from "../violation.ts";
import type { Deployments } from "./deployments.ts";
import { DEPLOYMENT_RESOURCES, follow } from "./deployments.ts";

const NAME = "one-replicaset-per-template";

/** The name carries the template's hash, so that even a stale controller cannot make a second one. */
export const oneReplicaSetPerTemplate: Invariant<Deployments> = {
  name: NAME,
  catalogue: ["50"],
  expectation: "always",
  statement: "The Deployment controller makes one ReplicaSet for each pod template.",
  source: "concepts/workloads/controllers/deployment: pod-template-hash label",
  resources: DEPLOYMENT_RESOURCES,
  init: () => new Map(),
  onChange(deployments, change) {
    const known = follow(deployments, change);
    const { at, by, before, after } = change;
    if (known === undefined || change.resource !== "replicasets.apps") return undefined;
    if (before !== undefined || after === undefined || !byControllerManager(by)) return undefined;
    const created = cast<ReplicaSet>(after);
    for (const { now } of known.replicaSets.values()) {
      if (now.metadata.uid === created.metadata.uid || now.metadata.deletionTimestamp !== undefined) continue;
      if (!sameTemplate(now.spec.template, created.spec.template)) continue;
      return about(
        NAME,
        at,
        created,
        `It was created with the template that ReplicaSet ${now.metadata.name} already has.`,
      );
    }
    return undefined;
  },
};

function sameTemplate(a: PodTemplateSpec | undefined, b: PodTemplateSpec | undefined): boolean {
  return (
    same(a?.spec, b?.spec) &&
    same(a?.metadata?.annotations ?? {}, b?.metadata?.annotations ?? {}) &&
    same(labels(a), labels(b))
  );
}

function labels(template: PodTemplateSpec | undefined): unknown {
  return { ...template?.metadata?.labels, "pod-template-hash": undefined };
}
