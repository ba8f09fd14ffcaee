import { clonePlain } from "../../base/clone.ts";
import { cast } from "../../base/units.ts";
import { Cluster } from "../../cluster/cluster.ts";
import type { Checkpoint } from "../../cluster/cluster-state.ts";
import { userProgram } from "../../cluster/programs.ts";
import type { Change } from "../../cluster/world.ts";
import { awaitSteps, takeFork } from "../../harness/execute/fork.ts";
import { beginFault, healFault, judge, noFaults, showChange, wakeFault } from "../../harness/faults/active.ts";
import type { ActiveFaults, FaultHands } from "../../harness/faults/active.ts";
import { clusterSpecOf } from "../../harness/plan/cluster-spec-of.ts";
import { isFault } from "../../harness/plan/plan.ts";
import type { Plan } from "../../harness/plan/plan.ts";
import { kubectl } from "../../harness/steps/kubectl.ts";

/** A playback that can be gone on from. */
export interface PlaybackCheckpoint {
  readonly cluster: Checkpoint;
  readonly faults: ActiveFaults;
}

/** A wake-up that a playback has asked its cluster for. */
interface FaultTag {
  readonly type: "fork" | "begin" | "heal" | "fault";
  readonly index: number;
  readonly id: string;
}

/** A plan's cluster with its user's steps and its faults, but without judging: the same history as `shakedown run` sees. */
export class Playback {
  readonly cluster: Cluster;
  readonly #plan: Plan;
  readonly #faults: ActiveFaults;

  constructor(plan: Plan, onChange: (change: Change) => void, from?: PlaybackCheckpoint) {
    this.#plan = plan;
    this.#faults = from === undefined ? noFaults() : clonePlain(from.faults);
    this.cluster = new Cluster(clusterSpecOf(plan), {
      programs: [userProgram(kubectl(plan.spec))],
      apiServer: { managedFields: true },
      ...(from !== undefined && { from: from.cluster }),
      hooks: {
        onChange: (change) => {
          if (this.#faults.list.length > 0) showChange(this.#faults, change, this.#hands());
          onChange(change);
        },
        onWake: (tag) => this.#wake(cast<FaultTag>(tag)),
      },
    });
    this.#watchMessages();
    if (from === undefined) awaitSteps(this.cluster, plan);
  }

  /** What has not changed since an earlier checkpoint of this history is shared with it. */
  checkpoint(like?: PlaybackCheckpoint): PlaybackCheckpoint {
    return { cluster: this.cluster.checkpoint(like?.cluster), faults: clonePlain(this.#faults) };
  }

  #hands(): FaultHands {
    return { levers: this.cluster.levers, world: this.cluster.world };
  }

  #watchMessages(): void {
    this.cluster.hooks.verdict =
      this.#faults.list.length === 0 ? undefined : (message) => judge(this.#faults, message, this.cluster.now);
  }

  #wake(tag: FaultTag): void {
    const { cluster } = this;
    if (tag.type === "fork") return takeFork(cluster, this.#plan);
    if (tag.type === "fault") return wakeFault(this.#faults, tag.id, this.#hands());
    if (tag.type === "heal") {
      const active = this.#faults.list.find((one) => one.id === tag.id);
      if (active === undefined || healFault(this.#faults, tag.id, this.#hands()) === undefined) return;
      cluster.release(active.id, active.heartbeats === "all" ? undefined : active.heartbeats);
      return this.#watchMessages();
    }
    const step = this.#plan.spec.steps[tag.index];
    if (step === undefined || !isFault(step)) return;
    const id = `fault-${tag.index}`;
    const active = beginFault(this.#faults, id, step, this.#hands());
    cluster.disturb(id, active.heartbeats === "all" ? undefined : active.heartbeats);
    this.#watchMessages();
    cluster.wakeHarness(active.until, { type: "heal", id });
  }
}
