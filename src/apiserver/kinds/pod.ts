import { timestamp } from "../../base/time.ts";
import { cast } from "../../base/units.ts";
import type { ApiObject } from "../../api/object.ts";
import type { Container, Pod, PodSpec } from "../../api/types/core-v1.ts";
import { mapItems } from "../defaults.ts";
import { withField } from "../../base/with-field.ts";
import { podAnnotations, podAnnotationsUpdate } from "../validation/pod-annotations.ts";
import { podSpec } from "../validation/pod-spec.ts";
import { podUpdate } from "../validation/pod-update.ts";
import type { Kind } from "../kind.ts";
import { podWarnings } from "../warnings/pod.ts";
import { withMatchLabelKeys } from "./match-label-keys.ts";
import { setCondition } from "./pod-conditions.ts";
import { defaultPodSpec } from "./pod-defaults.ts";
import { podStatusAddresses } from "../validation/pod-status.ts";
import { podParts } from "./pod-parts.ts";
import { qosClass } from "../../api/pod-qos.ts";

const read = (object: ApiObject): Pod => cast<Pod>(object);

/** core/v1 Pod. */
export const pod: Kind<Pod> = {
  group: "",
  version: "v1",
  kind: "Pod",
  plural: "pods",
  namespaced: true,
  shortNames: ["po"],
  categories: ["all"],
  struct: "core/v1.Pod",
  warnings: (object, stored) => (stored === undefined ? podWarnings(object.spec, object.metadata) : []),
  metadataChecks: "both",
  generation: "spec",
  status: true,
  deleteReturnsObject: true,
  fieldStyle: "own-list",
  fields: {
    "spec.nodeName": (object) => read(object).spec.nodeName ?? "",
    "spec.restartPolicy": (object) => read(object).spec.restartPolicy ?? "",
    "spec.schedulerName": (object) => read(object).spec.schedulerName ?? "",
    "spec.serviceAccountName": (object) => read(object).spec.serviceAccountName ?? "",
    "spec.hostNetwork": (object) => String(read(object).spec.hostNetwork ?? false),
    "status.phase": (object) => read(object).status?.phase ?? "",
    "status.podIP": (object) => read(object).status?.podIP ?? "",
    "status.podIPs": (object) => read(object).status?.podIP ?? "",
    "status.nominatedNodeName": (object) => read(object).status?.nominatedNodeName ?? "",
  },
  validate(object, errors) {
    podAnnotations(object.metadata.annotations, object.spec, "metadata.annotations", errors);
    podSpec(object.spec, "spec", errors);
  },
  validateUpdate(object, stored, errors) {
    podAnnotationsUpdate(object.metadata.annotations, stored.metadata.annotations, object.spec, errors);
    if (object.spec === stored.spec) return;
    podSpec(object.spec, "spec", errors);
    podUpdate(object, stored, errors);
  },
  parts: podParts,
  validateStatus(object, stored, errors) {
    const nominated = object.status?.nominatedNodeName;
    if (
      nominated !== undefined &&
      nominated !== stored.status?.nominatedNodeName &&
      (object.spec.nodeName ?? "") !== ""
    )
      errors.forbidden("status.nominatedNodeName", "may not be set on pods that are already bound to a node");
    podStatusAddresses(object, errors);
  },
  defaults(object) {
    const filled = defaultRequests(defaultPodSpec(object.spec, true));
    const spec =
      (filled.terminationGracePeriodSeconds ?? 0) < 0 ? { ...filled, terminationGracePeriodSeconds: 1 } : filled;
    return withField(
      object,
      "spec",
      spec.enableServiceLinks === undefined ? withField(spec, "enableServiceLinks", true) : spec,
    );
  },
  prepareCreate(object, context) {
    const status = { phase: "Pending", qosClass: qosClass(object.spec) };
    const merged = withMatchLabelKeys(object);
    if ((object.spec.schedulingGates?.length ?? 0) === 0) return withField(merged, "status", status);
    const gated = {
      type: "PodScheduled",
      status: "False",
      reason: "SchedulingGated",
      message: "Scheduling is blocked due to non-empty scheduling gates",
      lastProbeTime: null,
      lastTransitionTime: timestamp(context.now),
    };
    return withField(merged, "status", setCondition(status, gated));
  },
  gracePeriodSeconds(object, asked) {
    const phase = object.status?.phase;
    const bound = object.spec.nodeName !== undefined && object.spec.nodeName !== "";
    if (!bound || phase === "Failed" || phase === "Succeeded") return 0;
    const seconds = asked ?? object.spec.terminationGracePeriodSeconds ?? 0;
    return seconds < 0 ? 1 : seconds;
  },
  prepareStatus(object, stored) {
    const status = object.status ?? {};
    const qos = stored.status?.qosClass;
    const kept = qos !== undefined && status.qosClass === undefined ? { ...status, qosClass: qos } : status;
    return withField(object, "status", syncAddresses(kept, stored.status));
  },
};

type Status = NonNullable<Pod["status"]>;

/** podIP and the first of podIPs stay equal, whichever was written. */
function syncAddresses(status: Status, stored: Status | undefined): Status {
  const first = status.podIPs?.[0]?.ip;
  if (status.podIP === first) return status;
  if (status.podIP === undefined) return { ...status, ...(first !== undefined && { podIP: first }) };
  const ipChanged = status.podIP !== stored?.podIP;
  if (first === undefined || ipChanged) return { ...status, podIPs: [{ ip: status.podIP }] };
  return { ...status, podIP: first };
}

/** Requests that are not given follow the limits. */
function defaultRequests(spec: PodSpec): PodSpec {
  let result = spec;
  if (result.containers !== undefined)
    result = withField(result, "containers", mapItems(result.containers, requestsFromLimits));
  if (result.initContainers !== undefined)
    result = withField(result, "initContainers", mapItems(result.initContainers, requestsFromLimits));
  return result;
}

function requestsFromLimits(container: Container): Container {
  const { resources } = container;
  if (resources?.limits === undefined) return container;
  let requests = resources.requests;
  for (const name in resources.limits) {
    const limit = resources.limits[name];
    if (limit !== undefined && requests?.[name] === undefined) requests = { ...requests, [name]: limit };
  }
  if (requests === resources.requests || requests === undefined) return container;
  return { ...container, resources: { ...resources, requests } };
}
