import { timestamp } from "../base/time.ts";
import { SECOND } from "../base/units.ts";
import type { Node, Pod } from "../api/types/core-v1.ts";
import { type Row, textOf, wholeOf } from "./table.ts";

/** Thousandths of a GPU as an extended resource; a node has 1000 for each of its GPUs. */
const GPU_MILLI = "alibabacloud.com/gpu-milli";
/** Whole GPUs as an extended resource. */
const GPU_COUNT = "alibabacloud.com/gpu-count";
const GPU_MODEL = "alibabacloud.com/gpu-card-model";
const QOS = "alibabacloud.com/qos";

/** A pod of the trace with its times in seconds since the trace's start. */
export interface TracePod {
  readonly pod: Pod;
  readonly createdAtSeconds: number;
  readonly deletedAtSeconds: number;
  readonly cpuMilli: number;
  readonly memoryMib: number;
  readonly gpuMilli: number;
}

/** A node of the trace and its capacity. */
export interface TraceNode {
  readonly node: Node;
  readonly cpuMilli: number;
  readonly memoryMib: number;
  readonly gpuMilli: number;
}

/**
 * A row of an openb node list (sn,cpu_milli,memory_mib,gpu,model). A node with 2 GPUs offers gpu-count 2 and gpu-milli 2000,
 * and bears its model as a label.
 */
export function openbNode(row: Row): TraceNode {
  const name = textOf(row, "sn");
  const cpuMilli = wholeOf(row, "cpu_milli");
  const memoryMib = wholeOf(row, "memory_mib");
  const gpus = wholeOf(row, "gpu");
  const model = textOf(row, "model");
  const amounts = {
    cpu: `${cpuMilli}m`,
    memory: `${memoryMib}Mi`,
    pods: "110",
    ...(gpus > 0 && { [GPU_COUNT]: String(gpus), [GPU_MILLI]: String(gpus * 1000) }),
  };
  const labels = { "kubernetes.io/hostname": name, ...(model !== "" && { [GPU_MODEL]: model }) };
  const node: Node = {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name, uid: name, labels, resourceVersion: "1", creationTimestamp: timestamp(0) },
    spec: {},
    status: { capacity: amounts, allocatable: amounts },
  };
  return { node, cpuMilli, memoryMib, gpuMilli: gpus * 1000 };
}

/**
 * A row of an openb pod list. One that takes whole GPUs requests gpu-count n and gpu-milli 1000 n; one that shares a GPU
 * (gpu_milli 460) requests gpu-milli 460 alone. kube-scheduler sums extended resources per node, so a share may straddle
 * two devices: fragmentation inside a node is not modelled. gpu_spec "A|B" becomes a required node affinity to the models.
 */
export function openbPod(row: Row): TracePod {
  const name = textOf(row, "name");
  const cpuMilli = wholeOf(row, "cpu_milli");
  const memoryMib = wholeOf(row, "memory_mib");
  const gpus = wholeOf(row, "num_gpu");
  const gpuMilli = gpus === 0 ? 0 : gpus * wholeOf(row, "gpu_milli");
  const createdAtSeconds = wholeOf(row, "creation_time");
  const requests = {
    cpu: `${cpuMilli}m`,
    memory: `${memoryMib}Mi`,
    ...(gpuMilli > 0 && { [GPU_MILLI]: String(gpuMilli) }),
    ...(gpuMilli > 0 && gpuMilli === gpus * 1000 && { [GPU_COUNT]: String(gpus) }),
  };
  const pod: Pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      namespace: "default",
      name,
      uid: `default/${name}`,
      labels: { [QOS]: textOf(row, "qos") },
      resourceVersion: "1",
      creationTimestamp: timestamp(createdAtSeconds * SECOND),
    },
    spec: {
      schedulerName: "default-scheduler",
      containers: [{ name: "main", image: "openb", resources: { requests } }],
      ...modelAffinity(textOf(row, "gpu_spec")),
    },
    status: {},
  };
  const deletedAtSeconds = Math.max(createdAtSeconds, wholeOf(row, "deletion_time"));
  return { pod, createdAtSeconds, deletedAtSeconds, cpuMilli, memoryMib, gpuMilli };
}

function modelAffinity(gpuSpec: string): Pick<Pod["spec"], "affinity"> {
  if (gpuSpec === "") return {};
  const models = { key: GPU_MODEL, operator: "In", values: gpuSpec.split("|") };
  const required = { nodeSelectorTerms: [{ matchExpressions: [models] }] };
  return { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: required } } };
}

/** What happens in the trace: `index` of the pod in the list. */
export interface TraceEvent {
  readonly atSeconds: number;
  readonly do: "create" | "delete";
  readonly index: number;
}

/**
 * Creations and deletions in time order; at one instant deletions of older pods come first, then the list's order holds.
 * Without deletions the cluster only fills.
 */
export function traceEvents(pods: readonly TracePod[], deletions: boolean): readonly TraceEvent[] {
  const events: TraceEvent[] = [];
  for (const [index, pod] of pods.entries()) {
    events.push({ atSeconds: pod.createdAtSeconds, do: "create", index });
    if (deletions) events.push({ atSeconds: pod.deletedAtSeconds, do: "delete", index });
  }
  const rank = (event: TraceEvent): number => {
    const pod = pods[event.index];
    const instant = pod !== undefined && pod.createdAtSeconds === pod.deletedAtSeconds;
    return event.do === "create" ? 1 : instant ? 2 : 0;
  };
  return events.sort((a, b) => a.atSeconds - b.atSeconds || rank(a) - rank(b) || a.index - b.index);
}
