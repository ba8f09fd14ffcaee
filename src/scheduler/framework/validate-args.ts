import type { NodeAffinity, NodeSelectorTerm, TopologySpreadConstraint } from "../../api/types/core-v1.ts";
import { qualifiedNameProblems, labelValueProblems } from "../../api/label-query.ts";
import { cast } from "../../base/units.ts";
import type { ResourceSpec, ScoringStrategy } from "./args.ts";
import { goDuration } from "./go-duration.ts";

type Fields = { readonly [field: string]: unknown };
type Shape = readonly { readonly utilization?: number; readonly score?: number }[];

/** "path: Invalid value: VALUE: rule", as field errors are written. */
export function invalid(path: string, value: unknown, rule: string): string {
  return `${path}: Invalid value: ${JSON.stringify(value)}: ${rule}`;
}

/** What is wrong with the arguments of an in-tree plugin (apis/config/validation/validation_pluginargs.go). */
export function argumentProblems(plugin: string, args: Fields, path: string): readonly string[] {
  switch (plugin) {
    case "DefaultPreemption":
      return preemptionProblems(args, path);
    case "InterPodAffinity":
      return inRange(args["hardPodAffinityWeight"] ?? 1, 0, 100, `${path}.hardPodAffinityWeight`);
    case "NodeAffinity":
      return affinityProblems(cast<NodeAffinity>(args["addedAffinity"] ?? {}), `${path}.addedAffinity`);
    case "NodeResourcesBalancedAllocation":
      return balanceProblems(cast<readonly ResourceSpec[]>(args["resources"] ?? []), `${path}.resources`);
    case "PodTopologySpread":
      return spreadProblems(args, path);
    case "VolumeBinding":
      return volumeProblems(args, path);
    case "DynamicResources":
      return timeoutProblems(args, path);
    default:
      return [];
  }
}

function preemptionProblems(args: Fields, path: string): readonly string[] {
  const share = cast<number>(args["minCandidateNodesPercentage"] ?? 10);
  const count = cast<number>(args["minCandidateNodesAbsolute"] ?? 100);
  const sharePath = `${path}.minCandidateNodesPercentage`;
  const countPath = `${path}.minCandidateNodesAbsolute`;
  const found = [...inRange(share, 0, 100, sharePath)];
  if (count < 0) found.push(invalid(countPath, count, "not in valid range [0, inf)"));
  if (share === 0 && count === 0) {
    found.push(invalid(sharePath, 0, "cannot be zero at the same time as minCandidateNodesAbsolute"));
    found.push(invalid(countPath, 0, "cannot be zero at the same time as minCandidateNodesPercentage"));
  }
  return found;
}

function balanceProblems(resources: readonly ResourceSpec[], path: string): readonly string[] {
  const found: string[] = [];
  const seen = new Set<string>();
  for (const [i, { name = "", weight = 0 }] of cast<readonly Partial<ResourceSpec>[]>(resources).entries()) {
    if (seen.has(name)) found.push(`${path}[${i}].name: Duplicate value: ${JSON.stringify(name)}`);
    seen.add(name);
    const given = weight === 0 ? 1 : weight;
    if (given !== 1) found.push(invalid(`${path}[${i}].weight`, given, "must be 1"));
  }
  return found;
}

function spreadProblems(args: Fields, path: string): readonly string[] {
  const found: string[] = [];
  const given = cast<string | undefined>(args["defaultingType"]) ?? "";
  const type = given === "" ? "System" : given;
  const constraints = cast<readonly Partial<TopologySpreadConstraint>[]>(args["defaultConstraints"] ?? []);
  if (type !== "System" && type !== "List") found.push(unsupported(`${path}.defaultingType`, type, ["System", "List"]));
  else if (type === "System" && constraints.length > 0)
    found.push(invalid(`${path}.defaultingType`, type, "when .defaultConstraints are not empty"));
  const seen = new Set<string>();
  for (const [i, one] of constraints.entries()) {
    const at = `${path}.defaultConstraints[${i}]`;
    const { maxSkew = 0, topologyKey = "", whenUnsatisfiable: action = "" } = one;
    if (maxSkew <= 0) found.push(invalid(`${at}.maxSkew`, maxSkew, "not in valid range (0, inf)"));
    if (topologyKey === "") found.push(`${at}.topologyKey: Required value: can not be empty`);
    else found.push(...nameProblems(topologyKey, `${at}.topologyKey`));
    if (action === "") found.push(`${at}.whenUnsatisfiable: Required value: can not be empty`);
    else if (action !== "DoNotSchedule" && action !== "ScheduleAnyway")
      found.push(unsupported(`${at}.whenUnsatisfiable`, action, ["DoNotSchedule", "ScheduleAnyway"]));
    if (one.labelSelector !== undefined)
      found.push(`${at}.labelSelector: Forbidden: constraint must not define a selector, as they deduced for each pod`);
    const both = `{${topologyKey}, ${action}}`;
    if (seen.has(both)) found.push(`${at}: Duplicate value: ${JSON.stringify(both)}`);
    seen.add(both);
  }
  return found;
}

function volumeProblems(args: Fields, path: string): readonly string[] {
  const found: string[] = [];
  const seconds = cast<number>(args["bindTimeoutSeconds"] ?? 600);
  if (seconds < 0)
    found.push(
      invalid(`${path}.bindTimeoutSeconds`, seconds, "invalid BindTimeoutSeconds, should not be a negative value"),
    );
  if (args["shape"] !== undefined) {
    const shape = cast<Shape>(args["shape"]).map(({ utilization = 0, score = 0 }) => ({
      Utilization: utilization,
      Score: score,
    }));
    const rule = "unexpected field `shape`, remove it or turn on the feature gate StorageCapacityScoring";
    found.push(invalid(`${path}.shape`, shape, rule));
  }
  return found;
}

function timeoutProblems(args: Fields, path: string): readonly string[] {
  const found: string[] = [];
  const filter = cast<string | undefined>(args["filterTimeout"]);
  const binding = cast<string | undefined>(args["bindingTimeout"]);
  if (filter !== undefined && (goDuration(filter) ?? 0) < 0)
    found.push(invalid(`${path}.filterTimeout`, filter, "must be zero or positive"));
  if (binding !== undefined && (goDuration(binding) ?? 0) < 1000)
    found.push(invalid(`${path}.bindingTimeout`, binding, "must be at least 1 second"));
  return found;
}

/** What NodeResourcesFit says of its arguments when it is made; paths start at the arguments. */
export function fitProblems(args: Fields): readonly string[] {
  const found: string[] = [];
  for (const [i, name] of cast<readonly string[]>(args["ignoredResources"] ?? []).entries())
    found.push(...nameProblems(name, `ignoredResources[${i}]`));
  for (const [i, group] of cast<readonly string[]>(args["ignoredResourceGroups"] ?? []).entries()) {
    const at = `ignoredResourceGroups[${i}]`;
    if (group.includes("/")) found.push(invalid(at, group, "resource group name can't contain '/'"));
    found.push(...nameProblems(group, at));
  }
  if (args["scoringStrategy"] === undefined) return found;
  const strategy = cast<Partial<ScoringStrategy> & { readonly requestedToCapacityRatio?: { readonly shape?: Shape } }>(
    args["scoringStrategy"],
  );
  const { type = "", resources = [], requestedToCapacityRatio: ratio } = strategy;
  const types = ["LeastAllocated", "MostAllocated", "RequestedToCapacityRatio"];
  if (!types.includes(type)) found.push(unsupported("scoringStrategy.type", type, types));
  for (const [i, { name = "", weight = 0 }] of cast<readonly Partial<ResourceSpec>[]>(resources).entries())
    if (weight < 0 || weight > 100)
      found.push(
        invalid(
          `scoringStrategy.resources[${i}].weight`,
          weight,
          `resource weight of ${name} not in valid range (0, 100]`,
        ),
      );
  const at = "scoringStrategy.requestedToCapacityRatio";
  if (type === "RequestedToCapacityRatio") {
    if (ratio === undefined) found.push(`${at}: Required value: must be specified when type is ${type}`);
    else found.push(...shapeProblems(ratio.shape ?? [], `${at}.shape`));
  } else if (ratio !== undefined) found.push(`${at}: Forbidden: must be nil when type is not RequestedToCapacityRatio`);
  return found;
}

function shapeProblems(shape: Shape, path: string): readonly string[] {
  if (shape.length === 0) return [`${path}: Required value: at least one point must be specified`];
  const found: string[] = [];
  const descent = shape.findIndex((point, i) => i > 0 && (shape[i - 1]?.utilization ?? 0) >= (point.utilization ?? 0));
  if (descent > 0)
    found.push(
      invalid(
        `${path}[${descent}].utilization`,
        shape[descent]?.utilization ?? 0,
        "values must be sorted in increasing order",
      ),
    );
  for (const [i, { utilization = 0, score = 0 }] of shape.entries()) {
    found.push(...inRange(utilization, 0, 100, `${path}[${i}].utilization`));
    found.push(...inRange(score, 0, 10, `${path}[${i}].score`));
  }
  return found;
}

function affinityProblems(affinity: NodeAffinity, path: string): readonly string[] {
  const found: string[] = [];
  const required = affinity.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  for (const [i, term] of required.entries())
    found.push(...termProblems(term, `${path}.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[${i}]`));
  for (const [i, { weight, preference }] of (affinity.preferredDuringSchedulingIgnoredDuringExecution ?? []).entries())
    if (weight !== 0)
      found.push(...termProblems(preference, `${path}.preferredDuringSchedulingIgnoredDuringExecution[${i}]`));
  return found;
}

function termProblems(term: NodeSelectorTerm, path: string): readonly string[] {
  const found: string[] = [];
  for (const [i, { key, operator, values = [] }] of (term.matchExpressions ?? []).entries()) {
    const at = `${path}.matchExpressions[${i}]`;
    found.push(...nameProblems(key, `${at}.key`));
    const count = values.length;
    const listed = count === 0 ? null : values;
    if ((operator === "In" || operator === "NotIn") && count === 0)
      found.push(invalid(`${at}.values`, listed, "for 'in', 'notin' operators, values set can't be empty"));
    else if ((operator === "Exists" || operator === "DoesNotExist") && count > 0)
      found.push(invalid(`${at}.values`, listed, "values set must be empty for exists and does not exist"));
    else if (operator === "Gt" || operator === "Lt") {
      if (count !== 1)
        found.push(invalid(`${at}.values`, listed, "for 'Gt', 'Lt' operators, exactly one value is required"));
      for (const [j, value] of values.entries())
        if (!/^[+-]?\d+$/.test(value))
          found.push(invalid(`${at}.values[${j}]`, value, "for 'Gt', 'Lt' operators, the value must be an integer"));
    } else if (!OPERATORS.includes(operator)) found.push(unsupported(`${at}.operator`, operator, OPERATORS));
    for (const [j, value] of values.entries())
      for (const problem of labelValueProblems(value))
        found.push(invalid(`${at}.values[${j}][${key}]`, value, problem));
  }
  for (const [i, { operator, values = [] }] of (term.matchFields ?? []).entries()) {
    const at = `${path}.matchFields[${i}]`;
    if (operator !== "In" && operator !== "NotIn") found.push(unsupported(`${at}.operator`, operator, ["In", "NotIn"]));
    else if (values.length !== 1) found.push(invalid(`${at}.values`, values, "must have one element"));
  }
  return found;
}

const OPERATORS: readonly string[] = ["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"];

function nameProblems(name: string, path: string): readonly string[] {
  return qualifiedNameProblems(name).map((problem) => invalid(path, name, problem));
}

function inRange(value: unknown, least: number, most: number, path: string): readonly string[] {
  const given = cast<number>(value);
  return given < least || given > most ? [invalid(path, given, `not in valid range [${least}, ${most}]`)] : [];
}

function unsupported(path: string, value: string, known: readonly string[]): string {
  const listed = known.map((one) => JSON.stringify(one)).join(", ");
  return `${path}: Unsupported value: ${JSON.stringify(value)}: supported values: ${listed}`;
}
