import type { ApiObject, Resource } from "../../api/object.ts";
import { objectKey } from "../../api/object.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import type { Io } from "../../client/component.ts";
import { cast } from "../../base/units.ts";
import type { Millis } from "../../base/units.ts";
import { HOUR, MINUTE, SECOND } from "../../base/units.ts";
import type { SchedulerCache } from "../cache/cache.ts";
import { emptyCache } from "../cache/cache.ts";
import { columnsOf } from "../columns/columns.ts";
import type { Environment, PostFilterResult } from "../framework/cycle.ts";
import type { Objects } from "../framework/objects.ts";
import type { SchedulerConfig } from "../framework/profile.ts";
import type { Nominator } from "../queue/nominator.ts";
import { emptyNominator } from "../queue/nominator.ts";
import type { QueueContext } from "../queue/scheduling-queue.ts";
import type { QueuedPodInfo, QueueState, QueueTimes } from "../queue/state.ts";
import { emptyQueue } from "../queue/state.ts";
import type { ScheduleResult } from "../schedule-one.ts";
import type { PermitWait } from "./waiting-pods.ts";
import { waitingPodsOf } from "./waiting-pods.ts";
import type { AwaitedVolumes } from "./volumes.ts";
import type { Preemption } from "./preempting.ts";
import { isPreempting } from "./preempting.ts";

/** A pod that is assumed on a node; while it is not permitted or its volumes are awaited, no Binding has been sent. */
export interface Binding {
  readonly info: QueuedPodInfo;
  readonly assumed: Pod;
  readonly node: string;
  /** Past Permit; until then the pod is in flight. */
  readonly permitted: boolean;
  /** Plugins have asked to wait. */
  readonly wait?: PermitWait;
  readonly volumes?: AwaitedVolumes;
}

/** What a search came to. Plain data. */
export interface Decision {
  /** The chosen node. */
  readonly node: string | undefined;
  /** What event and condition say; "" after success. */
  readonly message: string;
  readonly failure: ScheduleResult["failure"];
  readonly unschedulablePlugins: ReadonlySet<string>;
  readonly pendingPlugins: ReadonlySet<string>;
  /** What PostFilter wants done. */
  readonly result: PostFilterResult | undefined;
}

/** Memory of kube-scheduler: plain data. */
export interface SchedulerState {
  /** The schedulerNames of its profiles. */
  readonly serves: readonly string[];
  /** The plugin that sorts its queue. */
  readonly queueSort: string;
  /** How long its pods back off. */
  readonly times: QueueTimes;
  readonly cache: SchedulerCache;
  readonly queue: QueueState;
  readonly nominator: Nominator;
  /** Pods whose Binding was sent and is not answered yet, by UID. */
  readonly binding: Map<string, Binding>;
  /** Volumes and claims as VolumeBinding has asked for them, by "resource key", until the informer shows a newer version. */
  readonly assumedVolumes: Map<string, ApiObject>;
  /** Preemptions whose victims are being asked to go, by UID of the pod that they make room for. */
  readonly preempting: Map<string, Preemption>;
  /** The attempt that is being made, when attempts take time. */
  trying: { readonly info: QueuedPodInfo; readonly decision: Decision } | undefined;
  /** Where the next scan of nodes starts. */
  nextStartNodeIndex: number;
  /** When the process came up: the flush of leftovers runs every 30 s from there. */
  started: Millis;
  synced: boolean;
  /** Times at which timers are set; Infinity: none. */
  wakeAt: Millis;
  leftoverAt: Millis;
}

/** What does not change while the process runs. */
export interface SchedulerSetup {
  readonly config: SchedulerConfig;
  readonly mutants: ReadonlySet<string>;
  /** Victims are removed beside the scheduling loop (feature gate SchedulerAsyncPreemption), not within the attempt. */
  readonly asyncPreemption?: boolean;
  /** Some profile has Permit plugins. */
  readonly permits?: boolean;
  /** Judge, assume and bind volumes; without, pods are placed as if they had none. */
  readonly volumes?: boolean;
  /** Time that an attempt takes: from pop and snapshot to what follows from the decision. */
  readonly attemptMs?: Millis;
  /** Time from the decision until the binding cycle is past Permit; other pods are tried meanwhile. */
  readonly permitMs?: Millis;
  /** Resources that the process has informers for; of others plugins see no objects. Absent: all. */
  readonly watched?: ReadonlySet<Resource>;
}

/** Everything that one event is handled with. */
export interface Loop {
  readonly state: SchedulerState;
  readonly setup: SchedulerSetup;
  readonly io: Io;
  readonly queue: QueueContext;
  readonly environment: Environment;
}

/** How long a pod may stay among the unschedulable ones (podMaxInUnschedulablePodsDuration). */
const MAX_IN_UNSCHEDULABLE: Millis = 5 * MINUTE;

/** No timer. */
export const NEVER: Millis = 1_000_000 * HOUR;

/** The times of a queue as a configuration gives them. */
export function queueTimes({
  podInitialBackoffSeconds,
  podMaxBackoffSeconds,
}: Pick<SchedulerConfig, "podInitialBackoffSeconds" | "podMaxBackoffSeconds">): QueueTimes {
  return {
    initialBackoff: podInitialBackoffSeconds * SECOND,
    maxBackoff: podMaxBackoffSeconds * SECOND,
    maxInUnschedulable: MAX_IN_UNSCHEDULABLE,
  };
}

/** The memory of a process that just came up. */
export function initialState(
  serves: readonly string[] = ["default-scheduler"],
  queueSort: string = "PrioritySort",
  times: QueueTimes = queueTimes({ podInitialBackoffSeconds: 1, podMaxBackoffSeconds: 10 }),
): SchedulerState {
  return {
    serves,
    queueSort,
    times,
    cache: emptyCache(),
    queue: emptyQueue(),
    nominator: emptyNominator(),
    binding: new Map(),
    assumedVolumes: new Map(),
    preempting: new Map(),
    trying: undefined,
    nextStartNodeIndex: 0,
    started: 0,
    synced: false,
    wakeAt: NEVER,
    leftoverAt: NEVER,
  };
}

/** Binds state, setup and hands together for one event. */
export function loopOf(state: SchedulerState, setup: SchedulerSetup, io: Io): Loop {
  const { config, mutants, watched } = setup;
  const objects = objectsOf(io, watched, state.assumedVolumes);
  return {
    state,
    setup,
    io,
    environment: {
      cache: state.cache,
      nominator: state.nominator,
      objects,
      now: io.now,
      mutants,
      columns: state.cache.perNode === undefined ? columnsOf(state.cache) : undefined,
      ...(setup.volumes === true && { volumes: true }),
      ...(setup.permits === true && { waitingPods: waitingPodsOf(state, io) }),
    },
    queue: {
      queue: state.queue,
      nominator: state.nominator,
      profiles: config.profiles,
      objects,
      now: io.now,
      mutants,
      ...(setup.asyncPreemption === true && { isPreempting: (uid: string) => isPreempting(state.preempting, io, uid) }),
      times: state.times,
    },
  };
}

/** The pod as the informer knows it now. */
export function cachedPod({ io }: Loop, key: string): Pod | undefined {
  return cast<Pod | undefined>(io.listers.of("pods").get(key));
}

function objectsOf(
  { listers }: Io,
  watched: ReadonlySet<Resource> | undefined,
  assumed: ReadonlyMap<string, ApiObject>,
): Objects {
  const serves = (resource: Resource): boolean => watched === undefined || watched.has(resource);
  const seen = (resource: Resource, object: ApiObject): ApiObject => {
    const own = assumed.get(`${resource} ${objectKey(object)}`);
    return own?.metadata.resourceVersion === object.metadata.resourceVersion ? (own ?? object) : object;
  };
  const all = (resource: Resource, objects: Iterable<ApiObject>): Iterable<ApiObject> =>
    assumed.size === 0 ? objects : [...objects].map((object) => seen(resource, object));
  return {
    get(resource, key) {
      const object = serves(resource) ? listers.of(resource).get(key) : undefined;
      return object === undefined || assumed.size === 0 ? object : seen(resource, object);
    },
    list: (resource) => (serves(resource) ? all(resource, listers.of(resource).list()) : []),
    inNamespace: (resource, namespace) =>
      serves(resource) ? all(resource, listers.of(resource).byIndex("namespace", namespace)) : [],
  };
}
