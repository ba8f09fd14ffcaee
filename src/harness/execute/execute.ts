import { cast } from "../../base/units.ts";
import type { Millis } from "../../base/units.ts";
import { SECOND } from "../../base/units.ts";
import { Cluster } from "../../cluster/cluster.ts";
import type { ClusterSpec } from "../../cluster/cluster-spec.ts";
import { userProgram } from "../../cluster/programs.ts";
import type { Change } from "../../cluster/world.ts";
import { clusterIPShares } from "../../network/shares.ts";
import type { Finding } from "../expectations/expectation.ts";
import { beginFault, healAll, healFault, judge, noFaults, showChange, wakeFault } from "../faults/active.ts";
import type { ActiveFault, ActiveFaults } from "../faults/active.ts";
import type { Invariant, PlannedTrouble, Violation } from "../invariants/invariant.ts";
import { createMonitor } from "../invariants/monitor.ts";
import { clusterSpecOf } from "../plan/cluster-spec-of.ts";
import { chaosEnd, isFault } from "../plan/plan.ts";
import type { Plan } from "../plan/plan.ts";
import type { CheckResult } from "../steps/check-result.ts";
import { kubectl } from "../steps/kubectl.ts";
import type { KubectlState } from "../steps/kubectl.ts";
import { rolloutDisturbances } from "../steps/rollouts.ts";
import { isRestart } from "../survivability/pod.ts";
import { plannedTrouble } from "../survivability/planned-trouble.ts";
import type { Beginning } from "./beginning.ts";
import { beginningOf } from "./beginning.ts";
import { awaitSteps, takeFork } from "./fork.ts";
import type { Progress } from "./progress.ts";
import { noProgress } from "./progress.ts";
import { judgeTraffic } from "./judge-traffic.ts";
import { SchedulingView } from "./scheduling-view.ts";
import { expectationsOf, invariantsOf, reachedOf, withinOf } from "./wanted.ts";
import { watchExpectations } from "../expectations/watch.ts";

/** What one history came to. */
export interface History {
  readonly digest: string;
  readonly violations: readonly Violation[];
  /** Findings about the manifests; empty when the plan expects nothing of them. */
  readonly findings: readonly Finding[];
  readonly checks: readonly CheckResult[];
  /** Names of the `sometimes` states that were seen. */
  readonly seen: readonly string[];
  /** Kinds of fault that began. */
  readonly faults: readonly string[];
  readonly events: number;
  readonly endedAt: Millis;
  /** When the cluster was declared quiet; absent when it was still writing at the bound. */
  readonly quietAt?: Millis;
  readonly choices: readonly number[];
  readonly cluster: Cluster;
}

export interface ExecuteOptions {
  /** Keep the records of the trace. */
  readonly trace?: boolean;
  /** Instead of those that the plan expects. */
  readonly invariants?: readonly Invariant[];
  /** Looks at the cluster before it runs: for reports and tests. */
  readonly onStart?: (cluster: Cluster) => void;
  /** false: a plan that forks is run from its start, though its beginning be known; the history is the same. */
  readonly goesOn?: boolean;
}

/** No commit that matters for so long means that nothing more will happen: longer than most back-offs. */
const QUIET_MS: Millis = 65 * SECOND;
/** A user's command may wait this long (a drain) beyond the last step before the chaos phase is over anyway. */
const PATIENCE_MS: Millis = 900 * SECOND;
const LATE_MS: Millis = 60 * SECOND;
/** Writes kept before those older than LATE_MS are dropped. */
const LATE_MAX = 512;
/** News of a commit has reached every watch after this long; the end is judged when all have it. */
const SPREAD_MS: Millis = 2 * SECOND;
/** A pod that has left its back-off is up and ready after this long, its `minReadySeconds` included. */
const COME_UP_MS: Millis = 30 * SECOND;

/** What the user remembers before it starts. */
const NOT_STARTED: KubectlState = { left: 1, disturbances: [], checks: [], runs: [] };

/** Runs one plan: chaos, healing, bounded convergence. A pure function of the plan. */
export function execute(plan: Plan, options: ExecuteOptions = {}): History {
  const isPlain = options.onStart === undefined && options.trace !== true && options.goesOn !== false;
  const invariants = options.invariants ?? invariantsOf(plan);
  const spec = clusterSpecOf(plan);
  const beginning = isPlain
    ? beginningOf(plan, spec, invariants, () => new Run(plan, spec, options).untilFork())
    : undefined;
  return new Run(plan, beginning?.spec ?? spec, options, beginning).history();
}

class Run {
  readonly #plan: Plan;
  readonly #spec: ClusterSpec;
  readonly #cluster: Cluster;
  readonly #faults: ActiveFaults;
  readonly #monitor;
  readonly #watch;
  #late: Change[] = [];
  readonly #progress: Progress;
  #settling = false;
  /** The user's memory, once it has started: no fault takes it away. */
  #kubectl: KubectlState | undefined;

  constructor(plan: Plan, spec: ClusterSpec, options: ExecuteOptions, from?: Beginning) {
    this.#plan = plan;
    this.#spec = spec;
    this.#monitor = createMonitor(options.invariants ?? invariantsOf(plan), from?.monitor);
    this.#watch = watchExpectations(expectationsOf(plan), from?.watch);
    this.#faults = from?.faults ?? noFaults();
    this.#progress = from?.progress ?? noProgress();
    const hasExpectations = this.#watch.expectations.length > 0;
    this.#cluster = new Cluster(spec, {
      programs: [userProgram(kubectl(plan.spec))],
      ...(options.trace === true && { trace: true }),
      ...(from !== undefined && { from: from.cluster, takesOver: true }),
      hooks: {
        onChange: (change, world) => {
          if (this.#faults.list.length > 0) showChange(this.#faults, change, { levers: this.#cluster.levers, world });
          if (matters(change)) {
            this.#progress.lastChange = change.at;
            if (this.#settling) this.#late.push(change);
          }
          this.#monitor.onChange(change, world);
          if (!hasExpectations) return;
          for (const disturbance of rolloutDisturbances(this.#progress.rollouts, change))
            this.#watch.onDisturbance(disturbance, world);
          this.#watch.onChange(change, world);
        },
        onAnswer: (answer, world) => void this.#monitor.onAnswer(answer, world),
        onDelivery: (delivery, world) => void this.#monitor.onDelivery(delivery, world),
        onWake: (tag) => this.#wake(cast<{ readonly type: string; readonly index: number; readonly id: string }>(tag)),
      },
    });
    if (from === undefined) awaitSteps(this.#cluster, plan);
    this.#judgeMessages();
    options.onStart?.(this.#cluster);
  }

  /** Runs until just before the fork, where others go on. */
  untilFork(): Omit<Beginning, "spec"> {
    const at = this.#plan.spec.fork?.at ?? 0;
    this.#run(at - 1);
    return {
      cluster: { ...this.#cluster.checkpoint(), state: this.#cluster.state },
      monitor: this.#monitor.state,
      watch: this.#watch.state,
      faults: this.#faults,
      progress: this.#progress,
    };
  }

  history(): History {
    const { spec } = this.#plan;
    const end = chaosEnd(this.#plan);
    this.#run(end);
    const user = this.#user();
    const limit = end + PATIENCE_MS;
    while (user.left > 0 && this.#cluster.now < limit)
      this.#run(Math.min(this.#cluster.now + 5 * SECOND, limit), () => user.left === 0);
    this.#healAll();
    this.#settling = true;
    const quietAt = this.#settle(this.#cluster.now + withinOf(spec.expect));
    this.#spread();
    const view = new SchedulingView(this.#cluster.world, spec.cluster.schedulers, this.#spec.volumes === true);
    this.#monitor.atEnd(this.#cluster.world, {
      trouble: plannedTrouble(spec.images, this.#unschedulable(view)),
      explain: (pod) => view.explain(pod),
      reach: (node, service, port) => clusterIPShares(this.#cluster.machine(node).kernel, service, port).shares,
      lateWrites: this.#late.filter(({ at }) => at + LATE_MS >= this.#cluster.now),
    });
    const { state } = this.#monitor;
    const seen = this.#monitor.seen(this.#cluster.world);
    return {
      digest: this.#cluster.digest,
      violations: state.violations,
      findings: this.#watch.atEnd(this.#cluster.world),
      checks: [...this.#progress.checks, ...this.#reached(seen)],
      seen,
      faults: [...this.#progress.begun],
      events: this.#cluster.events,
      endedAt: this.#cluster.now,
      choices: this.#cluster.choices,
      cluster: this.#cluster,
      ...(quietAt !== undefined && { quietAt }),
    };
  }

  #unschedulable(view: SchedulingView): PlannedTrouble | undefined {
    const configured = this.#plan.spec.cluster.schedulers?.some(({ config }) => config !== undefined) === true;
    return configured || this.#spec.volumes === true ? (pod) => view.unschedulable(pod) : undefined;
  }

  /** A failed check for every state that the plan says it reaches and does not. */
  #reached(seen: readonly string[]): CheckResult[] {
    const missed = reachedOf(this.#plan).filter((name) => !seen.includes(name));
    const step = this.#plan.spec.steps.length;
    return missed.map((name) => ({
      at: this.#cluster.now,
      step,
      verdict: "failed",
      sentence: `The state ${name} was expected to be reached, and was not.`,
    }));
  }

  /** Runs until nothing that matters is written any more, or until the bound. */
  #settle(bound: Millis): Millis | undefined {
    const from = this.#cluster.now;
    while (this.#cluster.now < bound) {
      const quietAt = Math.max(this.#progress.lastChange, from) + QUIET_MS;
      const next = this.#cluster.nextAt();
      if (next === undefined || (next > quietAt && this.#cluster.now >= from)) {
        this.#run(Math.max(this.#cluster.now, quietAt) + LATE_MS);
        return quietAt;
      }
      if (this.#cluster.now >= quietAt) {
        this.#run(this.#cluster.now + LATE_MS);
        return quietAt;
      }
      this.#run(Math.min(Math.max(next, this.#cluster.now + SECOND), bound));
      if (this.#late.length > LATE_MAX) this.#late = this.#late.filter(({ at }) => at + LATE_MS >= this.#cluster.now);
    }
    return undefined;
  }

  /** Lets pods come up whose back-off has just ended, then the news of the last commits arrive; not for ever, as both may go on. */
  #spread(): void {
    for (let i = 0; i < 60 && this.#cluster.now < this.#upAt(); i += 1) this.#run(this.#cluster.now + SECOND);
    for (let i = 0; i < 30 && this.#progress.lastChange + SPREAD_MS > this.#cluster.now; i += 1)
      this.#run(this.#cluster.now + SECOND);
  }

  #upAt(): Millis {
    const restart = this.#late.findLast(isRestart);
    return restart === undefined ? 0 : restart.at + COME_UP_MS;
  }

  #run(until: Millis, stop?: () => boolean): void {
    this.#cluster.run(until, () => {
      const state = this.#user();
      const { told, checked } = this.#progress;
      if (state.disturbances.length > told || state.checks.length > checked) this.#listen(state);
      return stop?.() ?? false;
    });
  }

  #user(): KubectlState {
    this.#kubectl ??= cast<KubectlState | undefined>(this.#cluster.world.memory("kubectl"));
    return this.#kubectl ?? NOT_STARTED;
  }

  #listen(state: KubectlState): void {
    const progress = this.#progress;
    for (const disturbance of state.disturbances.slice(progress.told))
      this.#watch.onDisturbance(disturbance, this.#cluster.world);
    progress.told = state.disturbances.length;
    for (const check of state.checks.slice(progress.checked))
      progress.checks.push(check.verdict === "open" ? judgeTraffic(check, this.#cluster) : check);
    progress.checked = state.checks.length;
  }

  #wake(tag: { readonly type: string; readonly index: number; readonly id: string }): void {
    const { levers, world } = this.#cluster;
    const hands = { levers, world };
    if (tag.type === "fork") return takeFork(this.#cluster, this.#plan);
    if (tag.type === "fault") return wakeFault(this.#faults, tag.id, hands);
    if (tag.type === "heal") {
      const active = this.#faults.list.find((one) => one.id === tag.id);
      const over = healFault(this.#faults, tag.id, hands);
      if (active !== undefined && over !== undefined) this.#healed(active, over);
      return;
    }
    const step = this.#plan.spec.steps[tag.index];
    if (step === undefined || !isFault(step)) return;
    const id = `fault-${tag.index}`;
    const active = beginFault(this.#faults, id, step, hands);
    this.#progress.begun.add(step.fault);
    this.#cluster.note("fault began", step.fault, active.disturbance.what);
    const nodes = active.heartbeats === "all" ? undefined : active.heartbeats;
    this.#cluster.disturb(id, nodes);
    this.#monitor.onDisturbance(active.disturbance);
    this.#judgeMessages();
    this.#watch.onDisturbance(active.disturbance, world);
    this.#cluster.wakeHarness(active.until, { type: "heal", id });
  }

  #healed(active: ActiveFault, over: ActiveFault["disturbance"]): void {
    const { world } = this.#cluster;
    this.#cluster.note("fault healed", active.name, over.what);
    this.#cluster.release(active.id, active.heartbeats === "all" ? undefined : active.heartbeats);
    this.#monitor.onDisturbance(over);
    this.#judgeMessages();
    this.#watch.onDisturbance(over, world);
  }

  /** Faults judge messages as long as there are any. */
  #judgeMessages(): void {
    this.#cluster.hooks.verdict =
      this.#faults.list.length === 0 ? undefined : (message) => judge(this.#faults, message, this.#cluster.now);
  }

  #healAll(): void {
    const { levers, world } = this.#cluster;
    const active = [...this.#faults.list];
    const over = healAll(this.#faults, { levers, world });
    active.forEach((fault, i) => {
      const disturbance = over[i];
      if (disturbance !== undefined) this.#healed(fault, disturbance);
    });
  }
}

/** Whether a commit says that the cluster is still busy: renewals of leases and Events do not. */
function matters({ resource }: Change): boolean {
  return resource !== "leases.coordination.k8s.io" && resource !== "events";
}
