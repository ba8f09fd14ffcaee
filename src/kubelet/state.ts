import type { ApiObject } from "../api/object.ts";
import type { Lease } from "../api/types/coordination-v1.ts";
import type { Pod, PodStatus } from "../api/types/core-v1.ts";
import type { Io } from "../client/component.ts";
import type { Millis } from "../base/units.ts";
import type { KubeletConfig } from "./config.ts";
import type { PodRuntime } from "./cri/runtime-state.ts";
import type { ProbeWorker } from "./probes/probe-worker.ts";
import type { PodUsage } from "./resources/pod-usage.ts";
import type { Wake } from "./wakes.ts";

/** One doubling back-off: how long, and when it was last advanced. */
export interface BackOffEntry {
  readonly ms: Millis;
  readonly updatedAt: Millis;
  /** The error that is repeated while it lasts (images). */
  readonly error?: string;
}

/** Why a container could not be started, as its waiting state will tell. */
export interface StartFailure {
  readonly reason: string;
  readonly message: string;
  /** End of the back-off, for CrashLoopBackOff. */
  readonly expiresAt?: Millis;
}

/** One thing that a sync does to the runtime. */
export type Action =
  | {
      readonly do: "kill";
      readonly id: string;
      readonly container: string;
      readonly message: string;
      readonly probe?: "livenessProbe" | "startupProbe";
      readonly graceSeconds?: number;
      readonly then?: StartFailure;
    }
  /** Waits for the pod's volumes. */
  | { readonly do: "mount" }
  /** Kills every running container, sidecars last, then the sandbox. */
  | { readonly do: "killAll" }
  | { readonly do: "stopSandbox" }
  | { readonly do: "remove"; readonly id: string }
  | { readonly do: "sandbox"; readonly attempt: number }
  | { readonly do: "update"; readonly id: string; readonly container: string }
  | { readonly do: "start"; readonly container: string; readonly kind: "init" | "main" | "ephemeral" };

/** A container that is being stopped. */
export interface Kill {
  readonly id: string;
  readonly container: string;
  /** Seconds that are left for it. */
  grace: number;
  /** Waits for its turn until then. */
  turnAt?: Millis;
  readonly since: Millis;
  stage: "preStop" | "turn" | "stop";
  readonly ordered: boolean;
}

/** A sync of a pod under way. */
export interface SyncRun {
  readonly kind: "sync" | "terminating";
  /** What the kubelet's cache said when it began. */
  readonly seen: PodRuntime | undefined;
  readonly queue: Action[];
  readonly kills: Map<string, Kill>;
  /** Containers whose start was tried, and why it failed. */
  readonly tried: Map<string, StartFailure | undefined>;
  /** Errors without a container: sandbox, volumes. */
  failed: boolean;
  /** Actions tried. */
  did: number;
  /** A call is under way. */
  waiting: boolean;
  /** ConfigMaps and Secrets that the sync has asked for, by "Kind/name"; undefined: missing. */
  readonly configs: Map<string, ApiObject | undefined>;
  /** Of these, answers that are awaited. */
  fetching: number;
  /** Volumes are waited for. */
  mounting: boolean;
}

/** A call to the runtime whose answer is awaited. */
export interface PendingCall {
  readonly uid: string;
  readonly what: "sandbox" | "stopSandbox" | "start" | "postStart" | "preStop" | "stop" | "remove" | "update";
  readonly container: string;
  readonly id?: string;
  readonly image?: string;
  /** The sequence began with a pull. */
  readonly pulls?: boolean;
}

/** All that the kubelet keeps of one pod: its worker, its probes, its status. */
export interface PodWorker {
  readonly uid: string;
  readonly key: string;
  pod: Pod;
  stage: "sync" | "terminating" | "terminated" | "finished";
  /** A finished pod that a planted bug takes for a new one. */
  again: boolean;
  /** No longer in the API. */
  gone: boolean;
  /** Turned away at admission. */
  rejected: boolean;
  usage: PodUsage;
  /** The runtime's state as of the last relist of this pod. */
  cache: PodRuntime | undefined;
  /** The runtime has changed since the last periodic relist. */
  changed: boolean;
  /** A relist on demand has come after the last sync. */
  fresh: boolean;
  wanted: boolean;
  run: SyncRun | undefined;
  syncEndedAt: Millis | undefined;
  requeueAt: Millis | undefined;
  /** Why containers wait, by name (upstream's reason cache). */
  readonly reasons: Map<string, StartFailure>;
  /** Effective grace period in seconds, once terminating. */
  graceSeconds: number | undefined;
  /** Why the kubelet itself ends the pod. */
  ended: { readonly reason: string; readonly message: string } | undefined;
  readonly probes: Map<string, ProbeWorker>;
  /** The status manager's newest status. */
  status: PodStatus | undefined;
  /** The API's status as far as it is known. */
  api: PodStatus | undefined;
  /** A patch of the status was not answered: it may have been carried out. */
  apiInDoubt: boolean;
  statusInFlight: boolean;
  statusRetryAt: Millis | undefined;
  /** All containers are stopped for good, so a terminal phase may be told. */
  stopped: boolean;
  /** When missing volumes are tried again, and how often they were missing. */
  mountAt: Millis | undefined;
  mountFailures: number;
  deleteInFlight: boolean;
}

/** The kubelet's memory. Plain data, lost when it stops. */
export interface KubeletState {
  startedAt: Millis;
  synced: boolean;
  listed: boolean;
  readonly workers: Map<string, PodWorker>;
  readonly uids: Map<string, string>;
  /** What the runtime has told, which a relist would find. */
  readonly runtime: Map<string, PodRuntime>;
  readonly images: Set<string>;
  imagesAbsent: Set<string> | undefined;
  readonly containerBackOff: Map<string, BackOffEntry>;
  readonly imageBackOff: Map<string, BackOffEntry>;
  readonly calls: Map<number, PendingCall>;
  lastCall: number;
  readonly wakes: Wake[];
  readonly armed: Set<Millis>;
  /** Instant whose ticks have all been performed. */
  tickedAt: Millis;
  relistAt: Millis | undefined;
  readonly relist: Set<string>;
  node: { registered: boolean; attempts: number };
  lease: { object: Lease | undefined; tickAt: Millis | undefined; inFlight: boolean; failures: number };
}

/** What every function of the kubelet gets: settings, memory and hands. */
export interface Kubelet {
  readonly config: KubeletConfig;
  readonly state: KubeletState;
  readonly io: Io;
  /** Asks for a sync of a pod (pod-worker's; here so that probes need not know the worker). */
  readonly trigger: (kubelet: Kubelet, worker: PodWorker) => void;
}

/** The memory of a kubelet that has just started. */
export function initialState(): KubeletState {
  return {
    startedAt: 0,
    synced: false,
    listed: false,
    workers: new Map(),
    uids: new Map(),
    runtime: new Map(),
    images: new Set(),
    imagesAbsent: undefined,
    containerBackOff: new Map(),
    imageBackOff: new Map(),
    calls: new Map(),
    lastCall: 0,
    wakes: [],
    armed: new Set(),
    tickedAt: -1,
    relistAt: undefined,
    relist: new Set(),
    node: { registered: false, attempts: 0 },
    lease: { object: undefined, tickAt: undefined, inFlight: false, failures: 0 },
  };
}

/** Whether a planted bug is on. */
export function mutant(kubelet: Kubelet, id: string): boolean {
  return kubelet.config.mutants?.includes(id) === true;
}
