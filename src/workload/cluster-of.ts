import { InputError } from "../base/input-error.ts";
import { unreachable } from "../base/assert.ts";
import { timestamp } from "../base/time.ts";
import { SECOND, cast } from "../base/units.ts";
import type { ApiObject } from "../api/object.ts";
import type { Node, Pod } from "../api/types/core-v1.ts";
import type { Catalogue, ChurnOp, Count, CreateNodes, CreatePods, Workload } from "./catalogue.ts";
import { type Row, textOf, wholeOf } from "./table.ts";
import { type Group, boundVolume, csiNode, namespaceOf, nodeOf, podOf } from "./template.ts";

/** Before each measured pod whose index is a multiple of `every`: the pod is tried, or the node comes or goes. */
export interface Churn {
  readonly every: number;
  readonly pod?: (index: number) => Pod;
  readonly node?: (index: number) => Node;
}

/** One size of a workload made concrete. No two objects share parts, as if each had come over the wire. */
export interface WorkloadCluster {
  readonly workload: string;
  readonly nodes: readonly Node[];
  /** Pods that are bound before the clock starts. */
  readonly bound: readonly Pod[];
  /** Pods to schedule, in order. */
  readonly measured: readonly Pod[];
  /** Whatever is neither node nor pod. */
  readonly objects: readonly ApiObject[];
  readonly churn: readonly Churn[];
  readonly preempt: boolean;
}

/** Parameters of a size: what "$name" stands for. */
export type Parameters = { readonly [name: string]: number };

/** Rows of the tables that the workload names, by path. */
export type Tables = { readonly [path: string]: readonly Row[] };

interface Building {
  readonly catalogue: Catalogue;
  readonly workload: Workload;
  readonly parameters: Parameters;
  readonly tables: Tables;
  readonly nodes: Node[];
  readonly bound: Pod[];
  readonly measured: Pod[];
  readonly objects: ApiObject[];
  readonly churn: Churn[];
  groups: number;
  seconds: number;
}

/** Carries out the op list. Pure: the same arguments give equal objects. */
export function clusterOf(
  catalogue: Catalogue,
  workload: Workload,
  parameters: Parameters,
  tables: Tables = {},
): WorkloadCluster {
  const lists = { nodes: [], bound: [], measured: [], objects: [], churn: [] };
  const building: Building = { catalogue, workload, parameters, tables, ...lists, groups: 0, seconds: 0 };
  for (const op of workload.ops) {
    if (op.opcode === "createNodes") createNodes(building, op);
    else if (op.opcode === "createPods") createPods(building, op);
    else if (op.opcode === "createNamespaces") {
      for (let i = 0; i < countOf(building, op.count); i += 1)
        building.objects.push(namespaceOf(`${op.prefix}${i}`, op.labels));
    } else if (op.opcode === "createAny") building.objects.push(cast<ApiObject>(op.object));
    else if (op.opcode === "churn") building.churn.push(churnOf(catalogue, op));
    else unreachable(op);
  }
  const { nodes, bound, measured, objects, churn } = building;
  return { workload: workload.name, nodes, bound, measured, objects, churn, preempt: workload.preempt };
}

/** Tables that the workload reads, by path. */
export function tablesOf(workload: Workload): readonly string[] {
  const paths = workload.ops.map((op) => ("csv" in op ? op.csv : undefined));
  return [...new Set(paths.filter((path) => path !== undefined))];
}

function createNodes(building: Building, op: CreateNodes): void {
  const { catalogue, nodes, objects } = building;
  const table = tableOf(building, op);
  for (let i = 0; i < countOf(building, op.count); i += 1) {
    const row = table === undefined ? undefined : rowAt(building, table, i);
    const name = row?.name ?? op.names?.[i] ?? `${op.prefix}${String(i).padStart(5, "0")}`;
    const labels: { [key: string]: string } = {};
    for (const [key, values] of Object.entries(op.labels)) labels[key] = values[i % values.length] ?? "";
    const group: Group = { templates: catalogue.nodeTemplates, template: op.template, row };
    nodes.push(nodeOf(group, name, labels));
    if (op.csiDrivers !== undefined) objects.push(csiNode(name, op.csiDrivers));
  }
}

function createPods(building: Building, op: CreatePods): void {
  const { catalogue, workload, nodes, bound, measured, objects } = building;
  const table = tableOf(building, op);
  if (op.collectMetrics === (op.place !== undefined))
    throw new InputError(`${workload.name}: createPods needs either place or collectMetrics`);
  const prefix = op.collectMetrics ? "pod-" : `init-${building.groups}-`;
  if (!op.collectMetrics) building.groups += 1;
  for (let i = 0; i < countOf(building, op.count); i += 1) {
    const row = table === undefined ? undefined : rowAt(building, table, i);
    const name = row?.name ?? `${prefix}${String(i).padStart(5, "0")}`;
    const namespace = op.namespaces === undefined ? op.namespace : `${op.namespace}${i % op.namespaces}`;
    const group: Group = { templates: catalogue.podTemplates, template: op.template, row };
    if (op.volume !== undefined) objects.push(...boundVolume(catalogue, op.volume, namespace, name));
    const claim = op.volume === undefined ? undefined : `pvc-${name}`;
    if (op.place === undefined) {
      measured.push(podOf(group, { namespace, name, claim }));
      continue;
    }
    const at = op.place.rule === "pack" ? Math.floor(i / op.place.perNode) : i;
    const startTime = op.startTimes ? timestamp(building.seconds * SECOND) : undefined;
    if (op.startTimes) building.seconds += 1;
    bound.push(podOf(group, { namespace, name, claim, node: nodes[at % nodes.length]?.metadata.name, startTime }));
  }
}

function churnOf(catalogue: Catalogue, op: ChurnOp): Churn {
  const { every, podTemplate, nodeTemplate, namespace } = op;
  return {
    every,
    ...(podTemplate !== undefined && {
      pod: (index: number) =>
        podOf({ templates: catalogue.podTemplates, template: podTemplate }, { namespace, name: `churn-${index}` }),
    }),
    ...(nodeTemplate !== undefined && {
      node: () => nodeOf({ templates: catalogue.nodeTemplates, template: nodeTemplate }, "churn-node", {}),
    }),
  };
}

function countOf(building: Building, count: Count): number {
  if (typeof count === "number") return count;
  const value = building.parameters[count.slice(1)];
  if (value === undefined) throw new InputError(`${building.workload.name}: the parameter ${count} is not set`);
  return value;
}

interface OpRows {
  readonly path: string;
  readonly rows: readonly Row[];
  readonly columns: { readonly name: string; readonly cpu: string; readonly memory: string };
}

function tableOf(building: Building, op: CreateNodes | CreatePods): OpRows | undefined {
  if (op.csv === undefined || op.columns === undefined) return undefined;
  const rows = building.tables[op.csv];
  if (rows === undefined) throw new InputError(`${building.workload.name}: the table ${op.csv} was not read`);
  return { path: op.csv, rows, columns: op.columns };
}

function rowAt(building: Building, { path, rows, columns }: OpRows, i: number): NonNullable<Group["row"]> {
  const row = rows[i];
  if (row === undefined)
    throw new InputError(`${building.workload.name}: ${path} has ${rows.length} rows, but ${i + 1} were asked for`);
  return {
    name: textOf(row, columns.name),
    cpuMilli: wholeOf(row, columns.cpu),
    memoryMib: wholeOf(row, columns.memory),
  };
}
