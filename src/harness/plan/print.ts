import { Document, visit } from "yaml";
import { printDuration } from "./duration.ts";
import { isFault } from "./plan.ts";
import type { Expect, Fork, Plan, Schedule, Step } from "./plan.ts";

/** A plan as YAML text, with its manifests inside: parsePlan(printPlan(p)) equals p. */
export function printPlan(plan: Plan): string {
  const { spec } = plan;
  const { min, max } = spec.cluster.network.latencyMs;
  const document = new Document(
    {
      apiVersion: plan.apiVersion,
      kind: plan.kind,
      metadata: plan.metadata,
      spec: {
        ...spec,
        cluster: { ...spec.cluster, network: { latencyMs: min === max ? min : { min, max } } },
        schedule: printSchedule(spec.schedule),
        ...(spec.fork !== undefined && { fork: printFork(spec.fork) }),
        steps: spec.steps.map(printStep),
        expect: spec.expect.map(printExpect),
      },
    },
    { aliasDuplicateObjects: false },
  );
  // Short records stay on one line, as people write them.
  visit(document, {
    Map: (_key, node) => {
      node.flow = node.items.length === 0 || (String(node).length < 60 && !String(node).includes("|"));
    },
  });
  return document.toString({ lineWidth: 0 });
}

function printSchedule(schedule: Schedule): unknown {
  switch (schedule.policy) {
    case "fifo":
      return "fifo";
    case "random":
      return { random: schedule.seed };
    case "pct":
      return { pct: schedule.seed, depth: schedule.depth };
    case "recorded":
      return { recorded: schedule.choices };
  }
}

function printFork({ at, seed, schedule }: Fork): unknown {
  return { at: printDuration(at), seed, schedule: printSchedule(schedule) };
}

function printStep(step: Step): unknown {
  const at = printDuration(step.at);
  if (isFault(step)) return { at, fault: step.fault, for: printDuration(step.for), params: step.params };
  return { at, ...(step.after !== undefined && { after: step.after }), [step.step]: step.params };
}

function printExpect(expect: Expect): unknown {
  return "converges" in expect ? { converges: { within: printDuration(expect.converges.within) } } : expect;
}
