import { InputError } from "../base/input-error.ts";
import { parseYaml } from "../harness/plan/yaml.ts";
import { schedulerConfig } from "../scheduler/framework/profile.ts";
import { readText } from "./read.ts";

const GROUP = "kubescheduler.config.k8s.io/v1";
const KIND = "KubeSchedulerConfiguration";

/** A KubeSchedulerConfiguration from a file, checked by building its profiles. */
export function readSchedulerConfig(file: string): unknown {
  const value = decode(readText(file), file);
  const { apiVersion, kind, percentageOfNodesToScore: share } = value;
  if (apiVersion !== GROUP || kind !== KIND)
    throw new InputError(`${file}: expected apiVersion ${GROUP} and kind ${KIND}.`);
  if (share !== undefined && !(Number.isInteger(share) && Number(share) >= 0 && Number(share) <= 100))
    throw new InputError(
      `${file}: percentageOfNodesToScore: expected a whole number from 0 to 100, found ${JSON.stringify(share)}.`,
    );
  if (value["profiles"] !== undefined && !Array.isArray(value["profiles"]))
    throw new InputError(`${file}: profiles: expected a list.`);
  try {
    schedulerConfig(value);
  } catch (error) {
    if (error instanceof InputError)
      throw new InputError(`${file}: ${error.message}; expected profiles that kube-scheduler v1.36 accepts.`);
    if (error instanceof TypeError)
      throw new InputError(`${file}: profiles: expected the fields of a KubeSchedulerProfile.`);
    throw error;
  }
  return value;
}

function decode(text: string, file: string): { readonly [field: string]: unknown } {
  const [document, ...more] = parseYaml(text, file);
  const value = document?.value;
  if (more.length > 0 || typeof value !== "object" || value === null || Array.isArray(value))
    throw new InputError(`${file}: expected one document with apiVersion ${GROUP} and kind ${KIND}.`);
  return value as { readonly [field: string]: unknown };
}
