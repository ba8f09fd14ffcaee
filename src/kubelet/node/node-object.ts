import type { Node, NodeCondition, NodeStatus } from "../../api/types/core-v1.ts";
import { quantityValue } from "../../api/quantity.ts";
import { timestamp } from "../../base/time.ts";
import type { Millis } from "../../base/units.ts";
import type { KubeletConfig } from "../config.ts";

/** Memory that the kubelet keeps free (eviction hard threshold memory.available<100Mi), in MiB. */
const EVICTION_MEMORY_MIB = 100;
const MIB = 2 ** 20;
const GIB = 2 ** 30;
const MAX_PODS = 110;

/** What a node has, and what of it pods may use. */
export interface NodeSize {
  readonly capacity: { readonly [resource: string]: string };
  readonly allocatable: { readonly [resource: string]: string };
}

/** Capacity and allocatable of a node. */
export function nodeSize(config: KubeletConfig): NodeSize {
  const storage = config.ephemeralStorage ?? "100Gi";
  const common = { pods: String(config.maxPods ?? MAX_PODS), ...config.extended };
  const memory = Math.floor(quantityValue(config.memory) / MIB) - EVICTION_MEMORY_MIB;
  const disk = quantityValue(storage) * 0.9;
  return {
    capacity: { cpu: config.cpu, "ephemeral-storage": storage, memory: config.memory, ...common },
    allocatable: {
      cpu: config.cpu,
      "ephemeral-storage": disk % GIB === 0 ? `${disk / GIB}Gi` : String(Math.floor(disk)),
      memory: `${memory}Mi`,
      ...common,
    },
  };
}

/** The Node as the kubelet first writes it. */
export function nodeObject(config: KubeletConfig, now: Millis): Omit<Node, "metadata"> & { readonly metadata: object } {
  const { node, labels, taints, podCidr, providerId } = config;
  const builtin = {
    "beta.kubernetes.io/arch": "amd64",
    "beta.kubernetes.io/os": "linux",
    "kubernetes.io/arch": "amd64",
    "kubernetes.io/hostname": node,
    "kubernetes.io/os": "linux",
  };
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name: node, labels: Object.assign({}, builtin, labels) },
    spec: {
      ...(podCidr !== undefined && { podCIDR: podCidr, podCIDRs: [podCidr] }),
      ...(providerId !== undefined && { providerID: providerId }),
      ...(taints !== undefined && taints.length > 0 && { taints }),
    },
    status: nodeStatus(config, now),
  };
}

/** The status that the kubelet reports; `previous` gives the times of conditions that have not changed. */
export function nodeStatus(config: KubeletConfig, now: Millis, previous?: NodeStatus): NodeStatus {
  const at = timestamp(now);
  const condition = (type: string, status: string, reason: string, message: string): NodeCondition => {
    const before = previous?.conditions?.find((c) => c.type === type);
    const since = before?.status === status ? (before.lastTransitionTime ?? at) : at;
    return { type, status, lastHeartbeatTime: at, lastTransitionTime: since, reason, message };
  };
  return {
    addresses: [
      { type: "InternalIP", address: config.internalIp },
      { type: "Hostname", address: config.node },
    ],
    conditions: [
      condition("MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
      condition("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
      condition("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
      condition("Ready", "True", "KubeletReady", "kubelet is posting ready status"),
    ],
    daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
    nodeInfo: {
      architecture: "amd64",
      bootID: config.node,
      containerRuntimeVersion: "containerd://2.2.0",
      kernelVersion: "6.12.0",
      kubeProxyVersion: "",
      kubeletVersion: "v1.36.2",
      machineID: config.node,
      operatingSystem: "linux",
      osImage: "Linux",
      systemUUID: config.node,
    },
    ...nodeSize(config),
  };
}
