import type { Pod } from "../../api/types/core-v1.ts";
import type { PlannedTrouble } from "../invariants/invariant.ts";
import type { ImageRule } from "../plan/plan.ts";
import { nodeOf } from "./pod.ts";

/**
 * What the plan's image rules say of a pod that has a node: the first container that cannot start, stay or become ready (the
 * first matching rule wins); of one without, what `unschedulable` says.
 */
export function plannedTrouble(images: readonly ImageRule[], unschedulable?: PlannedTrouble): PlannedTrouble {
  return (pod) => {
    if (nodeOf(pod) === "") return unschedulable?.(pod);
    for (const container of pod.spec.initContainers ?? []) {
      const rule = ruleOf(images, container.image ?? "");
      if (rule?.missing === true) return `its image ${container.image} cannot be pulled`;
      if ((rule?.exitCode ?? 0) !== 0) return `its init container ${container.name} exits with ${rule?.exitCode}`;
    }
    return pod.spec.containers
      .map((container) => troubleOf(container, pod, images))
      .find((trouble) => trouble !== undefined);
  };
}

function troubleOf(
  container: Pod["spec"]["containers"][number],
  pod: Pod,
  images: readonly ImageRule[],
): string | undefined {
  const rule = ruleOf(images, container.image ?? "");
  if (rule === undefined) return undefined;
  if (rule.missing === true) return `its image ${container.image} cannot be pulled`;
  if (rule.runsForMs !== undefined && (pod.spec.restartPolicy ?? "Always") !== "Never")
    return `its container ${container.name} ends by itself`;
  const probed =
    container.readinessProbe !== undefined ||
    container.startupProbe !== undefined ||
    container.livenessProbe !== undefined;
  if (rule.readyAfterMs === "never" && probed) return `its container ${container.name} never passes a probe`;
  return killedBeforeReady(container, rule)
    ? `its container ${container.name} is killed by its probes before it is ready`
    : undefined;
}

/** A liveness or startup probe that gives up before the program answers. */
function killedBeforeReady(container: Pod["spec"]["containers"][number], rule: ImageRule): boolean {
  const probe = container.startupProbe ?? container.livenessProbe;
  if (probe === undefined || rule.readyAfterMs === undefined || rule.readyAfterMs === "never") return false;
  const patience = (probe.initialDelaySeconds ?? 0) + (probe.periodSeconds ?? 10) * (probe.failureThreshold ?? 3);
  return rule.readyAfterMs >= patience * 1000;
}

function ruleOf(images: readonly ImageRule[], image: string): ImageRule | undefined {
  return images.find((rule) => matches(rule.image, image));
}

/** "*" stands for any text. */
function matches(pattern: string, image: string): boolean {
  const parts = pattern.split("*");
  if (parts.length === 1) return pattern === image;
  const [first = ""] = parts;
  const last = parts.at(-1) ?? "";
  if (!image.startsWith(first) || !image.endsWith(last) || image.length < first.length + last.length) return false;
  let from = first.length;
  for (const part of parts.slice(1, -1)) {
    const at = image.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return from <= image.length - last.length;
}
