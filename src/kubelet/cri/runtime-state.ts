import type { Millis } from "../../base/units.ts";
import type { ContainerBehaviour, ImageBehaviour } from "./behaviour.ts";
import type { End } from "./command.ts";
import type { PodAddresses } from "./pod-addresses.ts";
import { podAddresses } from "./pod-addresses.ts";

/** [0, 1) of a named stream. */
export type RandomOf = (stream: string) => number;

/** Resources as the runtime was given them: milli-CPU and bytes. */
export type RuntimeResources = { readonly [resource: string]: number };

/** A container as the runtime knows it. Immutable: a change makes a new record. */
export interface ContainerRecord {
  readonly id: string;
  readonly name: string;
  readonly attempt: number;
  readonly image: string;
  /** Id of the sandbox that it was created in. */
  readonly sandbox: string;
  /** Position in the order of creation on this node. */
  readonly sequence: number;
  readonly state: "created" | "running" | "exited";
  readonly createdAt: Millis;
  readonly startedAt?: Millis;
  readonly finishedAt?: Millis;
  readonly exitCode?: number;
  readonly reason?: string;
  readonly message?: string;
  readonly resources?: RuntimeResources;
  readonly behaviour: ContainerBehaviour;
}

/** The pause container of a pod, with its network. */
export interface SandboxRecord {
  readonly id: string;
  readonly attempt: number;
  readonly ready: boolean;
  /** Absent for a pod in the host's network. */
  readonly ip?: string;
}

/** All that the runtime knows of one pod. Immutable, newest first. */
export interface PodRuntime {
  readonly uid: string;
  readonly name: string;
  readonly namespace: string;
  readonly sandboxes: readonly SandboxRecord[];
  readonly containers: readonly ContainerRecord[];
}

/** One call of the runtime. Containers are named by id where they exist, by name in the sequence that creates them. */
export type Call =
  | { readonly call: "RunPodSandbox"; readonly attempt: number; readonly hostNetwork: boolean }
  | { readonly call: "StopPodSandbox" }
  | { readonly call: "RemovePodSandbox" }
  | { readonly call: "PullImage"; readonly image: string }
  | {
      readonly call: "CreateContainer";
      readonly container: string;
      readonly attempt: number;
      readonly image: string;
      readonly resources?: RuntimeResources;
      /** It is meant to end: an init container, or one of a pod that is not restarted. */
      readonly completes?: boolean;
      /** How its command line says that it ends. */
      readonly ends?: End | "ever";
    }
  | { readonly call: "StartContainer"; readonly container: string }
  | { readonly call: "StopContainer"; readonly id: string; readonly graceMs: Millis }
  | { readonly call: "RemoveContainer"; readonly id: string }
  | { readonly call: "UpdateContainerResources"; readonly id: string; readonly resources: RuntimeResources }
  | {
      readonly call: "ExecSync";
      readonly container: string;
      readonly hook: "postStart" | "preStop";
      /** Cut off after so long; the hook then failed. */
      readonly timeoutMs?: Millis;
    };

/** What a client asks of the runtime: calls of one pod, one after another, up to the first that fails. */
export type RuntimeRequest =
  | { readonly type: "List"; readonly client: number }
  | {
      readonly type: "Calls";
      readonly client: number;
      readonly id: number;
      readonly uid: string;
      readonly name: string;
      readonly namespace: string;
      readonly calls: readonly Call[];
    };

/** How one call ended. */
export interface CallResult {
  readonly error?: string;
  readonly takes: Millis;
}

/** The answer to a sequence of calls; the last result is the failure, if there is one. */
export interface Answer {
  readonly client: number;
  readonly id: number;
  readonly uid: string;
  readonly results: readonly CallResult[];
}

/** A change of the runtime's pods: the pod's new state, undefined when nothing is left of it. */
export interface PodChange {
  readonly uid: string;
  readonly pod: PodRuntime | undefined;
}

/** What the machine tells its kubelet, all of one instant together. */
export type MachineEvent =
  | {
      readonly type: "runtime";
      readonly answers: readonly Answer[];
      readonly changes: readonly PodChange[];
      [field: string]: unknown;
    }
  | {
      readonly type: "list";
      readonly client: number;
      readonly pods: readonly PodRuntime[];
      readonly images: readonly string[];
      /** Present: every image is on the node but these (and those of `images` among them have come since). */
      readonly imagesAbsent?: readonly string[];
      [field: string]: unknown;
    };

/** A sequence of calls under way. */
export interface Running {
  readonly request: Extract<RuntimeRequest, { type: "Calls" }>;
  index: number;
  results: CallResult[];
  /** Start of the call at `index`. */
  since: Millis;
  /** The container that the call at `index` waits for (StopContainer) or runs in (ExecSync). */
  waitsFor?: string;
  /** Item of the schedule that ends the call; others that fire are stale. */
  token: number;
  outcome?: string;
}

/** Something that will happen at a time. */
export interface Scheduled {
  readonly at: Millis;
  readonly token: number;
  readonly kind: "call" | "exit" | "pull";
  /** Key of the sequence, id of the container, or image. */
  readonly key: string;
  readonly uid: string;
  readonly exitCode?: number;
}

/** One call in a machine's diary. */
export interface LoggedCall {
  readonly at: Millis;
  readonly uid: string;
  readonly call: string;
  /** "container/attempt", "sandbox/attempt" or the image. */
  readonly on: string;
  readonly graceMs?: Millis;
  readonly error?: string;
  readonly resources?: RuntimeResources;
}

/** How a machine is made. */
export interface MachineConfig {
  readonly node: string;
  readonly podCidr: string;
  readonly images?: readonly ImageBehaviour[];
  /** Images on the disk from the start; "all": every image but those that a rule of the table lists pulls for. */
  readonly preloaded?: readonly string[] | "all";
  /** Keeps a diary of all calls; for tests. */
  readonly diary?: boolean;
}

/** The container runtime of one machine: plain data, changed in place by runtime.ts only. */
export interface RuntimeState {
  readonly node: string;
  readonly rules: readonly ImageBehaviour[];
  readonly preloadedAll: boolean;
  readonly images: Set<string>;
  readonly pulling: Map<string, string[]>;
  readonly pullCount: Map<string, number>;
  readonly sandboxCount: Map<string, number>;
  readonly createCount: Map<string, number>;
  readonly pods: Map<string, PodRuntime>;
  readonly addresses: PodAddresses;
  readonly running: Map<string, Running>;
  /** Containers that have got SIGTERM, by id. */
  readonly terminating: Set<string>;
  readonly schedule: Scheduled[];
  sequence: number;
  client: number;
  outbox: { answers: Answer[]; changed: Set<string>; list: boolean };
  outboxAt: Millis | undefined;
  readonly diary: LoggedCall[] | undefined;
}

/** A runtime without pods. */
export function initRuntime(config: MachineConfig): RuntimeState {
  const preloaded = config.preloaded ?? [];
  return {
    node: config.node,
    rules: config.images ?? [],
    preloadedAll: preloaded === "all",
    images: new Set(preloaded === "all" ? [] : preloaded),
    pulling: new Map(),
    pullCount: new Map(),
    sandboxCount: new Map(),
    createCount: new Map(),
    pods: new Map(),
    addresses: podAddresses(config.podCidr),
    running: new Map(),
    terminating: new Set(),
    schedule: [],
    sequence: 0,
    client: 0,
    outbox: { answers: [], changed: new Set(), list: false },
    outboxAt: undefined,
    diary: config.diary === true ? [] : undefined,
  };
}
