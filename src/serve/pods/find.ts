import { cast } from "../../base/units.ts";
import type { Container, Node, Pod } from "../../api/types/core-v1.ts";
import { badRequest, failure, notFound } from "../../apiserver/failure.ts";
import type { Failure } from "../../apiserver/failure.ts";
import { kindOf } from "../../apiserver/kinds/index.ts";
import type { Cluster } from "../../cluster/cluster.ts";
import type { ContainerRecord } from "../../kubelet/cri/runtime-state.ts";

/** A container of a pod, and what its node's runtime knows of it: newest first. */
export interface FoundContainer {
  readonly pod: Pod;
  readonly container: Container;
  readonly records: readonly ContainerRecord[];
}

/** A pod by its name. */
export function findPod(cluster: Cluster, namespace: string, name: string): Pod | Failure {
  const pod = cluster.world.objects("pods").get(`${namespace}/${name}`);
  const kind = kindOf("pods");
  if (pod !== undefined) return cast<Pod>(pod);
  return kind === undefined ? failure(404, "NotFound", "not found") : notFound(kind, name);
}

/** The container that a request names, or the only one; kube-apiserver's words for what is wrong. */
export function findContainer(cluster: Cluster, pod: Pod, name: string | undefined): FoundContainer | Failure {
  const { containers, initContainers = [], ephemeralContainers = [] } = pod.spec;
  const all = [...containers, ...initContainers, ...cast<readonly Container[]>(ephemeralContainers)];
  const podName = pod.metadata.name;
  const annotated = pod.metadata.annotations?.["kubectl.kubernetes.io/default-container"];
  const wanted = name ?? (containers.length === 1 ? containers[0]?.name : annotated);
  if (wanted === undefined) {
    const choice = containers.map((one) => one.name).join(" ");
    const init =
      initContainers.length === 0
        ? ""
        : ` or one of the init containers: [${initContainers.map((one) => one.name).join(" ")}]`;
    return badRequest(`a container name must be specified for pod ${podName}, choose one of: [${choice}]${init}`);
  }
  const container = all.find((one) => one.name === wanted);
  if (container === undefined) return badRequest(`container ${wanted} is not valid for pod ${podName}`);
  const node = pod.spec.nodeName ?? "";
  const runtime = cluster.state.machines.get(node)?.runtime.pods.get(pod.metadata.uid);
  const records = (runtime?.containers ?? []).filter((record) => record.name === wanted);
  return { pod, container, records };
}

/** Why the kubelet of a pod's node does not answer the API server; undefined when it does. */
export function kubeletProblem(cluster: Cluster, pod: Pod, path: string): Failure | undefined {
  const node = pod.spec.nodeName ?? "";
  const up = cluster.state.processes.get(`kubelet/${node}`)?.up === true && cluster.world.powered(node);
  if (node === "" || up) return undefined;
  const addresses = cast<Node | undefined>(cluster.world.objects("nodes").get(node))?.status?.addresses;
  const address = addresses?.find(({ type }) => type === "InternalIP")?.address ?? node;
  const why = cluster.world.powered(node) ? "connect: connection refused" : "i/o timeout";
  const message = `Get "https://${address}:10250/${path}": dial tcp ${address}:10250: ${why}`;
  return failure(500, "InternalError", `Internal error occurred: ${message}`);
}

/** The running attempt of a container, or why nothing runs. */
export function runningRecord({ pod, container, records }: FoundContainer): ContainerRecord | Failure {
  const [newest] = records;
  if (newest?.state === "running") return newest;
  if ((pod.spec.nodeName ?? "") === "") return badRequest(`pod ${pod.metadata.name} does not have a host assigned`);
  return failure(
    500,
    "InternalError",
    `Internal error occurred: unable to upgrade connection: container not found (${JSON.stringify(container.name)})`,
  );
}
