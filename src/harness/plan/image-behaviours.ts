import { quantityMilli, quantityValue } from "../../api/quantity.ts";
import type { ContainerBehaviour, ImageBehaviour, ProbeAnswer } from "../../kubelet/cri/behaviour.ts";
import type { ImageRule } from "./plan.ts";

const READY_MS = 1000;

/** The image rules of a plan in the words of the container runtime. */
export function imageBehaviours(rules: readonly ImageRule[]): ImageBehaviour[] {
  return rules.map((rule) => ({
    image: rule.image,
    ...pulls(rule),
    ...(runs(rule) && { attempts: [behaviour(rule)] }),
  }));
}

function pulls(rule: ImageRule): Pick<ImageBehaviour, "pulls"> {
  if (rule.missing === true)
    return { pulls: [{ takes: rule.pullMs ?? 500, error: `failed to resolve reference "${rule.image}": not found` }] };
  return rule.pullMs === undefined ? {} : { pulls: [{ takes: rule.pullMs }] };
}

/** Whether a rule says anything about running containers. */
function runs({ image: _image, pullMs: _pull, missing: _missing, ...rest }: ImageRule): boolean {
  return Object.keys(rest).length > 0;
}

function behaviour(rule: ImageRule): ContainerBehaviour {
  const probes = readiness(rule);
  const version = rule.version ?? (rule.image.includes("*") ? undefined : rule.image);
  return {
    startup: probes,
    readiness: probes,
    termination: rule.terminateMs === "never" ? "ever" : (rule.terminateMs ?? 0),
    ...(rule.startMs !== undefined && { start: { takes: rule.startMs } }),
    ...(rule.runsForMs !== undefined && { runs: rule.runsForMs }),
    ...(rule.runsForMs === undefined && rule.exitCode !== undefined && { runs: 0 }),
    ...(rule.exitCode !== undefined && { exit: rule.exitCode }),
    ...(version !== undefined && { version }),
    ...(rule.cpu !== undefined && { cpuMilli: quantityMilli(rule.cpu) }),
    ...(rule.memory !== undefined && { memoryBytes: quantityValue(rule.memory) }),
  };
}

function readiness(rule: ImageRule): readonly ProbeAnswer[] {
  if (rule.readyAfterMs === "never") return [{ at: 0, result: "fail" }];
  const at = rule.readyAfterMs ?? READY_MS;
  return at === 0
    ? [{ at, result: "ok" }]
    : [
        { at: 0, result: "fail" },
        { at, result: "ok" },
      ];
}
