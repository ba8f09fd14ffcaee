import type { ApiObject } from "../api/object.ts";
import type { Millis } from "../base/units.ts";
import { cast } from "../base/units.ts";
import type { Component, ComponentEvent, Io, WatchSpec } from "../client/component.ts";
import { countPerNode } from "./cache/per-node-generation.ts";
import { schedulerConfig } from "./framework/profile.ts";
import { handleInformer } from "./loop/event-handlers.ts";
import { handleReply } from "./loop/replies.ts";
import { endPermit } from "./loop/binding-cycle.ts";
import { beginAttempt, endAttempt, scheduleOne } from "./loop/schedule-cycle.ts";
import type { Loop, SchedulerSetup, SchedulerState } from "./loop/state.ts";
import { initialState, loopOf, NEVER, queueTimes } from "./loop/state.ts";
import { armTimers } from "./loop/timers.ts";
import { volumesAreLate, volumesChanged } from "./loop/volumes.ts";
import type { LatePermit } from "./loop/waiting-pods.ts";
import { permitIsLate } from "./loop/waiting-pods.ts";
import { flushBackoff, flushUnschedulable } from "./queue/scheduling-queue.ts";

export interface SchedulerOptions {
  /** Name of the process; default "kube-scheduler". */
  readonly process?: string;
  /** A KubeSchedulerConfiguration; the default profile without. */
  readonly config?: unknown;
  /** Judge, assume and bind volumes; default: pods are placed as if they had none. */
  readonly volumes?: boolean;
  /** Time that an attempt takes: from pop and snapshot to what follows from the decision; default 0. */
  readonly attemptMs?: Millis;
  /** Time from the decision until the binding cycle is past Permit; other pods are tried meanwhile; default 0. */
  readonly permitMs?: Millis;
  /** Ids of planted faults to switch on (SCHEDULER_MUTANTS). */
  readonly mutants?: ReadonlySet<string>;
}

const byNamespace = { namespace: (object: ApiObject): readonly string[] => [object.metadata.namespace ?? ""] };

const WATCHES: readonly WatchSpec[] = [
  { resource: "nodes" },
  { resource: "pods", fieldSelector: "status.phase!=Succeeded,status.phase!=Failed" },
  { resource: "namespaces" },
  { resource: "services", indexes: byNamespace },
  { resource: "replicationcontrollers", indexes: byNamespace },
  { resource: "replicasets.apps", indexes: byNamespace },
  { resource: "statefulsets.apps", indexes: byNamespace },
  { resource: "poddisruptionbudgets.policy", indexes: byNamespace },
];

const VOLUME_WATCHES: readonly WatchSpec[] = [
  { resource: "persistentvolumes" },
  { resource: "persistentvolumeclaims" },
  { resource: "storageclasses.storage.k8s.io" },
  { resource: "csinodes.storage.k8s.io" },
  { resource: "csidrivers.storage.k8s.io" },
  { resource: "csistoragecapacities.storage.k8s.io" },
  { resource: "volumeattachments.storage.k8s.io" },
];

/** kube-scheduler as a component: one pod per wake, so that others come in between. */
export function schedulerComponent(options: SchedulerOptions = {}): Component<SchedulerState> {
  const watches = options.volumes === true ? [...WATCHES, ...VOLUME_WATCHES] : WATCHES;
  const config = schedulerConfig(options.config);
  const setup: SchedulerSetup = {
    config,
    permits: [...config.profiles.values()].some(({ plugins }) => plugins.permit.length > 0),
    mutants: options.mutants ?? new Set(),
    watched: new Set(watches.map(({ resource }) => resource)),
    volumes: options.volumes === true,
    asyncPreemption: true,
    attemptMs: options.attemptMs ?? 0,
    permitMs: options.permitMs ?? 0,
  };
  const { profiles } = config;
  const [first] = profiles.values();
  return {
    name: options.process ?? "kube-scheduler",
    watches,
    init: () => {
      const state = initialState([...profiles.keys()], first?.plugins.queueSort[0]?.name, queueTimes(config));
      if (setup.mutants.has("SCH-05")) countPerNode(state.cache);
      return state;
    },
    handle: (state, event, io) => handle(state, event, io, setup),
  };
}

function handle(state: SchedulerState, event: ComponentEvent, io: Io, setup: SchedulerSetup): void {
  const loop = loopOf(state, setup, io);
  switch (event.type) {
    case "start":
      state.started = io.now;
      break;
    case "synced":
      state.synced = true;
      break;
    case "informer":
      for (const change of event.events) handleInformer(loop, change);
      if (setup.volumes === true && state.assumedVolumes.size > 0) volumesChanged(loop);
      break;
    case "reply":
      handleReply(loop, event.tag, event.response);
      break;
    case "timer":
      if (event.tag.type === "volumes-late") volumesAreLate(loop, cast<string>(event.tag["uid"]));
      else if (event.tag.type === "decide") {
        const { trying } = state;
        state.trying = undefined;
        if (trying !== undefined) endAttempt(loop, trying);
      } else if (event.tag.type === "permitted")
        endPermit(loop, cast<string>(event.tag["uid"]), cast<number>(event.tag["attempt"]));
      else if (event.tag.type === "permit-late") permitIsLate(state, io, cast<LatePermit>(event.tag));
      else if (event.tag.type === "leftover") {
        state.leftoverAt = NEVER;
        flushUnschedulable(loop.queue);
      } else {
        state.wakeAt = NEVER;
        flushBackoff(loop.queue);
        const { attemptMs = 0 } = setup;
        if (attemptMs === 0) scheduleOne(loop);
        else if (state.trying === undefined) tryForAWhile(loop, attemptMs);
      }
      break;
    case "machine":
      break;
  }
  armTimers(loop);
}

/** Begins an attempt; until it ends the pod is in flight, and no other is taken. */
function tryForAWhile(loop: Loop, attemptMs: Millis): void {
  const { state, io } = loop;
  state.trying = beginAttempt(loop);
  if (state.trying !== undefined) io.timer(io.now + attemptMs, { type: "decide" });
}
