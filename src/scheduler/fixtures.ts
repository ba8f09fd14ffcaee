import type { ApiObject } from "../api/object.ts";
import { objectKey } from "../api/object.ts";
import type { Request, Response } from "../api/request.ts";
import { present } from "../base/assert.ts";
import { cast } from "../base/units.ts";
import type { ComponentEvent, Io, RecordedEvent, Tag } from "../client/component.ts";
import type { Store } from "../client/informer.ts";
import { applyToStore, emptyStore, listerOf } from "../client/informer.ts";
import type { SchedulerOptions } from "./component.ts";
import { schedulerComponent } from "./component.ts";
import type { SchedulerState } from "./loop/state.ts";

/** What a scheduler asked of the API server. */
export interface Sent {
  readonly request: Request;
  readonly tag: Tag;
}

/** A scheduler with hands that only write down what it does. */
export interface Bench {
  readonly state: SchedulerState;
  readonly requests: Sent[];
  readonly events: RecordedEvent[];
  show(resource: string, object: ApiObject): void;
  hide(resource: string, key: string): void;
  start(): void;
  /** Lets time pass up to `until`, timers in their order. */
  run(until: number): void;
  reply(sent: Sent, response: Response): void;
  pendingTimers(): readonly { readonly at: number; readonly tag: Tag }[];
}

/** A pending pod that asks for CPU. */
export function pod(name: string, cpu: string, spec: object = {}): ApiObject {
  const containers = [{ name: "c", image: "app", resources: { requests: { cpu } } }];
  return cast({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: "default", uid: `uid-${name}`, resourceVersion: "1" },
    spec: { schedulerName: "default-scheduler", containers, ...spec },
    status: { phase: "Pending" },
  });
}

/** A node of that many CPUs. */
export function node(name: string, cpu: string): ApiObject {
  return cast({
    apiVersion: "v1",
    kind: "Node",
    metadata: { name, uid: `uid-${name}`, resourceVersion: "1" },
    status: { allocatable: { cpu, memory: "8Gi", pods: "10" } },
  });
}

/** A scheduler with hands that only write down what it does. */
export function bench(options: SchedulerOptions = {}): Bench {
  const component = schedulerComponent(options);
  const state = component.init();
  const stores = new Map<string, Store>(component.watches.map((spec) => [spec.resource, emptyStore(spec)]));
  const requests: Sent[] = [];
  const events: RecordedEvent[] = [];
  let timers: { at: number; tag: Tag }[] = [];
  let now = 0;
  let version = 1;
  const io: Io = {
    get now() {
      return now;
    },
    listers: { of: (resource) => listerOf(present(stores.get(resource), resource)) },
    request: (request, tag) => void requests.push({ request, tag }),
    timer: (at, tag) => void timers.push({ at, tag }),
    random: () => 0,
    event: (event) => void events.push(event),
    trace: () => undefined,
    machine: () => undefined,
    quiet: true,
  };
  const handle = (event: ComponentEvent): void => component.handle(state, event, io);
  const show = (resource: string, key: string, after: ApiObject | undefined): void => {
    version += 1;
    const versioned = after && { ...after, metadata: { ...after.metadata, resourceVersion: String(version) } };
    const spec = present(
      component.watches.find((watch) => watch.resource === resource),
      resource,
    );
    const event = applyToStore(present(stores.get(resource), resource), spec, key, versioned);
    if (event !== undefined) handle({ type: "informer", events: [event] });
  };
  return {
    state,
    requests,
    events,
    show: (resource: string, object: ApiObject) => show(resource, objectKey(object), object),
    hide: (resource: string, key: string) => show(resource, key, undefined),
    start: () => {
      handle({ type: "start" });
      handle({ type: "synced" });
    },
    run: (until: number) => {
      for (;;) {
        timers.sort((a, b) => a.at - b.at);
        const next = timers[0];
        if (next === undefined || next.at > until) break;
        timers = timers.slice(1);
        now = Math.max(now, next.at);
        handle({ type: "timer", tag: next.tag });
      }
      now = until;
    },
    reply: (sent, response) => handle({ type: "reply", ...sent, response }),
    pendingTimers: () => timers,
  };
}

/** Success. */
export const done: Response = { ok: true, code: 200, object: pod("any", "1") };

/** The API server was too slow. */
export const refused: Response = {
  ok: false,
  status: {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message: "timeout",
    reason: "Timeout",
    code: 504,
  },
};

/** What was asked for does not exist. */
export const gone: Response = {
  ok: false,
  status: {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message: "not found",
    reason: "NotFound",
    code: 404,
  },
};
