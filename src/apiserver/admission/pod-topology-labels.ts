import type { Pod } from "../../api/types/core-v1.ts";
import type { Server } from "../server-state.ts";

const TOPOLOGY_LABELS = ["topology.kubernetes.io/zone", "topology.kubernetes.io/region"];

/** PodTopologyLabels: a pod that is created on a node gets the node's zone and region. */
export function withTopologyLabels(server: Server, pod: Pod): Pod {
  const node = pod.spec.nodeName;
  if (node === undefined || node === "") return pod;
  const labels = server.etcd.get("nodes", node)?.metadata.labels ?? {};
  const found = TOPOLOGY_LABELS.flatMap((label) => (labels[label] === undefined ? [] : [[label, labels[label]]]));
  if (found.length === 0) return pod;
  const merged = { ...pod.metadata.labels, ...Object.fromEntries(found) };
  return { ...pod, metadata: { ...pod.metadata, labels: merged } };
}
