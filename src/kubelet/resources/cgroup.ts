import { quantityMilli, quantityValue } from "../../api/quantity.ts";
import type { Container, Pod } from "../../api/types/core-v1.ts";
import { isSidecar } from "../restart-policy.ts";
import { podTotals } from "./pod-requests.ts";
import { computeQosClass } from "./qos.ts";

const SHARES_MIN = 2;
const SHARES_MAX = 262_144;
const SHARES_PER_CPU = 1024;
/** Shortest quota, in microseconds. */
const QUOTA_MIN = 1000;
/** Default CFS period, in microseconds. */
export const CPU_PERIOD = 100_000;

/** What a pod's cgroup is given; absent: not set. Quota and period in microseconds, memory in bytes. */
export interface CgroupConfig {
  readonly cpuShares: number;
  readonly cpuQuota?: number;
  readonly cpuPeriod?: number;
  readonly memory?: number;
}

/** CPU shares of a request: 1024 a CPU, between 2 and 262144. milliCpuToShares(500) = 512. */
export function milliCpuToShares(milli: number): number {
  if (milli === 0) return SHARES_MIN;
  return Math.min(SHARES_MAX, Math.max(SHARES_MIN, Math.floor((milli * SHARES_PER_CPU) / 1000)));
}

/** CFS quota of a limit: 0 (none) without one, at least 1 ms. milliCpuToQuota(500, 100000) = 50000. */
export function milliCpuToQuota(milli: number, period: number = CPU_PERIOD): number {
  return milli === 0 ? 0 : Math.max(QUOTA_MIN, Math.floor((milli * period) / 1000));
}

/** The cgroup of a pod (ResourceConfigForPod). */
export function podCgroup(pod: Pod): CgroupConfig {
  const qos = computeQosClass(pod);
  if (qos === "BestEffort") return { cpuShares: SHARES_MIN };
  const requests = podTotals(pod, "requests");
  const limits = podTotals(pod, "limits");
  const cpu = { cpuQuota: milliCpuToQuota(quantityMilli(limits.cpu)), cpuPeriod: CPU_PERIOD };
  const all = qos === "Guaranteed";
  return {
    cpuShares: milliCpuToShares(quantityMilli(requests.cpu)),
    ...((all || declared(pod, "cpu")) && cpu),
    ...((all || declared(pod, "memory")) && { memory: quantityValue(limits.memory) }),
  };
}

/** Whether every container is limited, or the pod as a whole. A sidecar counts as limited if one before it is. */
function declared({ spec }: Pod, resource: "cpu" | "memory"): boolean {
  const limit = (c: { readonly resources?: Container["resources"] }): boolean =>
    quantityMilli(c.resources?.limits?.[resource]) > 0;
  if (limit(spec)) return true;
  let sidecars = false;
  for (const container of spec.initContainers ?? []) {
    const own = limit(container);
    if (isSidecar(container)) sidecars ||= own;
    if (!own && !sidecars) return false;
  }
  return spec.containers.every(limit);
}
