import fc from "fast-check";
import { z } from "zod";
import type { Millis } from "../../base/units.ts";
import { duration, whole } from "../plan/fields.ts";
import type { Fault, FaultContext } from "./fault.ts";
import { anyPick, anyProcess, heartbeatsOf, processOf, processPick } from "./pick.ts";
import type { ProcessPick } from "./pick.ts";

interface Params {
  readonly process: ProcessPick;
  /** 0: at once; n: when its n-th write from now on has been committed and before it hears of it. */
  readonly atWrite: number;
  /** From the crash to the restart. */
  readonly downMs: Millis;
}

interface Memory {
  readonly process?: string;
  writes: number;
  crashed: boolean;
  /** Crashed and not yet started again. */
  down: boolean;
}

/** Kills a process of the control plane or of a node; it starts again with empty memory. */
export const componentCrash: Fault<Params, Memory> = {
  name: "component-crash",
  catalogue: ["F1", "F2"],
  statement: "A process dies, at once or at its n-th API write, and starts again with empty memory.",
  available: () => true,
  params: ({ apiServers }) =>
    fc.record({
      process: fc.oneof(
        { weight: 5, arbitrary: anyProcess },
        {
          weight: apiServers > 1 ? 2 : 1,
          arbitrary: fc.record({ component: fc.constant("kube-apiserver"), node: anyPick }),
        },
      ),
      atWrite: fc.nat({ max: 12 }),
      downMs: fc.integer({ min: 1, max: 30 }).map((s) => s * 1000),
    }),
  schema: z.strictObject({ process: processPick, atWrite: whole(0).default(0), downMs: duration.default(5000) }),
  minMs: 1000,
  start(params, { world, levers, id, now }) {
    const process = processOf(params.process, world);
    if (process === undefined || params.atWrite > 0)
      return { ...(process !== undefined && { process }), writes: 0, crashed: false, down: false };
    levers.crash(process);
    levers.wakeFault(id, now + params.downMs);
    return { process, writes: 0, crashed: true, down: true };
  },
  onChange(params, change, { levers, id, now }, memory) {
    if (memory.crashed || params.atWrite === 0 || change.by !== memory.process) return;
    memory.writes += 1;
    if (memory.writes < params.atWrite) return;
    memory.crashed = true;
    memory.down = true;
    levers.crash(memory.process);
    levers.wakeFault(id, now + params.downMs);
  },
  wake: (_params, context, memory) => restart(context, memory),
  stop: (_params, context, memory) => restart(context, memory),
  holds: (_params, { process, down }) => (process === undefined || !down ? [] : [`down/${process}`]),
  heartbeats: (_params, { process }) => heartbeatsOf(process),
  harm: (params, { process = "a process" }) => ({
    kind: "fault",
    what: params.atWrite === 0 ? `${process} was down` : `${process} crashed at a write`,
  }),
};

/** A process of a node without power comes back with its node. */
function restart({ levers, world, held }: FaultContext, memory: Memory): void {
  const { process } = memory;
  if (process === undefined || !memory.down) return;
  memory.down = false;
  const node = world.processes.find((info) => info.name === process)?.node;
  if ((node === undefined || world.powered(node)) && !held(`down/${process}`)) levers.restart(process);
}
