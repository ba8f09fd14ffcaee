import { expect, test } from "vitest";
import { openbNode, openbPod, traceEvents } from "./openb.ts";
import { parseTable } from "./bench/read-table.ts";

const NODES = "sn,cpu_milli,memory_mib,gpu,model\nn-0,64000,262144,2,P100\nn-1,32000,262144,0,\n";
const PODS = `name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec,qos,pod_phase,creation_time,deletion_time,scheduled_time
whole,12000,16384,2,1000,V100M16|V100M32,LS,Running,5,9,5
share,6000,12288,1,460,,BE,Running,9,9,9
`;
const nodes = parseTable(NODES, "nodes.csv");
const pods = parseTable(PODS, "pods.csv");

test("openb > a node offers its GPUs whole and in thousandths, under its model's label", () => {
  const [gpu, plain] = nodes.map(openbNode);
  expect(gpu?.node.status?.allocatable).toEqual({
    cpu: "64000m",
    memory: "262144Mi",
    pods: "110",
    "alibabacloud.com/gpu-count": "2",
    "alibabacloud.com/gpu-milli": "2000",
  });
  expect(gpu?.node.metadata.labels).toMatchObject({ "alibabacloud.com/gpu-card-model": "P100" });
  expect(Object.keys(plain?.node.status?.allocatable ?? {})).toEqual(["cpu", "memory", "pods"]);
});

test("openb > whole GPUs are requested as both resources, a share as thousandths alone", () => {
  const [whole, share] = pods.map(openbPod);
  expect(whole?.pod.spec.containers[0]?.resources?.requests).toMatchObject({
    "alibabacloud.com/gpu-count": "2",
    "alibabacloud.com/gpu-milli": "2000",
  });
  expect(share?.pod.spec.containers[0]?.resources?.requests).toEqual({
    cpu: "6000m",
    memory: "12288Mi",
    "alibabacloud.com/gpu-milli": "460",
  });
});

test("openb > gpu_spec becomes a required affinity to the models", () => {
  const terms = openbPod(pods[0] ?? never()).pod.spec.affinity?.nodeAffinity
    ?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  expect(terms).toEqual([
    {
      matchExpressions: [{ key: "alibabacloud.com/gpu-card-model", operator: "In", values: ["V100M16", "V100M32"] }],
    },
  ]);
});

test("openb > at one instant older pods go before newer ones come", () => {
  const events = traceEvents(pods.map(openbPod), true).map((event) => `${event.atSeconds} ${event.do} ${event.index}`);
  expect(events).toEqual(["5 create 0", "9 delete 0", "9 create 1", "9 delete 1"]);
});

test("openb > a bad number is told with file, line and column", () => {
  const [row = never()] = parseTable("sn,cpu_milli,memory_mib,gpu,model\nn-0,many,1,0,\n", "nodes.csv");
  expect(() => openbNode(row)).toThrow('nodes.csv:2: cpu_milli must be a whole number of at least 0, found "many"');
});

test("openb > a missing column and a broken row are told with their place", () => {
  const [row = never()] = parseTable("sn,cpu\nn-0,1\n", "nodes.csv");
  expect(() => openbNode(row)).toThrow("nodes.csv:2: column cpu_milli is missing");
  expect(() => parseTable("a,b\n1\n", "x.csv")).toThrow(/^x\.csv: .*line 2/);
});

function never(): never {
  throw new Error("the table has this row");
}
