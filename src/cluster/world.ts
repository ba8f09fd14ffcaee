import type { Millis } from "../base/units.ts";
import type { ApiObject, Resource } from "../api/object.ts";
import type { Request, Response, WatchEvent } from "../api/request.ts";
import type { Listers } from "../client/informer.ts";

/** One committed write, as etcd has it: what invariants look at. `before` absent: created; `after` absent: removed. */
export interface Change {
  readonly at: Millis;
  readonly revision: number;
  readonly resource: Resource;
  readonly key: string;
  readonly before?: ApiObject;
  readonly after?: ApiObject;
  /** The process that wrote: "kube-scheduler", "kubelet/node-1", "kubectl". */
  readonly by: string;
}

/** What the API server told one client of a resource: a list, or the events of a watch since it was last told. */
export interface Delivery {
  readonly at: Millis;
  readonly process: string;
  /** Which of its lives. */
  readonly epoch: number;
  readonly resource: Resource;
  /** What the client's list and watch select. */
  readonly selectors: { readonly labelSelector?: string; readonly fieldSelector?: string };
  readonly kind: "list" | "watch";
  /** The list's version, or how far the watch has told. */
  readonly revision: number;
  /** A list that was asked for at resourceVersion=0 or not older than a version: the server's cache may lag behind the store. */
  readonly mayBeOld: boolean;
  /** Of a list: the objects. */
  readonly items: readonly ApiObject[];
  /** Of a watch. */
  readonly events: readonly WatchEvent[];
}

/** One request that the API server has answered, and what it committed. */
export interface Answer {
  readonly at: Millis;
  readonly by: string;
  readonly request: Request;
  readonly response: Response;
  readonly changes: readonly Change[];
}

/** A process as the machine sees it. */
export interface ProcessInfo {
  readonly name: string;
  /** Node it runs on; absent for the control plane and the user. */
  readonly node?: string;
  readonly up: boolean;
  /** Incremented at each restart. */
  readonly epoch: number;
}

/** A container that exists on a node's runtime, whatever the API says. */
export interface RuntimeContainer {
  readonly node: string;
  readonly podKey: string;
  readonly podUid: string;
  readonly container: string;
  readonly image: string;
  readonly running: boolean;
}

/** The truth, read-only: what is stored, what runs, what each process believes. */
export interface World {
  readonly now: Millis;
  /** Stored objects of a resource by key "namespace/name" (a live map: do not keep it). */
  objects(resource: Resource): ReadonlyMap<string, ApiObject>;
  readonly revision: number;
  readonly processes: readonly ProcessInfo[];
  isUp(process: string): boolean;
  /** The informers of a process; undefined when it is down or has none. */
  beliefs(process: string): Listers | undefined;
  containers(node: string): readonly RuntimeContainer[];
  /** Machine power of a node. */
  powered(node: string): boolean;
  /** Memory of a component, for invariants about queues and caches. Plain data; do not change it. */
  memory(process: string): unknown;
}

/** A message between a process and the API server, before it is delivered. */
export interface Message {
  /** The process at the other end of the API server. */
  readonly process: string;
  readonly node?: string;
  readonly direction: "to-server" | "from-server";
  readonly kind: "request" | "response" | "watch";
  readonly verb?: string;
  readonly resource?: Resource;
  readonly name?: string;
  readonly namespace?: string;
}

/** What the network does with a message. A dropped request or response times out at the client; a dropped watch delivery breaks the stream. */
export type Verdict =
  | { readonly do: "pass" }
  | { readonly do: "drop" }
  | { readonly do: "delay"; readonly by: Millis }
  | { readonly do: "duplicate" };

/** Levers that faults pull. All are deterministic and idempotent. */
export interface Levers {
  /** Kills a process: memory, informers and timers are gone; requests on their way still reach the server. */
  crash(process: string): void;
  restart(process: string): void;
  /** Node power: kills kubelet, kube-proxy and all containers / boots them again. */
  powerOff(node: string): void;
  powerOn(node: string): void;
  /** Holds a watch cursor where it is until `unpin`. */
  pinWatch(process: string, resource: Resource): void;
  unpinWatch(process: string, resource: Resource): void;
  /** Breaks a watch. expired: the next attempt to resume is answered 410, so the informer relists. */
  breakWatch(process: string, resource: Resource, expired: boolean): void;
  /** Holds the watch cache of an API server where it is, of one resource or of all ("*"), until it is released. */
  holdCache(server: string, resource: Resource | "*"): void;
  releaseCache(server: string, resource: Resource | "*"): void;
  /** A watch cache loses its etcd watch: its watches end, and none can begin until it is released. */
  refillCache(server: string, resource: Resource | "*"): void;
  /** Compacts etcd's history up to now. */
  compact(): void;
  /** Ends one container with an exit code. */
  killContainer(node: string, podKey: string, container: string, exitCode: number): void;
  /** Calls `Fault.step` of an active fault again at `at`. */
  wakeFault(faultId: string, at: Millis): void;
  /** [0,1) of a stream of this fault. */
  random(stream: string): number;
}
