import { InputError } from "../base/input-error.ts";

/** Benchmark workloads in the manner of upstream's scheduler_perf: templates, op lists, parameters by size. */
export interface Catalogue {
  readonly version: 1;
  readonly nodeTemplates: Templates;
  readonly podTemplates: Templates;
  /** "{name}" in them stands for the object's own name. */
  readonly volumeTemplates: {
    readonly [name: string]: { readonly persistentVolume: Template; readonly persistentVolumeClaim: Template };
  };
  readonly workloads: readonly Workload[];
}

/** A Kubernetes object as JSON, without a name. */
export type Template = { readonly [field: string]: unknown };
/** Templates by name. */
export type Templates = { readonly [name: string]: Template };

/** One workload: what exists before the clock starts, what is measured, and in which sizes. */
export interface Workload {
  readonly name: string;
  readonly about: string;
  /** Pods that fit nowhere run the preemption. */
  readonly preempt: boolean;
  readonly ops: readonly Op[];
  /** Parameters by size. */
  readonly sizes: { readonly [size: string]: { readonly [parameter: string]: number } };
}

/** One step of a workload. */
export type Op = CreateNodes | CreatePods | CreateNamespaces | CreateAny | ChurnOp;

/** A number, or "$parameter". */
export type Count = number | string;

/** A table whose rows become the objects of an op. */
export interface FromTable {
  /** Path relative to the catalogue's file. */
  readonly csv?: string | undefined;
  /** Which column holds the name, the milli-CPU and the MiB. */
  readonly columns?: { readonly name: string; readonly cpu: string; readonly memory: string } | undefined;
}

/** Makes nodes, named by `names`, the table, or the prefix and the index in five digits. */
export interface CreateNodes extends FromTable {
  readonly opcode: "createNodes";
  readonly template: string;
  readonly count: Count;
  readonly prefix: string;
  readonly names?: readonly string[] | undefined;
  /** Node i has value i mod length of each list. */
  readonly labels: { readonly [label: string]: readonly string[] };
  /** Every node gets a CSINode with these drivers and volume limits. */
  readonly csiDrivers?: { readonly [driver: string]: number } | undefined;
}

/** Makes pods: bound by rule (`place`), or to be measured (`collectMetrics`). */
export interface CreatePods extends FromTable {
  readonly opcode: "createPods";
  readonly template: string;
  readonly count: Count;
  readonly namespace: string;
  /** Pod i is in `namespace` followed by i mod `namespaces`. */
  readonly namespaces?: number | undefined;
  /** Pod i on node i mod nodes, or floor(i / perNode) mod nodes. */
  readonly place?: { readonly rule: "roundRobin" } | { readonly rule: "pack"; readonly perNode: number } | undefined;
  /** The n-th pod of all such groups started n seconds after 2026-01-01T00:00:00Z. */
  readonly startTimes: boolean;
  /** Template of a bound volume and claim of each pod. */
  readonly volume?: string | undefined;
  readonly collectMetrics: boolean;
}

/** Makes the namespaces prefix0, prefix1, ... */
export interface CreateNamespaces {
  readonly opcode: "createNamespaces";
  readonly prefix: string;
  readonly count: Count;
  readonly labels: { readonly [label: string]: string };
}

/** Makes one further object. */
export interface CreateAny {
  readonly opcode: "createAny";
  readonly object: Template;
}

/** Before each measured pod whose index is a multiple of `every`: tries a pod that fits nowhere, or adds or removes a node. */
export interface ChurnOp {
  readonly opcode: "churn";
  readonly every: number;
  readonly podTemplate?: string | undefined;
  readonly nodeTemplate?: string | undefined;
  readonly namespace: string;
}

/** The workload of that name; the complaint lists what there is. */
export function findWorkload(from: Catalogue, name: string): Workload {
  const found = from.workloads.find((one) => one.name === name);
  if (found !== undefined) return found;
  const names = from.workloads.map((one) => one.name).join(", ");
  throw new InputError(`no workload is called ${JSON.stringify(name)}; there are ${names}`);
}
