import type { Millis } from "../base/units.ts";
import type { ApiObject, Resource } from "../api/object.ts";
import type { Request, Response } from "../api/request.ts";
import type { Listers } from "./informer.ts";

/** Plain data by which a component recognises a reply or a timer of its own. */
export type Tag = { readonly type: string; readonly [field: string]: unknown };

/** A resource that a component keeps an informer for. */
export interface WatchSpec {
  readonly resource: Resource;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Secondary indexes of the lister, by name: plain functions of the object's name, labels, annotations, owners and spec. */
  readonly indexes?: { readonly [index: string]: (object: ApiObject) => readonly string[] };
}

/** A change of the informer's store. `tombstone`: found missing at a relist, so `before` may be stale. */
export interface InformerEvent {
  readonly resource: Resource;
  readonly before?: ApiObject;
  readonly after?: ApiObject;
  readonly tombstone?: boolean;
}

/** What wakes a component. */
export type ComponentEvent =
  /** The process came up; its memory is `init()`. All informers are still empty. */
  | { readonly type: "start" }
  /** Every informer has listed once. */
  | { readonly type: "synced" }
  | { readonly type: "informer"; readonly events: readonly InformerEvent[] }
  | { readonly type: "reply"; readonly tag: Tag; readonly request: Request; readonly response: Response }
  | { readonly type: "timer"; readonly tag: Tag }
  /** The machine under the component did something (kubelet: the container runtime). */
  | { readonly type: "machine"; readonly event: { readonly type: string; readonly [field: string]: unknown } };

/** An Event object to record, folded and written by the cluster without waiting (client-go's recorder). */
export interface RecordedEvent {
  readonly object: ApiObject;
  readonly type: "Normal" | "Warning";
  readonly reason: string;
  readonly message: string;
  readonly fieldPath?: string;
}

/** The hands of a component: collects effects, which the cluster carries out after `handle` returns. */
export interface Io {
  readonly now: Millis;
  readonly listers: Listers;
  /** Sends a request, by one of the component's clients (each has a rate limit of its own); the answer comes as a "reply" with this tag, or never (loss): `timeoutMs` later at the latest a 504. */
  request(request: Request, tag: Tag, client?: string): void;
  /** Wakes the component at `at` (not before now) with this tag. Timers die with the process. */
  timer(at: Millis, tag: Tag): void;
  /** [0, 1) of a named stream that belongs to this component. */
  random(stream: string): number;
  event(event: RecordedEvent): void;
  /** A line for the story: kind in Kubernetes' words, and the object that it is about. */
  trace(what: string, about: string, detail?: string): void;
  /** A call to the machine under the component (kubelet: container runtime); the answer comes as a "machine" event. */
  machine(call: { readonly type: string; readonly [field: string]: unknown }): void;
  /** False while a slow mode or a fault wants recurring work without effect to be really done. */
  readonly quiet: boolean;
}

/** A process of the control plane or of a node. State is plain data; `handle` may change it in place. */
export interface Component<S> {
  /** Upstream's component name: "kube-scheduler", "kube-controller-manager", "kubelet", "kube-proxy". */
  readonly name: string;
  readonly watches: readonly WatchSpec[];
  init(): S;
  handle(state: S, event: ComponentEvent, io: Io): void;
}
