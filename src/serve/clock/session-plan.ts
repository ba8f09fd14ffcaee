import type { Request } from "../../api/request.ts";
import { printPlan } from "../../harness/plan/print.ts";
import type { Plan, UserStep } from "../../harness/plan/plan.ts";
import { isObject } from "../../apiserver/patch/merge.ts";
import type { JournalEntry, Simulation } from "./simulation.ts";

/** A session as a plan: what the cluster was started with, and what its clients wrote up to now. */
export function sessionPlan(simulation: Simulation, name: string): string {
  const { plan, journal, now } = simulation;
  const before = plan.spec.steps.filter(({ at }) => at <= now);
  const { violation: _, ...spec } = plan.spec;
  const steps = [...before, ...journal.map(stepOf)].sort((a, b) => a.at - b.at);
  const saved: Plan = { ...plan, metadata: { name }, spec: { ...spec, steps } };
  return printPlan(saved);
}

function stepOf({ at, request }: JournalEntry): UserStep {
  const { verb, resource, namespace, name, subresource, patchType, options, body } = request;
  return {
    at,
    step: "request",
    params: {
      verb,
      resource,
      ...(namespace !== undefined && { namespace }),
      ...(name !== undefined && { name }),
      ...(subresource !== undefined && { subresource }),
      ...(patchType !== undefined && { patchType }),
      ...(options !== undefined && { options }),
      ...(body !== undefined && { body: verb === "update" ? unconditional(request) : body }),
    },
  };
}

/** The object of an update without the version and uid of this very history: they may differ in the next. */
function unconditional({ body }: Request): unknown {
  if (!isObject(body) || !isObject(body["metadata"])) return body;
  const { resourceVersion: _, uid: __, managedFields: ___, ...metadata } = body["metadata"];
  return { ...body, metadata };
}
