import fc from "fast-check";
import { z } from "zod";
import { compareText } from "../../base/order.ts";
import type { Millis } from "../../base/units.ts";
import type { RuntimeContainer } from "../../cluster/world.ts";
import { duration, text, whole } from "../plan/fields.ts";
import type { Fault, FaultContext } from "./fault.ts";
import { anyPick, nodeNames } from "./pick.ts";

interface Params {
  /** The (n mod count)-th running container by node, pod and name. */
  readonly container: number;
  /** Only containers of pods whose key begins so: "default/web-". */
  readonly podPrefix?: string;
  readonly exitCode: number;
  /** Ends one again after so long; 0: only once. */
  readonly everyMs: Millis;
}

interface Memory {
  /** "namespace/pod container" of the last that was ended. */
  last?: string;
}

/** Ends a running container, as a bug or the OOM killer does. */
export const containerCrash: Fault<Params, Memory> = {
  name: "container-crash",
  catalogue: ["F19"],
  statement: "A running container exits.",
  available: (topology) => topology.nodes > 0,
  params: () =>
    fc.record({ container: anyPick, exitCode: fc.constantFrom(1, 0, 137), everyMs: fc.constantFrom(0, 0, 10_000) }),
  schema: z.strictObject({
    container: whole(0).default(0),
    podPrefix: text.exactOptional(),
    exitCode: whole(0, 255).default(1),
    everyMs: duration.default(0),
  }),
  minMs: 1000,
  start(params, context) {
    const memory: Memory = {};
    crash(params, context, memory);
    return memory;
  },
  wake: (params, context, memory) => {
    if (context.now < context.until) crash(params, context, memory);
  },
  stop: () => undefined,
  harm: (_params, { last }) => ({
    kind: "fault",
    what: last === undefined ? "no container exited" : `container ${last} exited`,
  }),
};

function crash(params: Params, { world, levers, id, now }: FaultContext, memory: Memory): void {
  const running: RuntimeContainer[] = [];
  for (const node of nodeNames(world))
    for (const container of world.containers(node))
      if (container.running && (params.podPrefix === undefined || container.podKey.startsWith(params.podPrefix)))
        running.push(container);
  running.sort(
    (a, b) =>
      compareText(a.podKey, b.podKey) || compareText(a.podUid, b.podUid) || compareText(a.container, b.container),
  );
  const chosen = running[params.container % Math.max(1, running.length)];
  if (chosen !== undefined) {
    memory.last = `${chosen.podKey} ${chosen.container}`;
    levers.killContainer(chosen.node, chosen.podKey, chosen.container, params.exitCode);
  }
  if (params.everyMs > 0) levers.wakeFault(id, now + params.everyMs);
}
