import { cast } from "../../base/units.ts";
import { controllerManagerControllers } from "../../controllers/index.ts";
import type { CaseOutcome, Conformance, Difference } from "./conformance.ts";
import { ControllersCluster } from "./controllers-cluster.ts";
import { cronAnswers, deploymentAnswers, hashAnswers, orderAnswers } from "./controllers-pure.ts";
import type { Answers } from "./controllers-pure.ts";
import { Script } from "./controllers-script.ts";
import type { ScriptAction } from "./controllers-script.ts";
import { snapshot } from "./controllers-snapshot.ts";
import { deepEqual } from "./deep-equal.ts";

type Line = { readonly [field: string]: unknown };

interface RecordedStep {
  readonly action: ScriptAction;
  readonly error?: { readonly code: number; readonly reason?: string; readonly message?: string };
  readonly snapshot: Line;
  readonly variants?: readonly Line[];
}

interface Scenario {
  readonly id: string;
  readonly family: string;
  readonly profile?: string;
  readonly observe?: readonly string[];
  readonly records: readonly RecordedStep[];
}

const FAMILIES: ReadonlySet<string> = new Set([
  "deployment",
  "replicaset",
  "gc",
  "namespace",
  "budget",
  "nodelifecycle",
  "statefulset",
  "job",
  "daemonset",
  "cronjob",
  "storage",
  "quota",
]);
const ZONES = ["a", "b", "c", "a", "b", "c"];
const NAMESPACE = "ns-shaken";
/** For how long nothing may change until a recording took its snapshot, by family. */
const QUIET_MS: { readonly [family: string]: number } = {
  job: 1900,
  cronjob: 1900,
  endpointslice: 1700,
  gc: 1200,
  namespace: 1500,
  storage: 1200,
  hpa: 2600,
  quota: 900,
  nodelifecycle: 1300,
};
const USUAL_QUIET_MS = 700;
const DIFFERENCES_MAX = 5;

/** Replays recorded scripts of kube-controller-manager and single calls of its functions. */
export const controllersConformance: Conformance = {
  area: "controllers",
  recognises: (line) => isScenario(line) || pureAnswers(line) !== undefined,
  replay(line) {
    if (isScenario(line)) return replayScenario(cast<Scenario>(line));
    const pure = pureAnswers(line);
    return pure === undefined ? undefined : outcome(pure.family, pure.family, pure.answers(line));
  },
};

function isScenario(line: Line): boolean {
  return typeof line["family"] === "string" && Array.isArray(line["records"]) && Array.isArray(line["steps"]);
}

function pureAnswers(line: Line): { readonly family: string; answers(line: Line): Answers } | undefined {
  if ("printed" in line && "template" in line) return { family: "pure-hash", answers: hashAnswers };
  if ("plainLess" in line) return { family: "pure-pod-order", answers: orderAnswers };
  if ("schedule" in line && "timeZone" in line) return { family: "pure-cron", answers: cronAnswers };
  if ("downLimit" in line && "rules" in line) return { family: "pure-hpa-limits", answers: notBuilt };
  if ("cpuInitializationPeriod" in line) return { family: "pure-hpa-replicas", answers: notBuilt };
  if ("fenceposts" in line) return { family: "pure-deployment", answers: deploymentAnswers };
  return undefined;
}

/** Nothing to compare: counts as not supported. */
function notBuilt(): Answers {
  return [];
}

function outcome(family: string, name: string, answers: Answers): CaseOutcome {
  if (answers.length === 0)
    return { family, name, decisions: 1, agree: 0, disagree: 0, notSupported: 1, differences: [] };
  const differences = answers.filter(({ expected, actual }) => !deepEqual(expected, actual));
  const agrees = differences.length === 0 ? 1 : 0;
  return { family, name, decisions: 1, agree: agrees, disagree: 1 - agrees, notSupported: 0, differences };
}

function replayScenario(scenario: Scenario): CaseOutcome {
  const { id: name, family, records } = scenario;
  const decisions = records.length;
  if (!FAMILIES.has(family))
    return { family, name, decisions, agree: 0, disagree: 0, notSupported: decisions, differences: [] };
  const script = prepare(scenario);
  const differences: Difference[] = [];
  let agree = 0;
  records.forEach((record, i) => {
    const refused = script.act(record.action);
    script.cluster.settle(QUIET_MS[family] ?? USUAL_QUIET_MS);
    const actual = snapshot(script);
    const error = refused && {
      code: refused.code,
      reason: refused.reason ?? "",
      message: script.aliases.text(refused.message ?? ""),
    };
    const sameError = deepEqual(error, record.error);
    const states = [record.snapshot, ...(record.variants ?? [])];
    if (sameError && states.some((state) => deepEqual(state, actual))) {
      agree += 1;
      return;
    }
    if (differences.length >= DIFFERENCES_MAX) return;
    const where = `record ${i} (${record.action.do})`;
    if (!sameError) differences.push({ where: `${where}: error`, expected: record.error, actual: error });
    else differences.push(firstDifference(where, record.snapshot, actual));
  });
  return { family, name, decisions, agree, disagree: decisions - agree, notSupported: 0, differences };
}

/** The first kind of which the snapshots tell different things. */
function firstDifference(where: string, expected: Line, actual: Line): Difference {
  for (const kind of new Set([...Object.keys(expected), ...Object.keys(actual)]))
    if (!deepEqual(expected[kind], actual[kind]))
      return { where: `${where}: ${kind}`, expected: expected[kind], actual: actual[kind] };
  return { where, expected, actual };
}

/** A cluster as the scenario's profile has it, with the scenario's namespace. */
function prepare(scenario: Scenario): Script {
  const isNodes = scenario.profile === "nodes";
  const nodeMonitor = { periodMs: 1000, graceMs: 6000, startupGraceMs: 8000, evictionRate: 10 };
  const cluster = new ControllersCluster(
    controllerManagerControllers({
      ...(isNodes && { nodeMonitor }),
      volumes: scenario.family === "storage" && "no provisioner",
      quotas: JSON.stringify(scenario.records).includes('"ResourceQuota"'),
      maxUnavailableStatefulSet: scenario.profile === "maxunavailable",
    }),
  );
  for (const name of ["kube-system", "kube-node-lease", "default", NAMESPACE])
    cluster.request({
      verb: "create",
      resource: "namespaces",
      body: { apiVersion: "v1", kind: "Namespace", metadata: { name } },
    });
  const script = new Script(cluster, NAMESPACE, scenario, isNodes);
  if (!isNodes) ZONES.forEach((zone, i) => script.createNode(`n${i + 1}`, { "topology.kubernetes.io/zone": zone }));
  cluster.settle(USUAL_QUIET_MS);
  return script;
}
