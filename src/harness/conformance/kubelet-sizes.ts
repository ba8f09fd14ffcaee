import { deepEqual } from "../../api/equal.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import { cast } from "../../base/units.ts";
import { milliCpuToQuota, milliCpuToShares, podCgroup } from "../../kubelet/resources/cgroup.ts";
import { oomScoreAdjust } from "../../kubelet/resources/oom-score.ts";
import { podTotals } from "../../kubelet/resources/pod-requests.ts";
import { computeQosClass } from "../../kubelet/resources/qos.ts";
import type { CaseOutcome, Difference } from "./conformance.ts";

type Line = { readonly [field: string]: unknown };

/** Replays a pod's sizes: class, effective requests and limits, OOM scores, cgroup. One decision: all of them. */
export function replaySizes(line: Line): CaseOutcome {
  const pod = cast<Pod>(line.pod);
  const capacity = cast<number>(line.memoryCapacity);
  const scores: { [container: string]: number } = {};
  for (const container of [...(pod.spec.initContainers ?? []), ...pod.spec.containers])
    scores[container.name] = oomScoreAdjust(pod, container, capacity);
  const ours: Line = {
    qos: computeQosClass(pod),
    requests: podTotals(pod, "requests"),
    limits: podTotals(pod, "limits"),
    oomScoreAdj: scores,
    cgroup: podCgroup(pod),
  };
  const differences: Difference[] = [];
  for (const field in ours) {
    const expected = line[field] ?? {};
    if (!deepEqual(expected, ours[field])) differences.push({ where: field, expected, actual: ours[field] });
  }
  return outcome("sizes", String(line.name), differences);
}

/** Replays one row of the table of shares and quotas. */
export function replayShares(line: Line): CaseOutcome {
  const milli = cast<number>(line.milliCPU);
  const ours: Line = {
    shares: milliCpuToShares(milli),
    quota: milliCpuToQuota(milli),
    quota10: milliCpuToQuota(milli, 10_000),
  };
  const differences: Difference[] = [];
  for (const field in ours) {
    if (line[field] !== ours[field]) differences.push({ where: field, expected: line[field], actual: ours[field] });
  }
  return outcome("shares", `${milli}m`, differences);
}

function outcome(family: string, name: string, differences: readonly Difference[]): CaseOutcome {
  const disagree = differences.length > 0 ? 1 : 0;
  return { family, name, decisions: 1, agree: 1 - disagree, disagree, notSupported: 0, differences };
}
