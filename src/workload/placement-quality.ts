import type { TraceNode, TracePod } from "./openb.ts";

/** What is free on a node, and what it has in all. */
export interface Room {
  readonly capacity: TraceNode;
  cpuMilli: number;
  memoryMib: number;
  gpuMilli: number;
}

/** A kind of GPU pod and its share of all GPU pods. */
interface Kind {
  readonly cpuMilli: number;
  readonly memoryMib: number;
  readonly gpuMilli: number;
  share: number;
}

/** The kinds of GPU pods that a trace has. */
export function gpuKinds(pods: readonly TracePod[]): readonly Kind[] {
  const kinds = new Map<string, Kind>();
  const asking = pods.filter(({ gpuMilli }) => gpuMilli > 0);
  for (const { cpuMilli, memoryMib, gpuMilli } of asking) {
    const key = `${cpuMilli} ${memoryMib} ${gpuMilli}`;
    const kind = kinds.get(key);
    if (kind === undefined) kinds.set(key, { cpuMilli, memoryMib, gpuMilli, share: 1 / asking.length });
    else kind.share += 1 / asking.length;
  }
  return [...kinds.values()];
}

/**
 * Share of the free GPUs that the next GPU pod cannot use, in percent: for each kind, what is free on nodes where it does not
 * fit, weighted by the kind's share (after "Beware of Fragmentation", USENIX ATC 2023). With 1 GPU free on a node without CPU
 * and 3 on an empty one: 25.
 */
export function fragmentationPct(rooms: Iterable<Room>, kinds: readonly Kind[]): number {
  let free = 0;
  let lost = 0;
  for (const { cpuMilli, memoryMib, gpuMilli } of rooms) {
    if (gpuMilli <= 0) continue;
    free += gpuMilli;
    for (const kind of kinds)
      if (kind.cpuMilli > cpuMilli || kind.memoryMib > memoryMib || kind.gpuMilli > gpuMilli)
        lost += kind.share * gpuMilli;
  }
  return free === 0 ? 0 : (100 * lost) / free;
}

/** Standard deviation over the nodes of the requested share of their CPU, in percentage points. */
export function imbalancePct(rooms: Iterable<Room>): number {
  let n = 0;
  let sum = 0;
  let squares = 0;
  for (const { capacity, cpuMilli } of rooms) {
    if (capacity.cpuMilli === 0) continue;
    const share = 100 * (1 - cpuMilli / capacity.cpuMilli);
    n += 1;
    sum += share;
    squares += share * share;
  }
  return n === 0 ? 0 : Math.sqrt(Math.max(0, squares / n - (sum / n) ** 2));
}
