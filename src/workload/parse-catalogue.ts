import { z } from "zod";
import { InputError } from "../base/input-error.ts";
import type { Catalogue } from "./catalogue.ts";

const count = z.union([z.number().int().min(0), z.string().regex(/^\$\w+$/, "must be a whole number or $PARAMETER")]);
const object = z.record(z.string(), z.unknown());
const labels = z.record(z.string(), z.string());

const rows = {
  csv: z.string().optional(),
  columns: z.strictObject({ name: z.string(), cpu: z.string(), memory: z.string() }).optional(),
};

const createNodes = z.strictObject({
  opcode: z.literal("createNodes"),
  template: z.string(),
  count,
  prefix: z.string().default(""),
  names: z.array(z.string()).optional(),
  labels: z.record(z.string(), z.array(z.string()).min(1)).default({}),
  csiDrivers: z.record(z.string(), z.number().int().positive()).optional(),
  ...rows,
});

const createPods = z.strictObject({
  opcode: z.literal("createPods"),
  template: z.string(),
  count,
  namespace: z.string(),
  namespaces: z.number().int().positive().optional(),
  place: z
    .discriminatedUnion("rule", [
      z.strictObject({ rule: z.literal("roundRobin") }),
      z.strictObject({ rule: z.literal("pack"), perNode: z.number().int().positive() }),
    ])
    .optional(),
  startTimes: z.boolean().default(false),
  volume: z.string().optional(),
  collectMetrics: z.boolean().default(false),
  ...rows,
});

const createNamespaces = z.strictObject({
  opcode: z.literal("createNamespaces"),
  prefix: z.string(),
  count,
  labels: labels.default({}),
});

const createAny = z.strictObject({ opcode: z.literal("createAny"), object });

const churn = z.strictObject({
  opcode: z.literal("churn"),
  every: z.number().int().positive(),
  podTemplate: z.string().optional(),
  nodeTemplate: z.string().optional(),
  namespace: z.string().default("default"),
});

const workload = z.strictObject({
  name: z.string(),
  about: z.string(),
  preempt: z.boolean().default(false),
  ops: z.array(z.discriminatedUnion("opcode", [createNodes, createPods, createNamespaces, createAny, churn])),
  sizes: z.record(z.string(), z.record(z.string(), z.number().int().min(0))),
});

const catalogue: z.ZodType<Catalogue> = z.strictObject({
  version: z.literal(1),
  nodeTemplates: z.record(z.string(), object),
  podTemplates: z.record(z.string(), object),
  volumeTemplates: z.record(z.string(), z.strictObject({ persistentVolume: object, persistentVolumeClaim: object })),
  workloads: z.array(workload),
});

/** Checks a decoded catalogue; `source` names it in the complaint. */
export function parseCatalogue(value: unknown, source: string): Catalogue {
  const checked = catalogue.safeParse(value);
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  throw new InputError(
    `${source}: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? "is no catalogue of workloads"}`,
  );
}
