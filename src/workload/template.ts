import { InputError } from "../base/input-error.ts";
import { timestamp } from "../base/time.ts";
import { cast } from "../base/units.ts";
import type { ApiObject } from "../api/object.ts";
import type { Container, Node, Pod } from "../api/types/core-v1.ts";
import type { Catalogue, Templates } from "./catalogue.ts";

/** What the server would have filled in. */
const fresh = { creationTimestamp: timestamp(0), resourceVersion: "1" };

/** What the objects of one op have in common, and the row that this one comes from. */
export interface Group {
  readonly templates: Templates;
  readonly template: string;
  readonly row?: { readonly name: string; readonly cpuMilli: number; readonly memoryMib: number } | undefined;
}

/** What sets one pod of a group apart. */
export interface PodIdentity {
  readonly namespace: string;
  readonly name: string;
  /** Claim of a volume "vol". */
  readonly claim?: string | undefined;
  /** Node that the pod is bound to. */
  readonly node?: string | undefined;
  readonly startTime?: string | undefined;
}

/** A node of the template: its UID and its label kubernetes.io/hostname are its name. */
export function nodeOf(group: Group, name: string, labels: { readonly [key: string]: string }): Node {
  const node = copyOf<Node>(group);
  const status = node.status ?? {};
  const amounts = group.row && { cpu: `${group.row.cpuMilli}m`, memory: `${group.row.memoryMib}Mi` };
  return {
    ...node,
    apiVersion: "v1",
    kind: "Node",
    metadata: { ...fresh, name, uid: name, labels: { "kubernetes.io/hostname": name, ...labels } },
    status: {
      ...status,
      capacity: { ...status.capacity, ...amounts },
      allocatable: { ...status.allocatable, ...amounts },
    },
  };
}

/** A pod of the template: its UID is "namespace/name", its scheduler the default one. */
export function podOf(group: Group, identity: PodIdentity): Pod {
  const pod = copyOf<Pod>(group);
  const { namespace, name, claim, node, startTime } = identity;
  const volumes = [
    ...(pod.spec.volumes ?? []),
    ...(claim === undefined ? [] : [{ name: "vol", persistentVolumeClaim: { claimName: claim } }]),
  ];
  return {
    ...pod,
    apiVersion: "v1",
    kind: "Pod",
    metadata: { ...pod.metadata, ...fresh, namespace, name, uid: `${namespace}/${name}` },
    spec: {
      ...pod.spec,
      containers: containersOf(group, pod),
      schedulerName: "default-scheduler",
      ...(volumes.length > 0 && { volumes }),
      ...(node !== undefined && { nodeName: node }),
    },
    status: {
      ...pod.status,
      ...(node !== undefined && { phase: "Running" }),
      ...(startTime !== undefined && { startTime }),
    },
  };
}

/** A bound volume "pv-POD" and its claim "pvc-POD". */
export function boundVolume(
  catalogue: Catalogue,
  template: string,
  namespace: string,
  pod: string,
): readonly ApiObject[] {
  const parts = catalogue.volumeTemplates[template];
  if (parts === undefined) throw new InputError(`there is no volume template ${template}`);
  const [pv, pvc] = [`pv-${pod}`, `pvc-${pod}`];
  const volume = named(parts.persistentVolume, pv);
  const claim = named(parts.persistentVolumeClaim, pvc);
  const claimRef = { kind: "PersistentVolumeClaim", apiVersion: "v1", namespace, name: pvc, uid: pvc };
  return cast<readonly ApiObject[]>([
    {
      ...volume,
      apiVersion: "v1",
      kind: "PersistentVolume",
      metadata: { ...volume.metadata, ...fresh, name: pv, uid: pv },
      spec: { ...volume.spec, claimRef },
      status: { phase: "Bound" },
    },
    {
      ...claim,
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { ...claim.metadata, ...fresh, namespace, name: pvc, uid: pvc },
      spec: { ...claim.spec, volumeName: pv },
      status: { phase: "Bound" },
    },
  ]);
}

/** The CSINode of a node: which drivers it has and how many volumes each may attach. */
export function csiNode(node: string, drivers: { readonly [driver: string]: number }): ApiObject {
  const list = Object.entries(drivers).map(([name, limit]) => ({ name, nodeID: node, allocatable: { count: limit } }));
  return cast<ApiObject>({
    apiVersion: "storage.k8s.io/v1",
    kind: "CSINode",
    metadata: { ...fresh, name: node, uid: node },
    spec: { drivers: list },
  });
}

/** A namespace with labels. */
export function namespaceOf(name: string, labels: { readonly [label: string]: string }): ApiObject {
  const metadata = { ...fresh, name, uid: name, labels: { "kubernetes.io/metadata.name": name, ...labels } };
  return cast<ApiObject>({ apiVersion: "v1", kind: "Namespace", metadata, status: { phase: "Active" } });
}

function containersOf(group: Group, pod: Pod): readonly Container[] {
  const { row } = group;
  if (row === undefined) return pod.spec.containers;
  const requests = { cpu: `${row.cpuMilli}m`, memory: `${row.memoryMib}Mi` };
  return pod.spec.containers.map((one, i) => (i === 0 ? { ...one, resources: { requests } } : one));
}

function copyOf<T>({ templates, template }: Group): T {
  const found = templates[template];
  if (found === undefined) throw new InputError(`there is no template ${template}`);
  return cast<T>(copy(found));
}

interface Spec {
  readonly metadata?: object;
  readonly spec?: object;
}

/** A template in which "{name}" stands for the object's own name. */
function named(template: unknown, name: string): Spec {
  return cast<Spec>(copy(template, name));
}

/** A deep copy of JSON data, so that no two objects of a workload share parts. */
function copy(value: unknown, name?: string): unknown {
  if (typeof value === "string") return name === undefined ? value : value.replaceAll("{name}", name);
  if (Array.isArray(value)) return value.map((item) => copy(item, name));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copy(item, name)]));
}
