import { deepEqual } from "../../api/equal.ts";
import { cast } from "../../base/units.ts";
import type { LoggedCall } from "../../kubelet/cri/runtime-state.ts";
import type { Difference } from "./conformance.ts";
import type { SeenPod } from "./kubelet-rig.ts";

/** One recorded status: `t` in seconds, of both recordings; `always`: it was seen in both. */
export interface ExpectedStatus {
  readonly t: readonly number[];
  readonly always: boolean;
  readonly deleting?: number;
  readonly deleted?: boolean;
  readonly status: unknown;
}

export interface ExpectedCall {
  readonly t: readonly number[];
  readonly call: string;
  readonly on: string;
  readonly grace?: readonly number[];
  readonly error?: string;
}

export interface ExpectedEvent {
  readonly t: readonly number[];
  readonly count: readonly number[];
  readonly on?: string;
  readonly type: string;
  readonly reason: string;
  readonly message: string;
}

/** A status of ours in the recorded form. */
export interface OurStatus {
  readonly at: number;
  readonly deleting?: number;
  readonly deleted?: true;
  readonly status: unknown;
}

type Json = { readonly [field: string]: unknown };

/** Left out of recorded statuses. */
const OMITTED: ReadonlySet<string> = new Set([
  "podIPs",
  "hostIPs",
  "imageID",
  "lastTransitionTime",
  "lastProbeTime",
  "startedAt",
  "finishedAt",
]);
const WORDS: { readonly [field: string]: string } = { podIP: "POD-IP", hostIP: "HOST-IP", startTime: "TIME" };
/** A status that we show for less may have been merged with the next by the recorded status manager. */
const PASSING_MS = 300;

/** The distinct statuses that a watch saw of one pod, in the recorded form, times in ms after its creation. */
export function ourStatuses(seen: readonly SeenPod[], created: number, ids: ReadonlyMap<string, string>): OurStatus[] {
  const found: OurStatus[] = [];
  for (const { at, pod, deleted } of seen) {
    const status = normal(pod.status ?? {}, ids, pod.metadata.uid);
    const deleting = pod.metadata.deletionGracePeriodSeconds;
    const next = { status, ...(deleting !== undefined && { deleting }), ...(deleted && { deleted: true as const }) };
    const last = found[found.length - 1];
    if (last !== undefined && deepEqual({ ...last, at: 0 }, { ...next, at: 0 })) continue;
    found.push({ at: at - created, ...next });
  }
  return found;
}

function normal(value: unknown, ids: ReadonlyMap<string, string>, uid: string): unknown {
  if (typeof value === "string") {
    if (value.startsWith("containerd://")) return ids.get(value) ?? value;
    return value.replaceAll(uid, "UID");
  }
  if (Array.isArray(value)) return value.map((v) => normal(v, ids, uid));
  if (typeof value !== "object" || value === null) return value;
  const copy: { [field: string]: unknown } = {};
  for (const field in value) {
    const inner = cast<Json>(value)[field];
    if (OMITTED.has(field) || inner === undefined) continue;
    copy[field] = WORDS[field] ?? normal(inner, ids, uid);
  }
  return copy;
}

/** Whether our statuses may be what was recorded: all that were always seen, in order, and no lasting one besides. */
export function compareStatuses(
  expected: readonly ExpectedStatus[],
  ours: readonly OurStatus[],
  open: boolean,
): Difference | undefined {
  const memo = new Map<number, boolean>();
  let farthest = { i: 0, j: 0 };
  const fits = (i: number, j: number, at: number): boolean => {
    const key = i * 10_000 + j;
    const known = memo.get(key);
    if (known !== undefined) return known;
    if (i + j > farthest.i + farthest.j) farthest = { i, j };
    const e = expected[i];
    const o = ours[j];
    let result = false;
    if (e === undefined && (o === undefined || open)) result = true;
    else {
      if (e !== undefined && o !== undefined && sameStatus(e, o)) result = fits(i + 1, j + 1, o.at);
      if (!result && e !== undefined && !e.always) result = fits(i + 1, j, at);
      const next = ours[j + 1];
      if (!result && o !== undefined && next !== undefined && next.at - o.at < PASSING_MS) result = fits(i, j + 1, at);
    }
    memo.set(key, result);
    return result;
  };
  if (fits(0, 0, 0)) return undefined;
  const { i, j } = farthest;
  return { where: `status ${i}`, expected: expected[i] ?? "no more", actual: ours[j] ?? "no more" };
}

function sameStatus(e: ExpectedStatus, o: OurStatus): boolean {
  return (
    (e.deleting ?? -1) === (o.deleting ?? -1) &&
    (e.deleted === true) === (o.deleted === true) &&
    deepEqual(e.status, o.status)
  );
}

/** Calls that tidy up: their order is not firm. */
function tidies(call: string): boolean {
  return call.startsWith("Remove") || call === "StopPodSandbox";
}

/** Whether the calls came in the recorded order, or in the recorded order for each container if that is all that is firm. */
export function compareCalls(
  expected: readonly ExpectedCall[],
  ours: readonly LoggedCall[],
  inOrder: boolean,
  open: boolean,
): Difference | undefined {
  const firm = expected.filter((c) => !tidies(c.call));
  const made = ours.filter((c) => !tidies(c.call));
  if (inOrder) return compareSequence(firm, made, open, "calls");
  const names = [...new Set(firm.map((c) => owner(c.on)))];
  for (const name of names) {
    const difference = compareSequence(
      firm.filter((c) => owner(c.on) === name),
      made.filter((c) => owner(c.on) === name),
      open,
      `calls of ${name}`,
    );
    if (difference !== undefined) return difference;
  }
  return undefined;
}

function owner(on: string): string {
  return /^[^:]*\/\d+$/.test(on) ? on.slice(0, on.lastIndexOf("/")) : on;
}

function compareSequence(
  expected: readonly ExpectedCall[],
  ours: readonly LoggedCall[],
  open: boolean,
  where: string,
): Difference | undefined {
  for (let i = 0; i < Math.max(expected.length, ours.length); i += 1) {
    const e = expected[i];
    const o = ours[i];
    if (e === undefined && open) return undefined;
    if (e === undefined || o === undefined || !sameCall(e, o))
      return { where: `${where} ${i}`, expected: e ?? "no more", actual: o ?? "no more" };
  }
  return undefined;
}

function sameCall(e: ExpectedCall, o: LoggedCall): boolean {
  if (e.call !== o.call || e.on !== o.on) return false;
  if ((e.error !== undefined) !== (o.error !== undefined) && !e.call.startsWith("ExecSync")) return false;
  if (e.grace === undefined) return true;
  const grace = (o.graceMs ?? 0) / 1000;
  return e.grace.some((g) => Math.abs(g - grace) <= 1);
}

/** Events that jitter repeats more or less often. */
const REPEATED: ReadonlySet<string> = new Set([
  "BackOff",
  "Unhealthy",
  "Failed",
  "DeadlineExceeded",
  "FailedCreatePodSandBox",
  "Pulling",
  "Pulled",
  "Created",
  "Started",
]);

/** Whether the same events were recorded: as a set, with counts where both recordings agree and no jitter is at work. */
export function compareEvents(
  expected: readonly ExpectedEvent[],
  ours: readonly ExpectedEvent[],
): Difference | undefined {
  const key = (e: ExpectedEvent): string => `${e.on ?? ""}|${e.type}|${e.reason}|${e.message}`;
  const made = new Map(ours.map((e) => [key(e), e]));
  for (const e of expected) {
    const o = made.get(key(e));
    if (o === undefined) return { where: "events", expected: key(e), actual: [...made.keys()] };
    made.delete(key(e));
    const [a = 0, b = a] = e.count;
    const slack = REPEATED.has(e.reason) ? 1 + Math.ceil(a / 4) : 0;
    const count = o.count[0] ?? 0;
    if (count < Math.min(a, b) - slack || count > Math.max(a, b) + slack)
      return { where: "events", expected: `${String(e.count)} × ${key(e)}`, actual: `${count}` };
  }
  for (const extra of made.keys()) return { where: "events", expected: "none", actual: extra };
  return undefined;
}
