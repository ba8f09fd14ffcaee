import { objectKey } from "../../api/object.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import { cast } from "../../base/units.ts";
import type { CaseOutcome, Conformance, Difference } from "./conformance.ts";
import type { ExpectedCall, ExpectedEvent, ExpectedStatus } from "./kubelet-compare.ts";
import { compareCalls, compareEvents, compareStatuses, ourStatuses } from "./kubelet-compare.ts";
import { KubeletRig } from "./kubelet-rig.ts";
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
    readonly calls: readonly ExpectedCall[];
    readonly inOrder?: boolean;
    readonly events: readonly ExpectedEvent[];
    readonly cut?: unknown;
  };
}

/** The kubelet is up for so long before the first pod comes. */
const LEAD_MS = 60_000;
/** Off the kubelet's ticks, as a recorded creation was. */
const PHASE_MS = 370;
const CONFIG = { node: "node", internalIp: "192.0.2.1", cpu: "8", memory: "32Gi", maxPods: 400 };

/** Replays recorded cases of the kubelet. Decisions of a case: its statuses, its calls to the runtime, its events. */
export const kubeletConformance: Conformance = {
  area: "kubelet",
  recognises: (line) => "pod" in line && "script" in line && "until" in line,
  replay(line) {
    if (!("pod" in line && "script" in line)) return undefined;
    return replayCase(cast<Case>(line));
  },
};

function familyOf(name: string): string {
  return name.split("-")[0] ?? name;
}

function replayCase(recorded: Case): CaseOutcome {
  const family = familyOf(recorded.name);
  const { name } = recorded;
  if (recorded.static === true || recorded.start !== undefined)
    return { family, name, decisions: 3, agree: 0, disagree: 0, notSupported: 3, differences: [] };
  const rig = new KubeletRig({
    config: CONFIG,
    rules: rulesOf(name, recorded.script),
    quiet: false,
    seed: name,
  });
  const created = LEAD_MS + PHASE_MS;
  const key = `default/${name}`;
  rig.start();
  rig.at(created, () => rig.api.create(recorded.pod, CONFIG.node, rig.now));
  for (const step of recorded.script.steps ?? [])
    rig.at(created + step.at * 1000, () => rig.api.step(step, key, rig.now));
  rig.run(created + recorded.until * 1000);
  return judge(recorded, rig, created, family);
}

function judge(recorded: Case, rig: KubeletRig, created: number, family: string): CaseOutcome {
  const { name, expect } = recorded;
  const open = expect.cut !== undefined;
  const seen = rig.seen.filter(({ pod }) => pod.metadata.name === name);
  const statuses = ourStatuses(seen, created, rig.attempts());
  const calls = rig.calls.filter((c) => c.uid === `uid-of-${name}`);
  const found: (Difference | undefined)[] = [
    compareStatuses(expect.statuses, statuses, open),
    compareCalls(expect.calls, calls, expect.inOrder === true, open),
    compareEvents(expect.events, ourEvents(rig, name)),
  ];
  const differences = found.filter((d) => d !== undefined);
  const disagree = differences.length;
  return { family, name, decisions: 3, agree: 3 - disagree, disagree, notSupported: 0, differences };
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
