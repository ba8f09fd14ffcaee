import { expect, test } from "vitest";
import type { Pod } from "../api/types/core-v1.ts";
import { quantityMilli } from "../api/quantity.ts";
import type { SchedulingAlgorithm } from "../scheduler/algorithm.ts";
import { openbNode, openbPod } from "./openb.ts";
import { parseTable } from "./bench/read-table.ts";
import { scheduleTrace } from "./schedule-trace.ts";

/** First fit by CPU alone. */
function firstFit(nodes: readonly (readonly [name: string, cpuMilli: number])[]) {
  const free = new Map(nodes);
  const log: string[] = [];
  const cpu = (pod: Pod): number => quantityMilli(pod.spec.containers[0]?.resources?.requests?.["cpu"]);
  const change = (pod: Pod, node: string, sign: 1 | -1) => free.set(node, (free.get(node) ?? 0) - sign * cpu(pod));
  const algorithm: Pick<SchedulingAlgorithm, "schedule" | "assume" | "removePod"> = {
    schedule(pod) {
      log.push(pod.metadata.name);
      const node = [...free].find(([, cpuMilli]) => cpuMilli >= cpu(pod))?.[0];
      return { ...(node !== undefined && { node }), evaluated: 1, feasible: 1 };
    },
    assume: (pod, node) => change(pod, node, 1),
    removePod: (pod) => change(pod, pod.spec.nodeName ?? "", -1),
  };
  return { algorithm: algorithm as SchedulingAlgorithm, log };
}

const nodes = parseTable("sn,cpu_milli,memory_mib,gpu,model\nn-0,1000,1000,1,P100\n", "nodes.csv").map(openbNode);
const HEADER =
  "name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec,qos,pod_phase,creation_time,deletion_time,scheduled_time\n";

function play(rows: string, deletions = true) {
  const { algorithm, log } = firstFit([["n-0", 1000]]);
  return {
    ...scheduleTrace(algorithm, { nodes, pods: parseTable(HEADER + rows, "pods.csv").map(openbPod), deletions }),
    log,
  };
}

test("trace > a pod waits until a deletion makes room, oldest first, and vain attempts are spared", () => {
  const {
    nodes: where,
    log,
    placed,
    pending,
    attempts,
  } = play(
    [
      "a,800,1,1,500,,LS,Running,0,10,0",
      "b,500,1,0,0,,LS,Running,1,20,1",
      "c,400,1,0,0,,LS,Running,2,20,2",
      "d,900,1,0,0,,LS,Running,3,15,3",
    ].join("\n"),
  );
  expect(log).toEqual(["a", "b", "c", "d", "b", "c"]);
  expect(where).toEqual(["n-0", "n-0", "n-0", ""]);
  expect({ placed, pending, attempts }).toEqual({ placed: 3, pending: 1, attempts: 6 });
});

test("trace > utilisation is the requested share over the time of the trace", () => {
  const { cpuPct, gpuPct, gpuPeakPct } = play("a,500,1,1,500,,LS,Running,100,110,0\nb,250,1,0,0,,LS,Running,105,120,0");
  expect(cpuPct).toBeCloseTo((100 * (500 * 10 + 250 * 15)) / (1000 * 20));
  expect(gpuPct).toBeCloseTo((100 * 500 * 10) / (1000 * 20));
  expect(gpuPeakPct).toBe(50);
});

test("trace > without deletions the cluster only fills", () => {
  const { placed, pending, cpuPeakPct } = play("a,800,1,0,0,,LS,Running,0,1,0\nb,500,1,0,0,,LS,Running,5,6,5", false);
  expect({ placed, pending, cpuPeakPct }).toEqual({ placed: 1, pending: 1, cpuPeakPct: 80 });
});
