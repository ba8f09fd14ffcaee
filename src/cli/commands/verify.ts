import { Command } from "commander";
import { InputError } from "../../base/input-error.ts";
import { generatePlan } from "../../harness/arbitraries/family.ts";
import type { PlanOptions } from "../../harness/arbitraries/plan.ts";
import { runCampaign } from "../../harness/campaign/campaign.ts";
import { checkMutants } from "../../harness/execute/check-plan.ts";
import { execute } from "../../harness/execute/execute.ts";
import { allExpectations } from "../../harness/expectations/index.ts";
import { faultNames } from "../../harness/faults/index.ts";
import type { Expect, Plan } from "../../harness/plan/plan.ts";
import { renderJson } from "../../report/json.ts";
import { startProgress } from "../../report/progress.ts";
import { durationMs, whole } from "../arguments.ts";
import { EXIT } from "../exit.ts";
import { describe, held, rowOf } from "../history-report.ts";
import { readInputs } from "../read.ts";
import type { SchedulerOptions } from "../scheduler-config.ts";
import { addSchedulerOptions, readSchedulerOptions, withScheduler } from "../scheduler-config.ts";
import { Ledger } from "../verify/ledger.ts";
import { reportCampaign } from "../verify/report.ts";
import type { WrittenRow } from "../verify/report.ts";

export interface VerifyOptions extends SchedulerOptions {
  readonly runs?: number;
  readonly for?: number;
  readonly seed: number;
  readonly faults: string;
  readonly nodes?: number;
  readonly apiServers: number;
  readonly steps: number;
  readonly out: string;
  readonly workers: number;
  readonly mutants?: string;
  readonly reportOnly?: boolean;
  readonly json?: boolean;
}

const RUNS_MANIFESTS = 500;
const RUNS_GENERATED = 1000;
const NODES_MANIFESTS = 12;
const NODES_GENERATED = 8;
const API_SERVERS_MAX = 9;

/** `shakedown verify [PLAN|MANIFEST|DIR…]`: many generated histories. */
export function verifyCommand(): Command {
  return addSchedulerOptions(
    new Command("verify")
      .description(
        "run many generated histories with faults; check what Kubernetes promises and what your manifests stand",
      )
      .argument("[input...]", "plans, manifests, or folders of them; none: generated applications"),
  )
    .option("--runs <n>", `histories to run; default ${RUNS_MANIFESTS} for manifests, else ${RUNS_GENERATED}`, whole(1))
    .option("--for <duration>", "stop after so long, e.g. 60s", durationMs)
    .option("--seed <n>", "seed of the campaign", whole(0), 1)
    .option("--faults <kinds>", `"all", "none", or some of ${faultNames().join(",")}`, "all")
    .option(
      "--nodes <n>",
      `nodes of the cluster; default ${NODES_MANIFESTS} for manifests, else ${NODES_GENERATED}`,
      whole(1),
    )
    .option("--api-servers <n>", `API servers behind a load balancer, at most ${API_SERVERS_MAX}`, whole(1), 1)
    .option(
      "--steps <n>",
      "most things that a user does before a history leaves its family; 0: none at all",
      whole(0),
      6,
    )
    .option("--out <dir>", "where failures, findings and the CSV go", "reports")
    .option("--workers <n>", "histories to run at the same time", whole(1), 1)
    .option("--mutants <ids>", "planted bugs to switch on, e.g. DEP-01,RS-01")
    .option("--report-only", "exit 0 also with findings about the manifests")
    .option("--json", "print the outcome as JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  shakedown verify scenarios/workloads/online-boutique.yaml\n  shakedown verify my-manifests/ --nodes 6 --for 2m --workers 2\n  shakedown verify --faults none --runs 10000",
    )
    .action(async (paths: string[], options: VerifyOptions) => {
      if (options.mutants !== undefined) checkMutants(options.mutants.split(","), "--mutants");
      faultsOf(options.faults);
      const inputs = readInputs(paths);
      const written = inputs.plans.map(({ file, plan }) =>
        verifyPlan(file, withScheduler(plan, options, file), options),
      );
      if (inputs.manifests.length > 0 || inputs.plans.length === 0)
        await verifyGenerated(planOptions(inputs.manifests, options), paths, options, written);
      else if (options.json === true) process.stdout.write(renderJson({ plans: written }));
    });
}

/** A written plan is one history. */
function verifyPlan(file: string, plan: Plan, options: VerifyOptions): WrittenRow {
  const history = execute(plan);
  if (options.json !== true) process.stdout.write(`${file}\n${describe(history)}`);
  if (!held(history)) process.exitCode = EXIT.violated;
  return { file, ...rowOf(history) };
}

async function verifyGenerated(
  plans: PlanOptions,
  paths: readonly string[],
  options: VerifyOptions,
  written: readonly WrittenRow[],
): Promise<void> {
  const ofManifests = plans.manifests !== undefined;
  const runs =
    options.runs ??
    (options.for === undefined ? (ofManifests ? RUNS_MANIFESTS : RUNS_GENERATED) : Number.MAX_SAFE_INTEGER);
  const what = ofManifests ? paths.join(", ") : "generated applications";
  const quiet = options.json === true;
  if (!quiet)
    process.stdout.write(
      `Verifying ${what}: seed ${options.seed}, ${describeLimit(runs, options)}, faults ${options.faults}\n`,
    );
  const progress = startProgress();
  let stopped = false;
  const stop = (): void => {
    stopped = true;
  };
  process.once("SIGINT", stop);
  const ledger = new Ledger(options.seed);
  const started = performance.now();
  await runCampaign({
    seed: options.seed,
    plans,
    runs,
    ...(options.for !== undefined && { forMs: options.for }),
    workers: options.workers,
    stop: () => stopped,
    onHistory: (summary, done) => {
      ledger.add(summary);
      const perSecond = (1000 * done) / (performance.now() - started);
      progress.update(
        `${done}${runs === Number.MAX_SAFE_INTEGER ? "" : ` of ${runs}`} histories, ${perSecond.toFixed(0)}/s, ${ledger.violations} violations, ${ledger.groups().length} findings`,
      );
    },
  });
  const seconds = (performance.now() - started) / 1000;
  progress.done();
  process.off("SIGINT", stop);
  reportCampaign({
    ledger,
    plans,
    written,
    options,
    what,
    seconds,
    stopped,
    regenerate: (index) => generatePlan(options.seed, index, plans),
  });
  if (ledger.violations > 0 || (ledger.groups().length > 0 && options.reportOnly !== true))
    process.exitCode = EXIT.violated;
}

function describeLimit(runs: number, options: VerifyOptions): string {
  if (options.for === undefined) return `${runs} histories`;
  return `${options.for / 1000} s${runs === Number.MAX_SAFE_INTEGER ? "" : `, at most ${runs} histories`}`;
}

function planOptions(manifests: PlanOptions["manifests"], options: VerifyOptions): PlanOptions {
  const ofManifests = manifests !== undefined && manifests.length > 0;
  const { config, plugins } = readSchedulerOptions(options);
  const nodes = options.nodes ?? (ofManifests ? NODES_MANIFESTS : NODES_GENERATED);
  if (options.apiServers > API_SERVERS_MAX)
    throw new InputError(`--api-servers: expected at most ${API_SERVERS_MAX}, found ${options.apiServers}`);
  const expect: Expect[] = [{ invariant: "all" }, { converges: { within: 600_000 } }];
  if (ofManifests) for (const { name } of allExpectations) expect.push({ expectation: name, params: {} });
  const group = {
    count: nodes,
    zones: Math.min(3, nodes),
    cpu: "4",
    memory: "16Gi",
    pods: 110,
    labels: {},
    taints: [],
  };
  return {
    ...(ofManifests && { manifests }),
    cluster: {
      nodes: [group],
      controlPlane: { apiServers: options.apiServers },
      network: { latencyMs: { min: 1, max: 5 } },
      ...(config !== undefined && { schedulers: [{ name: "kube-scheduler", config }] }),
    },
    ...(plugins !== undefined && { plugins }),
    nodes,
    steps: options.steps,
    faults: faultsOf(options.faults),
    expect,
    ...(options.mutants !== undefined && { mutants: options.mutants.split(",") }),
  };
}

function faultsOf(text: string): readonly string[] | "all" | "none" {
  if (text === "all" || text === "none") return text;
  const names = text.split(",");
  for (const name of names)
    if (!faultNames().includes(name))
      throw new InputError(
        `--faults: unknown fault "${name}"; expected all, none, or some of ${faultNames().join(", ")}`,
      );
  return names;
}
