import { InputError } from "../../base/input-error.ts";
import { cast } from "../../base/units.ts";
import { EXTENSION_POINTS } from "./names.ts";

type Fields = { readonly [field: string]: unknown };

const API_VERSION = "kubescheduler.config.k8s.io/v1";
const KIND = "KubeSchedulerConfiguration";
const TOP: readonly string[] = [
  "apiVersion",
  "kind",
  "parallelism",
  "leaderElection",
  "clientConnection",
  "enableProfiling",
  "enableContentionProfiling",
  "percentageOfNodesToScore",
  "podInitialBackoffSeconds",
  "podMaxBackoffSeconds",
  "profiles",
  "extenders",
  "delayCacheUntilActive",
];
const PROFILE: readonly string[] = ["schedulerName", "percentageOfNodesToScore", "plugins", "pluginConfig"];
const POINTS: readonly string[] = [...EXTENSION_POINTS, "multiPoint", "placementGenerate", "placementScore"];
const REMOVED_PLUGINS: readonly string[] = ["AzureDiskLimits", "CinderLimits", "EBSLimits", "GCEPDLimits"];

/** Refuses a KubeSchedulerConfiguration as kube-scheduler does when it starts: first unknown fields, then wrong values, all at once. */
export function validateConfig(config: unknown): void {
  if (!isObject(config))
    throw new InputError(`${KIND}: expected an object with profiles, got ${JSON.stringify(config)}`);
  const { apiVersion = API_VERSION, kind = KIND } = config;
  if (apiVersion !== API_VERSION || kind !== KIND)
    throw new InputError(
      `no kind "${String(kind)}" is registered for version "${String(apiVersion)}"; expected ${KIND} of ${API_VERSION}`,
    );
  const unknown = unknownFields(config);
  if (unknown.length > 0) throw new InputError(`strict decoding error: ${joined(unknown)}`);
  const errors = wrongValues(config);
  if (errors.length > 1) throw new InputError(`[${joined(errors)}]`);
  if (errors[0] !== undefined) throw new InputError(errors[0]);
}

function unknownFields(config: Fields): readonly string[] {
  const found: string[] = [];
  const look = (value: unknown, known: readonly string[], path: string): void => {
    if (!isObject(value)) return;
    for (const field of Object.keys(value)) if (!known.includes(field)) found.push(`unknown field "${path}${field}"`);
  };
  look(config, TOP, "");
  for (const [i, profile] of listOf(config["profiles"]).entries()) {
    look(profile, PROFILE, `profiles[${i}].`);
    const plugins = fieldsOf(profile["plugins"]);
    look(plugins, POINTS, `profiles[${i}].plugins.`);
    for (const [point, set] of Object.entries(plugins)) {
      look(set, ["enabled", "disabled"], `profiles[${i}].plugins.${point}.`);
      for (const list of ["enabled", "disabled"])
        for (const [j, plugin] of listOf(fieldsOf(set)[list]).entries())
          look(plugin, ["name", "weight"], `profiles[${i}].plugins.${point}.${list}[${j}].`);
    }
    for (const [j, entry] of listOf(profile["pluginConfig"]).entries())
      look(entry, ["name", "args"], `profiles[${i}].pluginConfig[${j}].`);
  }
  return found;
}

function wrongValues(config: Fields): readonly string[] {
  const errors: string[] = [];
  wholeBetween(
    errors,
    "parallelism",
    config["parallelism"],
    1,
    Infinity,
    "should be an integer value greater than zero",
  );
  const seen = new Map<unknown, number>();
  for (const [i, profile] of listOf(config["profiles"]).entries()) {
    const path = `profiles[${i}]`;
    profileValues(errors, path, profile);
    const name = profile["schedulerName"] ?? "default-scheduler";
    if (name === "") errors.push(`${path}.schedulerName: Required value`);
    const first = seen.get(name);
    if (first === undefined) seen.set(name, i);
    else errors.push(`${path}.schedulerName: Duplicate value: "profiles[${first}].schedulerName"`);
  }
  percentage(errors, "percentageOfNodesToScore", config["percentageOfNodesToScore"]);
  const initial = config["podInitialBackoffSeconds"] ?? 1;
  wholeBetween(errors, "podInitialBackoffSeconds", initial, 1, Infinity, "must be greater than 0");
  const least = typeof initial === "number" ? initial : 1;
  const longest = config["podMaxBackoffSeconds"] ?? 10;
  const rule = "must be greater than or equal to PodInitialBackoffSeconds";
  wholeBetween(errors, "podMaxBackoffSeconds", longest, least, Infinity, rule);
  return errors;
}

function profileValues(errors: string[], path: string, profile: Fields): void {
  percentage(errors, `${path}.percentageOfNodesToScore`, profile["percentageOfNodesToScore"]);
  for (const [point, set] of Object.entries(fieldsOf(profile["plugins"])))
    for (const [i, { name, weight }] of listOf(fieldsOf(set)["enabled"]).entries()) {
      const place = `${path}.plugins.${point}.enabled[${i}]`;
      wholeBetween(errors, `${place}.weight`, weight, 0, Infinity, "must be greater than or equal to 0");
      if (REMOVED_PLUGINS.includes(String(name)))
        errors.push(invalid(place, name, `was invalid in version "v1" (${KIND} is version "${API_VERSION}")`));
    }
  const configured = new Set<unknown>();
  for (const [i, { name, args }] of listOf(profile["pluginConfig"]).entries()) {
    const place = `${path}.pluginConfig[${i}]`;
    if (configured.has(name)) errors.push(`${place}: Duplicate value: ${JSON.stringify(name)}`);
    configured.add(name);
    argumentValues(errors, `${place}.args`, String(name), fieldsOf(args));
  }
}

function argumentValues(errors: string[], path: string, name: string, args: Fields): void {
  if (name === "DefaultPreemption") {
    const share = args["minCandidateNodesPercentage"] ?? 10;
    const count = args["minCandidateNodesAbsolute"] ?? 100;
    wholeBetween(errors, `${path}.minCandidateNodesPercentage`, share, 0, 100, "not in valid range [0, 100]");
    wholeBetween(errors, `${path}.minCandidateNodesAbsolute`, count, 0, Infinity, "not in valid range [0, inf)");
    if (share !== 0 || count !== 0) return;
    const both = "cannot be zero at the same time as";
    errors.push(invalid(`${path}.minCandidateNodesPercentage`, 0, `${both} minCandidateNodesAbsolute`));
    errors.push(invalid(`${path}.minCandidateNodesAbsolute`, 0, `${both} minCandidateNodesPercentage`));
  } else if (name === "InterPodAffinity")
    wholeBetween(
      errors,
      `${path}.hardPodAffinityWeight`,
      args["hardPodAffinityWeight"],
      0,
      100,
      "not in valid range [0, 100]",
    );
  else if (name === "PodTopologySpread") {
    const type = args["defaultingType"] ?? "System";
    if (type !== "System" && type !== "List")
      errors.push(
        `${path}.defaultingType: Unsupported value: ${JSON.stringify(type)}: supported values: "System", "List"`,
      );
    else if (type === "System" && listOf(args["defaultConstraints"]).length > 0)
      errors.push(invalid(`${path}.defaultingType`, type, "when .defaultConstraints are not empty"));
  }
}

function percentage(errors: string[], path: string, value: unknown): void {
  wholeBetween(errors, path, value, 0, 100, "not in valid range [0-100]");
}

/** An absent value is right. */
function wholeBetween(errors: string[], path: string, value: unknown, least: number, most: number, rule: string): void {
  if (value === undefined || value === null) return;
  if (typeof value !== "number" || !Number.isInteger(value)) errors.push(invalid(path, value, "must be an integer"));
  else if (value < least || value > most) errors.push(invalid(path, value, rule));
}

function invalid(path: string, value: unknown, rule: string): string {
  return `${path}: Invalid value: ${JSON.stringify(value)}: ${rule}`;
}

function joined(errors: readonly string[]): string {
  return errors.join(", ");
}

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function fieldsOf(value: unknown): Fields {
  return isObject(value) ? value : {};
}

function listOf(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? cast<readonly unknown[]>(value).map(fieldsOf) : [];
}
