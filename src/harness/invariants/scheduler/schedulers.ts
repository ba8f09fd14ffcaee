import { cast } from "../../../base/units.ts";
import type { World } from "../../../cluster/world.ts";
import type { SchedulerState } from "../../../scheduler/loop/state.ts";

/** A scheduler that is up, and its memory. */
export interface RunningScheduler {
  readonly name: string;
  readonly state: SchedulerState;
}

/** Whether a process is a kube-scheduler. */
export function isScheduler(process: string): boolean {
  return process.startsWith("kube-scheduler");
}

/** The schedulers that are up. */
export function schedulersOf(world: World): readonly RunningScheduler[] {
  return world.processes.flatMap(({ name, up }) => {
    const state = up && isScheduler(name) ? cast<SchedulerState | undefined>(world.memory(name)) : undefined;
    return state === undefined ? [] : [{ name, state }];
  });
}

/** The memory of the scheduler of this name; undefined when it is none, or down. */
export function schedulerNamed(world: World, name: string): SchedulerState | undefined {
  return isScheduler(name) && world.isUp(name) ? cast<SchedulerState | undefined>(world.memory(name)) : undefined;
}
