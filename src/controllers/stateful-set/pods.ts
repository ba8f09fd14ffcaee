import { compareText } from "../../base/order.ts";
import type { Millis } from "../../base/units.ts";
import type { StatefulSet } from "../../api/types/apps-v1.ts";
import type { PersistentVolumeClaim, Pod, PodTemplateSpec, Volume } from "../../api/types/core-v1.ts";
import { isAvailable, isReady } from "../pods.ts";
import { controllerReference } from "../requests.ts";

export const REVISION_LABEL = "controller-revision-hash";
const POD_NAME = "statefulset.kubernetes.io/pod-name";
const POD_INDEX = "apps.kubernetes.io/pod-index";

/** The parent's name and ordinal in a pod's name; ordinal −1 when it has none. */
export function parentAndOrdinal(name: string): { readonly parent: string; readonly ordinal: number } {
  const match = /^(.*)-(\d+)$/.exec(name);
  return match === null ? { parent: "", ordinal: -1 } : { parent: match[1] ?? "", ordinal: Number(match[2]) };
}

/** First ordinal of a set. */
export function startOrdinal(set: StatefulSet): number {
  return set.spec?.ordinals?.start ?? 0;
}

/** The pod runs and is ready. */
export function isRunningAndReady(pod: Pod): boolean {
  return pod.status?.phase === "Running" && isReady(pod);
}

/** Not available for minReadySeconds yet, or going. */
export function isUnavailable(pod: Pod | undefined, minReadySeconds: number, now: Millis): boolean {
  if (pod === undefined || pod.metadata.deletionTimestamp !== undefined) return true;
  return pod.status?.phase !== "Running" || !isAvailable(pod, minReadySeconds, now);
}

/** Name of the revision that a pod was made from. */
export function revisionOf(pod: Pod): string {
  return pod.metadata.labels?.[REVISION_LABEL] ?? "";
}

/** The body of the pod of an ordinal. */
export function newPod(set: StatefulSet, template: PodTemplateSpec, revision: string, ordinal: number): Pod {
  const name = `${set.metadata.name}-${ordinal}`;
  const { metadata = undefined, spec = undefined } = template;
  const subdomain = set.spec?.serviceName ?? "";
  const body = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      generateName: `${set.metadata.name}-`,
      namespace: set.metadata.namespace,
      labels: { ...metadata?.labels, [POD_NAME]: name, [POD_INDEX]: String(ordinal), [REVISION_LABEL]: revision },
      ...(metadata?.annotations !== undefined && { annotations: metadata.annotations }),
      ...(metadata?.finalizers !== undefined && { finalizers: metadata.finalizers }),
      ownerReferences: [controllerReference(set)],
    },
    spec: {
      ...spec,
      hostname: name,
      ...(subdomain !== "" && { subdomain }),
      ...volumesOf(set, spec?.volumes, ordinal),
    },
  };
  return body as unknown as Pod;
}

function volumesOf(
  set: StatefulSet,
  given: readonly Volume[] | undefined,
  ordinal: number,
): { readonly volumes?: readonly Volume[] } {
  const claims = claimsOf(set, ordinal);
  if (claims.length === 0) return given === undefined ? {} : { volumes: given };
  const names = new Set(claims.map(({ template }) => template));
  const mounted = claims.map(({ template, name }): Volume => ({
    name: template,
    persistentVolumeClaim: { claimName: name },
  }));
  return { volumes: [...mounted, ...(given ?? []).filter(({ name }) => !names.has(name))] };
}

/** Claim templates of a set and the claims' names for an ordinal, by template name. */
export function claimsOf(
  set: StatefulSet,
  ordinal: number,
): readonly { readonly template: string; readonly name: string; readonly claim: PersistentVolumeClaim }[] {
  const claims = (set.spec?.volumeClaimTemplates ?? []).map((claim) => {
    const template = claim.metadata.name;
    return { template, name: `${template}-${set.metadata.name}-${ordinal}`, claim };
  });
  return claims.sort((a, b) => compareText(a.template, b.template));
}

/** Labels that a pod of this name must have. */
export function identityLabels(pod: Pod): { readonly [key: string]: string } {
  return { [POD_NAME]: pod.metadata.name, [POD_INDEX]: String(parentAndOrdinal(pod.metadata.name).ordinal) };
}

/** Whether the pod carries its identity and, if the set has claims, its storage. */
export function isIdentified(set: StatefulSet, pod: Pod): boolean {
  const labels = identityLabels(pod);
  for (const key in labels) if (pod.metadata.labels?.[key] !== labels[key]) return false;
  const volumes = pod.spec.volumes ?? [];
  return claimsOf(set, parentAndOrdinal(pod.metadata.name).ordinal).every(({ template, name }) =>
    volumes.some((volume) => volume.name === template && volume.persistentVolumeClaim?.claimName === name),
  );
}
