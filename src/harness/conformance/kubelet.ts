import { objectKey } from "../../api/object.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import { cast } from "../../base/units.ts";
import type { CaseOutcome, Conformance, Difference } from "./conformance.ts";
import type { ExpectedCall, ExpectedEvent, ExpectedStatus } from "./kubelet-compare.ts";
import { compareCalls, compareEvents, compareStatuses, ourStatuses } from "./kubelet-compare.ts";
import { KubeletRig } from "./kubelet-rig.ts";
import { replayShares, replaySizes } from "./kubelet-sizes.ts";
import type { Script } from "./kubelet-script.ts";
import { rulesOf } from "./kubelet-script.ts";

/** One recorded case of the kubelet. */
interface Case {
  readonly name: string;
  readonly pod: Pod;
  readonly static?: boolean;
  readonly script: Script;
  readonly until: number;
  readonly start?: number;
  readonly expect: {
    readonly statuses: readonly ExpectedStatus[];
    readonly calls?: readonly ExpectedCall[];
    readonly inOrder?: boolean;
    readonly events: readonly ExpectedEvent[];
    readonly cut?: unknown;
  };
}

/** The node and what happens to it, for cases that share one. */
interface Scenario {
  readonly node: {
    readonly cpu: number;
    readonly memoryMiB: number;
    readonly maxPods: number;
    readonly labels?: { readonly [label: string]: string };
  };
  readonly steps?: readonly { readonly at: number; readonly do: string }[];
}

interface Context {
  scenario?: Scenario;
  cases?: Case[];
}

/** The kubelet is up for so long before the first pod comes. */
const LEAD_MS = 60_000;
/** Where the kubelet's ticks stood at a pod's creation, and how its jitter fell, is not recorded: any of these may be it. */
const PHASES_MS: readonly number[] = [370, 870, 90, 640, 210, 770];
/** So much longer than recorded a replay goes on, as jitter may put the last rounds beyond the end. */
const TAIL_MS = 120_000;

/** Replays recorded cases of the kubelet. Decisions of a case: its statuses, its calls to the runtime, its events; a line of a table is one. */
export const kubeletConformance: Conformance = {
  area: "kubelet",
  recognises: (line) =>
    ("pod" in line && ("script" in line || "oomScoreAdj" in line)) ||
    ("milliCPU" in line && "quota10" in line) ||
    ("node" in line && "name" in line && cast<{ maxPods?: number }>(line.node).maxPods !== undefined),
  replay(line, context) {
    const shared = cast<Context>(context);
    if ("oomScoreAdj" in line) return replaySizes(line);
    if ("milliCPU" in line) return replayShares(line);
    if ("node" in line && !("pod" in line)) {
      shared.scenario = cast<Scenario>(line);
      shared.cases = [];
      return undefined;
    }
    if (!("pod" in line && "script" in line)) return undefined;
    const recorded = cast<Case>(line);
    shared.cases?.push(recorded);
    return bestOf(recorded, shared);
  },
};

function familyOf(recorded: Case, { scenario }: Context): string {
  const { name } = recorded;
  if (scenario !== undefined && name.startsWith("kubelet-restart")) return "kubelet-restart";
  return name.split("-")[0] ?? name;
}

/** A case agrees in what agrees in the best of some replays that differ in what was not recorded. */
function bestOf(recorded: Case, context: Context): CaseOutcome {
  const family = familyOf(recorded, context);
  const { name } = recorded;
  if (recorded.static === true)
    return { family, name, decisions: 3, agree: 0, disagree: 0, notSupported: 3, differences: [] };
  let differences: (Difference | undefined)[] | undefined;
  for (const phase of PHASES_MS) {
    const found = replayCase(recorded, context, phase);
    differences = differences === undefined ? found : differences.map((d, i) => (d === undefined ? d : found[i]));
    if (differences.every((d) => d === undefined)) break;
  }
  const left = (differences ?? []).filter((d) => d !== undefined);
  const disagree = left.length;
  return { family, name, decisions: 3, agree: 3 - disagree, disagree, notSupported: 0, differences: left };
}

function replayCase(recorded: Case, context: Context, phase: number): (Difference | undefined)[] {
  const cases = context.cases ?? [recorded];
  const { cpu = 8, memoryMiB = 32_768, maxPods = 400, labels = {} } = context.scenario?.node ?? {};
  const rig = new KubeletRig({
    config: { node: "node", internalIp: "192.0.2.1", cpu: String(cpu), memory: `${memoryMiB}Mi`, maxPods, labels },
    rules: cases.flatMap((c) => rulesOf(c.pod.metadata.name, c.script)),
    quiet: false,
    seed: `${recorded.name}/${phase}`,
  });
  const begin = LEAD_MS + phase;
  rig.start();
  for (const step of context.scenario?.steps ?? []) {
    if (step.do === "stop") rig.at(begin + step.at * 1000, () => rig.stop());
    else if (step.do === "start") rig.at(begin + step.at * 1000, () => rig.start());
  }
  for (const one of cases) {
    const created = begin + (one.start ?? 0) * 1000;
    const { name } = one.pod.metadata;
    rig.at(created, () => rig.api.create(one.pod, "node", rig.now));
    for (const step of one.script.steps ?? [])
      rig.at(created + step.at * 1000, () => rig.api.step(step, `default/${name}`, rig.now));
  }
  const created = begin + (recorded.start ?? 0) * 1000;
  const until = created + recorded.until * 1000;
  const events = (): readonly ExpectedEvent[] => ourEvents(rig, recorded.pod.metadata.name);
  rig.run(until);
  const seenEvents = events();
  rig.run(until + TAIL_MS);
  return judge(recorded, rig, created, seenEvents);
}

/** Whether what was recorded depends on back-offs, whose jitter moves rounds over the recording's end. */
function backsOff({ expect }: Case): boolean {
  return expect.cut !== undefined || expect.events.some((e) => e.reason === "BackOff" || (e.count[0] ?? 0) > 2);
}

function judge(
  recorded: Case,
  rig: KubeletRig,
  created: number,
  events: readonly ExpectedEvent[],
): (Difference | undefined)[] {
  const { expect, pod, until } = recorded;
  const { name } = pod.metadata;
  const open = backsOff(recorded);
  const within = (at: number): boolean => open || at < created + until * 1000;
  const seen = rig.seen.filter((s) => s.pod.metadata.name === name && within(s.at));
  const calls = rig.calls.filter((c) => c.uid === `uid-of-${name}` && within(c.at));
  return [
    compareStatuses(expect.statuses, ourStatuses(seen, created, rig.attempts()), open),
    compareCalls(expect.calls ?? [], calls, expect.inOrder === true, open),
    compareEvents(expect.events, events),
  ];
}

function ourEvents(rig: KubeletRig, name: string): ExpectedEvent[] {
  const found = new Map<string, ExpectedEvent>();
  for (const { at, event } of rig.events) {
    if (objectKey(event.object) !== `default/${name}`) continue;
    const message = event.message
      .replaceAll(`uid-of-${name}`, "UID")
      .replace(/in \S+ \(\S+ including waiting\)/, "in DURATION (DURATION including waiting)");
    const key = `${event.fieldPath}|${event.type}|${event.reason}|${message}`;
    const { type, reason, fieldPath } = event;
    const before = found.get(key);
    const on = fieldPath === undefined ? {} : { on: fieldPath };
    found.set(key, { t: before?.t ?? [at], count: [(before?.count[0] ?? 0) + 1], type, reason, message, ...on });
  }
  return [...found.values()];
}
