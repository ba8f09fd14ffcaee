import { expect, test } from "vitest";
import { openbNode, openbPod } from "./openb.ts";
import { parseTable } from "./bench/read-table.ts";
import { fragmentationPct, gpuKinds, imbalancePct } from "./placement-quality.ts";
import { shuffledTrace } from "./shuffled-trace.ts";

const nodes = parseTable("sn,cpu_milli,memory_mib,gpu,model\na,1000,1000,4,P100\nb,1000,1000,4,P100\n", "nodes.csv");
const HEADER =
  "name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec,qos,pod_phase,creation_time,deletion_time,scheduled_time\n";
const rows = [
  "x,500,1,1,1000,,LS,Running,1,9,1",
  "y,500,1,1,1000,,LS,Running,2,8,2",
  "z,100,1,0,0,,LS,Running,3,7,3",
].join("\n");
const pods = parseTable(HEADER + rows, "pods.csv").map(openbPod);
const rooms = nodes.map(openbNode).map((capacity, i) => ({
  capacity,
  cpuMilli: i === 0 ? 400 : 1000,
  memoryMib: 1000,
  gpuMilli: i === 0 ? 1000 : 3000,
}));

test("fragmentation > GPUs are lost on nodes without the CPU for the next GPU pod", () => {
  expect(gpuKinds(pods)).toEqual([{ cpuMilli: 500, memoryMib: 1, gpuMilli: 1000, share: 1 }]);
  expect(fragmentationPct(rooms, gpuKinds(pods))).toBe(25);
});

test("imbalance > is the deviation of the nodes' shares", () => {
  expect(imbalancePct(rooms)).toBeCloseTo(30);
});

test("shuffled trace > the same pods come in another order, at the same times", () => {
  const shuffled = shuffledTrace(pods, 3);
  expect(shuffled.map(({ createdAtSeconds }) => createdAtSeconds)).toEqual([1, 2, 3]);
  expect(shuffled.map(({ pod }) => pod.metadata.name).sort()).toEqual(["x", "y", "z"]);
  expect(shuffledTrace(pods, 3)).toEqual(shuffled);
});
