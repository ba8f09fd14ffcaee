import { present } from "../base/assert.ts";
import type { SchedulingAlgorithm } from "../scheduler/algorithm.ts";
import { type Room, fragmentationPct, gpuKinds, imbalancePct } from "./placement-quality.ts";
import { type TraceNode, type TracePod, traceEvents } from "./openb.ts";

/** What became of a trace's pods. */
export interface TraceOutcome {
  /** Where each pod of the list ran; "" for one that was never placed. */
  readonly nodes: readonly string[];
  readonly placed: number;
  /** Pods that were deleted, or still waited at the end, without ever having been placed. */
  readonly pending: number;
  readonly attempts: number;
  /** Requested share of the capacity, mean over the time of the trace, in percent. */
  readonly cpuPct: number;
  readonly gpuPct: number;
  /** Highest requested share of the capacity, in percent. */
  readonly cpuPeakPct: number;
  readonly gpuPeakPct: number;
  /** Where it was asked for. */
  readonly quality?: PlacementQuality;
}

/** Means over moments at even distances in the trace's events; see placement-quality.ts. */
export interface PlacementQuality {
  readonly fragmentationPct: number;
  readonly imbalancePct: number;
}

/** At so many moments the quality is looked at. */
const MOMENTS = 50;

/** A trace: its cluster, its pods, and whether they are ever deleted. */
export interface Trace {
  readonly nodes: readonly TraceNode[];
  readonly pods: readonly TracePod[];
  readonly deletions: boolean;
  /** Look at the placement's quality now and then, which takes time. */
  readonly quality?: boolean;
}

/**
 * Plays a trace in time order: each pod is tried when it is created; one that fits nowhere waits, and is tried again, oldest
 * first, when a deletion has left enough room for it on a node. `lap` is called before the first event and after each attempt.
 */
export function scheduleTrace(
  algorithm: SchedulingAlgorithm,
  { nodes, pods, deletions, quality: asked = false }: Trace,
  lap?: () => void,
): TraceOutcome {
  const free = new Map<string, Room>();
  for (const capacity of nodes) {
    const { cpuMilli, memoryMib, gpuMilli } = capacity;
    free.set(capacity.node.metadata.name, { capacity, cpuMilli, memoryMib, gpuMilli });
  }
  const where: string[] = pods.map(() => "");
  const waiting = new Set<number>();
  const usage = new Usage(nodes);
  let attempts = 0;

  const attempt = (index: number): boolean => {
    const one = present(pods[index], "a pod of the trace");
    const { node } = algorithm.schedule(one.pod);
    attempts += 1;
    if (node !== undefined) {
      algorithm.assume(one.pod, node);
      where[index] = node;
      take(present(free.get(node), node), one, 1);
      usage.add(one, 1);
    }
    lap?.();
    return node !== undefined;
  };

  lap?.();
  const events = traceEvents(pods, deletions);
  const quality = asked ? new QualityLooks(pods, events.length) : undefined;
  for (const [at, event] of events.entries()) {
    quality?.look(at, free);
    usage.advance(event.atSeconds);
    if (event.do === "create") {
      if (!attempt(event.index)) waiting.add(event.index);
      continue;
    }
    const one = present(pods[event.index], "a pod of the trace");
    const node = where[event.index] ?? "";
    if (waiting.delete(event.index) || node === "") continue;
    algorithm.removePod({ ...one.pod, spec: { ...one.pod.spec, nodeName: node } });
    const room = present(free.get(node), node);
    take(room, one, -1);
    usage.add(one, -1);
    const next = events[at + 1];
    if (next?.do === "delete" && next.atSeconds === event.atSeconds) continue;
    for (const index of waiting) if (fitsSomewhere(free, pods[index]) && attempt(index)) waiting.delete(index);
  }
  const placed = where.filter((node) => node !== "").length;
  const outcome = { nodes: where, placed, pending: pods.length - placed, attempts, ...usage.shares() };
  return quality === undefined ? outcome : { ...outcome, quality: quality.means() };
}

function take(free: Room, pod: TracePod, sign: 1 | -1): void {
  free.cpuMilli -= sign * pod.cpuMilli;
  free.memoryMib -= sign * pod.memoryMib;
  free.gpuMilli -= sign * pod.gpuMilli;
}

/** Whether any node has the room: necessary, not sufficient (affinity, pods per node). Spares vain attempts. */
function fitsSomewhere(free: ReadonlyMap<string, Room>, pod: TracePod | undefined): boolean {
  if (pod === undefined) return false;
  for (const room of free.values())
    if (pod.cpuMilli <= room.cpuMilli && pod.memoryMib <= room.memoryMib && pod.gpuMilli <= room.gpuMilli) return true;
  return false;
}

/** Looks at fragmentation and imbalance now and then. */
class QualityLooks {
  readonly #kinds: ReturnType<typeof gpuKinds>;
  readonly #every: number;
  #looks = 0;
  #fragmentation = 0;
  #imbalance = 0;

  constructor(pods: readonly TracePod[], events: number) {
    this.#kinds = gpuKinds(pods);
    this.#every = Math.max(1, Math.floor(events / MOMENTS));
  }

  look(at: number, free: ReadonlyMap<string, Room>): void {
    if (at % this.#every !== 0) return;
    this.#looks += 1;
    this.#fragmentation += fragmentationPct(free.values(), this.#kinds);
    this.#imbalance += imbalancePct(free.values());
  }

  means(): PlacementQuality {
    const looks = Math.max(1, this.#looks);
    return { fragmentationPct: this.#fragmentation / looks, imbalancePct: this.#imbalance / looks };
  }
}

/** Sums requested milli-units over time. */
class Usage {
  readonly #cpuCapacity: number;
  readonly #gpuCapacity: number;
  #startSeconds: number | undefined;
  #nowSeconds = 0;
  #cpu = 0;
  #gpu = 0;
  #cpuSeconds = 0;
  #gpuSeconds = 0;
  #cpuPeak = 0;
  #gpuPeak = 0;

  constructor(nodes: readonly TraceNode[]) {
    this.#cpuCapacity = nodes.reduce((sum, node) => sum + node.cpuMilli, 0);
    this.#gpuCapacity = nodes.reduce((sum, node) => sum + node.gpuMilli, 0);
  }

  advance(toSeconds: number): void {
    this.#startSeconds ??= toSeconds;
    const seconds = this.#startSeconds === toSeconds ? 0 : toSeconds - this.#nowSeconds;
    this.#cpuSeconds += this.#cpu * seconds;
    this.#gpuSeconds += this.#gpu * seconds;
    this.#nowSeconds = toSeconds;
  }

  add(pod: TracePod, sign: 1 | -1): void {
    this.#cpu += sign * pod.cpuMilli;
    this.#gpu += sign * pod.gpuMilli;
    this.#cpuPeak = Math.max(this.#cpuPeak, this.#cpu);
    this.#gpuPeak = Math.max(this.#gpuPeak, this.#gpu);
  }

  shares(): Pick<TraceOutcome, "cpuPct" | "gpuPct" | "cpuPeakPct" | "gpuPeakPct"> {
    const seconds = this.#nowSeconds - (this.#startSeconds ?? 0);
    return {
      cpuPct: percent(this.#cpuSeconds, this.#cpuCapacity * seconds),
      gpuPct: percent(this.#gpuSeconds, this.#gpuCapacity * seconds),
      cpuPeakPct: percent(this.#cpuPeak, this.#cpuCapacity),
      gpuPeakPct: percent(this.#gpuPeak, this.#gpuCapacity),
    };
  }
}

function percent(part: number, whole: number): number {
  return whole === 0 ? 0 : (100 * part) / whole;
}
