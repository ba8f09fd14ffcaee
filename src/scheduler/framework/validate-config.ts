import { qualifiedNameProblems } from "../../api/label-query.ts";
import { InputError } from "../../base/input-error.ts";
import { cast } from "../../base/units.ts";
import { goDuration } from "./go-duration.ts";
import { EXTENSION_POINTS } from "./names.ts";
import { argumentProblems, invalid } from "./validate-args.ts";

type Fields = { readonly [field: string]: unknown };

const REMOVED_PLUGINS: readonly string[] = ["AzureDiskLimits", "CinderLimits", "EBSLimits", "GCEPDLimits"];
const REMOVED = 'was invalid in version "v1"';
const SAME_VERSION = '(KubeSchedulerConfiguration is version "kubescheduler.config.k8s.io/v1")';

/** Refuses a decoded KubeSchedulerConfiguration as kube-scheduler does when it starts, all mistakes at once. */
export function validateConfig(config: Fields): void {
  const errors = new Set([
    ...clientProblems(fieldsOf(config["clientConnection"])),
    ...leaderProblems(fieldsOf(config["leaderElection"])),
    ...atLeast(config["parallelism"] ?? 16, 1, "parallelism", "should be an integer value greater than zero"),
    ...profilesProblems(listOf(config["profiles"])),
    ...percentageProblems(config["percentageOfNodesToScore"], "percentageOfNodesToScore"),
    ...backoffProblems(config),
    ...extenderProblems(listOf(config["extenders"])),
  ]);
  refuse([...errors], "");
}

/** One mistake as it is, several in brackets; nothing when there are none. */
export function refuse(errors: readonly string[], where: string): void {
  if (errors.length === 1) throw new InputError(`${where}${errors[0]}`);
  if (errors.length > 1) throw new InputError(`${where}[${errors.join(", ")}]`);
}

function clientProblems(client: Fields): readonly string[] {
  return atLeast(client["burst"] ?? 0, 0, "clientConnection.burst", "must be non-negative");
}

function leaderProblems(leader: Fields): readonly string[] {
  if (leader["leaderElect"] === false) return [];
  const found: string[] = [];
  const time = (field: string, otherwise: string): string => {
    const text = cast<string>(leader[field] ?? otherwise);
    return goDuration(text) === 0 ? otherwise : text;
  };
  const lease = time("leaseDuration", "15s");
  const renew = time("renewDeadline", "10s");
  const retry = time("retryPeriod", "2s");
  for (const [field, text] of [
    ["leaseDuration", lease],
    ["renewDeadline", renew],
    ["retryPeriod", retry],
  ] as const)
    if ((goDuration(text) ?? 0) <= 0) found.push(invalid(`leaderElection.${field}`, text, "must be greater than zero"));
  if ((goDuration(lease) ?? 0) <= (goDuration(renew) ?? 0))
    found.push(invalid("leaderElection.leaseDuration", renew, "must be greater than `RenewDeadline`"));
  const lock = cast<string>(leader["resourceLock"] ?? "");
  if (lock !== "" && lock !== "leases")
    found.push(invalid("leaderElection.resourceLock", lock, 'resourceLock value must be "leases"'));
  return found;
}

function profilesProblems(profiles: readonly Fields[]): readonly string[] {
  const found: string[] = [];
  const seen = new Set<unknown>();
  for (const [i, profile] of profiles.entries()) {
    const path = `profiles[${i}]`;
    const name = profile["schedulerName"] ?? (profiles.length === 1 ? "default-scheduler" : "");
    if (name === "") found.push(`${path}.schedulerName: Required value`);
    found.push(...percentageProblems(profile["percentageOfNodesToScore"], `${path}.percentageOfNodesToScore`));
    found.push(...removedPlugins(fieldsOf(profile["plugins"]), `${path}.plugins`));
    found.push(...pluginConfigProblems(listOf(profile["pluginConfig"]), `${path}.pluginConfig`));
    // Upstream prints the path of the first one as an empty struct.
    if (seen.has(name)) found.push(`${path}.schedulerName: Duplicate value: {}`);
    seen.add(name);
  }
  found.push(...queueSortProblems(profiles));
  return found;
}

function removedPlugins(plugins: Fields, path: string): readonly string[] {
  const found: string[] = [];
  for (const point of EXTENSION_POINTS)
    for (const [i, { name }] of listOf(fieldsOf(plugins[point])["enabled"]).entries())
      if (REMOVED_PLUGINS.includes(String(name)))
        found.push(invalid(`${path}.${point}.enabled[${i}]`, name, `${REMOVED} ${SAME_VERSION}`));
  return found;
}

function pluginConfigProblems(entries: readonly Fields[], path: string): readonly string[] {
  const found: string[] = [];
  const seen = new Set<string>();
  for (const [i, entry] of entries.entries()) {
    const name = cast<string>(entry["name"] ?? "");
    if (seen.has(name)) found.push(`${path}[${i}]: Duplicate value: ${JSON.stringify(name)}`);
    seen.add(name);
    if (REMOVED_PLUGINS.includes(name)) found.push(invalid(`${path}[${i}]`, name, `${REMOVED} ${SAME_VERSION}`));
    else found.push(...argumentProblems(name, fieldsOf(entry["args"]), `${path}[${i}].args`));
  }
  return found;
}

/** All profiles share one queue, so they must sort it alike. */
function queueSortProblems(profiles: readonly Fields[]): readonly string[] {
  const found: string[] = [];
  const shown = ({ plugins }: Fields): unknown => {
    const set = fieldsOf(fieldsOf(plugins)["queueSort"]);
    const names = (list: unknown): unknown =>
      list === undefined ? null : listOf(list).map(({ name = "", weight = 0 }) => ({ Name: name, Weight: weight }));
    return { Enabled: names(set["enabled"]), Disabled: names(set["disabled"]) };
  };
  const [first, ...others] = profiles.map(shown);
  const enabled = listOf(fieldsOf(fieldsOf(profiles[0]?.["plugins"])["queueSort"])["enabled"]);
  if (enabled.length > 1)
    found.push(
      invalid("profiles[0].plugins.queueSort.Enabled", enabled.length, "only one queue sort plugin can be enabled"),
    );
  for (const [i, other] of others.entries())
    if (JSON.stringify(other) !== JSON.stringify(first))
      found.push(invalid(`profiles[${i + 1}].plugins.queueSort`, other, "must be the same for all profiles"));
  return found;
}

function backoffProblems(config: Fields): readonly string[] {
  const initial = cast<number>(config["podInitialBackoffSeconds"] ?? 1);
  const longest = cast<number>(config["podMaxBackoffSeconds"] ?? 10);
  const rule = "must be greater than or equal to PodInitialBackoffSeconds";
  return [
    ...atLeast(initial, 1, "podInitialBackoffSeconds", "must be greater than 0"),
    ...atLeast(longest, initial, "podMaxBackoffSeconds", rule),
  ];
}

function extenderProblems(extenders: readonly Fields[]): readonly string[] {
  const found: string[] = [];
  const seen = new Set<string>();
  for (const [i, extender] of extenders.entries()) {
    const weight = cast<number>(extender["weight"] ?? 0);
    if ((extender["prioritizeVerb"] ?? "") !== "" && weight <= 0)
      found.push(invalid(`extenders[${i}].weight`, weight, "must have a positive weight applied to it"));
    for (const [j, resource] of listOf(extender["managedResources"]).entries()) {
      const name = cast<string>(resource["name"] ?? "");
      const path = `extenders[${i}].managedResources[${j}].name`;
      const problems = qualifiedNameProblems(name);
      for (const problem of problems) found.push(invalid(path, name, problem));
      if (problems.length === 0 && !isExtendedResource(name))
        found.push(invalid(path, name, "is an invalid extended resource name"));
      if (seen.has(name)) found.push(invalid(path, name, "duplicate extender managed resource name"));
      seen.add(name);
    }
  }
  const binders = extenders.filter(({ bindVerb = "" }) => bindVerb !== "").length;
  if (binders > 1)
    found.push(
      invalid("extenders", `found ${binders} extenders implementing bind`, "only one extender can implement bind"),
    );
  return found;
}

function isExtendedResource(name: string): boolean {
  return name.includes("/") && !name.includes("kubernetes.io/") && !name.startsWith("requests.");
}

function percentageProblems(value: unknown, path: string): readonly string[] {
  if (value === undefined) return [];
  const share = cast<number>(value);
  return share < 0 || share > 100 ? [invalid(path, share, "not in valid range [0-100]")] : [];
}

function atLeast(value: unknown, least: number, path: string, rule: string): readonly string[] {
  return cast<number>(value) < least ? [invalid(path, value, rule)] : [];
}

function fieldsOf(value: unknown): Fields {
  return cast<Fields>(value ?? {});
}

function listOf(value: unknown): readonly Fields[] {
  return cast<readonly Fields[]>(value ?? []);
}
