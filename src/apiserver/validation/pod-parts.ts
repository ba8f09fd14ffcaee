import { deepEqual } from "../../api/equal.ts";
import type { Container, Pod, ResourceRequirements } from "../../api/types/core-v1.ts";
import type { FieldErrors } from "../field-errors.ts";
import { qosClass } from "../../api/pod-qos.ts";
import { podSpec } from "./pod-spec.ts";

const MIRROR = "kubernetes.io/config.mirror";
const CPU_AND_MEMORY = ["cpu", "memory"];

/** Validates a resize: only cpu and memory may change, none may be removed, and the QoS class stays. */
export function podResize(pod: Pod, stored: Pod, errors: FieldErrors): void {
  if (pod.spec === stored.spec) return;
  if (stored.metadata.annotations?.[MIRROR] !== undefined) return errors.forbidden("", "static pods cannot be resized");
  if (stored.spec.os?.name === "windows") return errors.forbidden("", "windows pods cannot be resized");
  podSpec(pod.spec, "spec", errors);
  if ((stored.status?.qosClass ?? qosClass(stored.spec)) !== qosClass(pod.spec))
    errors.invalid("spec", pod.status?.qosClass ?? "", "Pod QOS Class may not change as a result of resizing");
  const running = stored.status?.containerStatuses?.find((status) => status.state?.running !== undefined);
  if (running !== undefined && running.resources === undefined)
    errors.forbidden("spec", "Pod running on node without support for resize");
  if (reordered(pod, stored, errors)) return;
  const before = errors.causes.length;
  for (const [i, container] of (stored.spec.initContainers ?? []).entries())
    if (container.restartPolicy === "Always")
      removals(pod.spec.initContainers?.[i], container, `spec.initContainers[${i}].resources`, errors);
  for (const [i, container] of stored.spec.containers.entries())
    removals(pod.spec.containers[i], container, `spec.containers[${i}].resources`, errors);
  for (const [i, container] of stored.spec.containers.entries())
    if (!deepEqual(withoutComputing(pod.spec.containers[i]), withoutComputing(container)))
      errors.forbidden("spec", "only cpu and memory resources are mutable");
  for (const [i, container] of (stored.spec.initContainers ?? []).entries()) {
    const now = pod.spec.initContainers?.[i];
    if (container.restartPolicy !== "Always") {
      if (!deepEqual(now, container))
        errors.forbidden("spec", "resources for non-sidecar init containers are immutable");
    } else if (!deepEqual(withoutComputing(now), withoutComputing(container)))
      errors.forbidden(
        `spec.initContainers[${i}]`,
        "only cpu and memory resources for init or sidecar containers are mutable",
      );
  }
  if (errors.causes.length > before) return;
  const { containers: _, initContainers: _1, ...rest } = pod.spec;
  const { containers: _2, initContainers: _3, ...old } = stored.spec;
  if (!deepEqual(rest, old)) errors.forbidden("spec", "only cpu and memory resources are mutable");
}

function reordered(pod: Pod, stored: Pod, errors: FieldErrors): boolean {
  const before = errors.causes.length;
  for (const field of ["containers", "initContainers"] as const) {
    const now = pod.spec[field] ?? [];
    const old = stored.spec[field] ?? [];
    if (now.length !== old.length)
      errors.forbidden(`spec.${field}`, "containers may not be added or removed on resize");
    else
      for (const [i, container] of old.entries())
        if (now[i]?.name !== container.name)
          errors.forbidden(`spec.${field}[${i}].name`, "containers may not be renamed or reordered on resize");
  }
  return errors.causes.length > before;
}

function removals(now: Container | undefined, old: Container, at: string, errors: FieldErrors): void {
  const gone = (group: "requests" | "limits"): boolean =>
    CPU_AND_MEMORY.some(
      (name) => old.resources?.[group]?.[name] !== undefined && now?.resources?.[group]?.[name] === undefined,
    );
  if (gone("requests")) errors.forbidden(`${at}.requests`, "resource requests cannot be removed");
  if (gone("limits")) errors.forbidden(`${at}.limits`, "resource limits cannot be removed");
}

/** A container without what a resize may change. */
function withoutComputing(container: Container | undefined): object | undefined {
  if (container === undefined) return undefined;
  const { resources, resizePolicy: _, ...rest } = container;
  const others = (group: ResourceRequirements["limits"]): readonly (readonly [string, string])[] =>
    Object.entries(group ?? {}).filter(([name]) => !CPU_AND_MEMORY.includes(name));
  return { ...rest, limits: others(resources?.limits), requests: others(resources?.requests) };
}

/** Validates an update of the ephemeral containers: those that are there stay as they are. */
export function ephemeralUpdate(pod: Pod, stored: Pod, errors: FieldErrors): void {
  if (stored.metadata.annotations?.[MIRROR] !== undefined)
    return errors.forbidden("", "static pods do not support ephemeral containers");
  podSpec(pod.spec, "spec", errors);
  const now = new Map((pod.spec.ephemeralContainers ?? []).map((container) => [container.name, container]));
  for (const old of stored.spec.ephemeralContainers ?? []) {
    const name = JSON.stringify(old.name);
    const found = now.get(old.name);
    if (found === undefined)
      errors.forbidden("spec.ephemeralContainers", `existing ephemeral containers ${name} may not be removed\n`);
    else if (!deepEqual(found, old))
      errors.forbidden("spec.ephemeralContainers", `existing ephemeral containers ${name} may not be changed\n`);
  }
}
