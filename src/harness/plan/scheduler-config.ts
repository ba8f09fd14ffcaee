import { InputError } from "../../base/input-error.ts";
import { cast } from "../../base/units.ts";
import { schedulerConfig } from "../../scheduler/framework/profile.ts";
import { parseYaml } from "./yaml.ts";

const GROUP = "kubescheduler.config.k8s.io/v1";
const KIND = "KubeSchedulerConfiguration";

/** A KubeSchedulerConfiguration in a YAML or JSON text, as it is; its kind is checked. */
export function parseSchedulerConfig(text: string, file: string): { readonly [field: string]: unknown } {
  const [document, ...more] = parseYaml(text, file);
  const value = document?.value;
  const found = typeof value !== "object" || value === null ? {} : cast<{ readonly [field: string]: unknown }>(value);
  if (more.length > 0 || found["apiVersion"] !== GROUP || found["kind"] !== KIND)
    throw new InputError(`${file}: expected one document with apiVersion ${GROUP} and kind ${KIND}.`);
  return found;
}

/** Refuses a configuration that kube-scheduler refuses, or that no simulation can follow; the schedulerNames that it serves. */
export function checkSchedulerConfig(config: { readonly [field: string]: unknown }, where: string): readonly string[] {
  try {
    const { profiles } = schedulerConfig(config);
    const { extenders } = config;
    if (Array.isArray(extenders) && extenders.length > 0)
      throw new InputError("extenders: a simulated cluster cannot ask them over HTTP");
    return [...profiles.keys()];
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(`${where}: ${error.message}; expected a configuration that kube-scheduler v1.36 accepts.`);
  }
}
