import { heapPop, heapPush } from "../../base/heap.ts";
import { Random } from "../../base/random.ts";
import { timestamp } from "../../base/time.ts";
import { cast } from "../../base/units.ts";
import type { Millis } from "../../base/units.ts";
import { objectKey } from "../../api/object.ts";
import type { ApiObject, Resource } from "../../api/object.ts";
import type { Request, Response } from "../../api/request.ts";
import { ApiServer } from "../../apiserver/server.ts";
import type { Watch } from "../../apiserver/server.ts";
import { Etcd } from "../../etcd/etcd.ts";
import type { ComponentEvent, Io, Tag, WatchSpec } from "../../client/component.ts";
import { applyToStore, emptyStore, listerOf } from "../../client/informer.ts";
import type { Lister, Store } from "../../client/informer.ts";
import type { Controller } from "../../client/controller.ts";
import { controllerManager, mergeWatches } from "../../cluster/controller-manager.ts";
import type { ManagerState } from "../../cluster/controller-manager.ts";

interface Timer {
  readonly at: Millis;
  readonly seq: number;
  readonly tag: Tag;
}

interface Informer {
  readonly spec: WatchSpec;
  readonly store: Store;
  readonly lister: Lister;
  readonly watch: Watch | undefined;
}

type Task = () => void;

const ADMIN = { name: "kubernetes-admin", groups: ["system:masters"] };
const MANAGER = { name: "system:kube-controller-manager", groups: ["system:authenticated"] };
/** Informers of resources that the API server does not serve are fed by hand. */
const PSEUDO: Resource = "disturbances.shakedown";
const before = (a: Timer, b: Timer): boolean => a.at < b.at || (a.at === b.at && a.seq < b.seq);

/** An API server and a controller manager without latency: every consequence of a request happens at once, in order. */
export class ControllersCluster {
  readonly server: ApiServer = new ApiServer(new Etcd(), { requireServiceAccount: false });
  now: Millis = 1_000_000;
  /** Number of changes of objects other than Events and Leases, and when the last one was. */
  changes = 0;
  lastChange: Millis = 0;
  /** UIDs in the order in which they were first stored. */
  readonly firstSeen: Map<string, number> = new Map();
  readonly #random = new Random("conformance");
  readonly #component;
  readonly #state: ManagerState;
  readonly #informers: readonly Informer[];
  readonly #byResource: ReadonlyMap<Resource, Informer>;
  readonly #timers: Timer[] = [];
  readonly #tasks: Task[] = [];
  readonly #io: Io;
  #seq = 0;
  #held = false;
  #logged = 0;

  constructor(controllers: readonly Controller[]) {
    this.#component = controllerManager(controllers);
    this.#state = this.#component.init();
    this.#informers = mergeWatches(controllers).map((spec) => this.#newInformer(spec));
    this.#byResource = new Map(this.#informers.map((informer) => [informer.spec.resource, informer]));
    this.#io = this.#newIo();
    this.#tell({ type: "start" });
    this.#tell({ type: "synced" });
    this.#work();
  }

  /** A request of the script's author; consequences follow before it returns. */
  request(request: Request): Response {
    const response = this.#handle({ user: ADMIN, ...request });
    if (!this.#held) this.#work();
    return response;
  }

  /** Several requests so quick one after another that their consequences only follow together. */
  together<T>(requests: () => T): T {
    this.#held = true;
    const result = requests();
    this.#held = false;
    this.#work();
    return result;
  }

  /** Feeds the pseudo resource of nodes whose heartbeats count. */
  disturb(node: string, since: Millis): void {
    const metadata = {
      name: node,
      uid: node,
      creationTimestamp: timestamp(this.now),
      resourceVersion: `${this.now}-${since}`,
    };
    this.#apply(PSEUDO, node, cast<ApiObject>({ apiVersion: "shakedown/v1", kind: "Disturbance", metadata, since }));
    if (!this.#held) this.#work();
  }

  /** Lets time pass until `at`. */
  runUntil(at: Millis): void {
    for (;;) {
      const next = this.#timers[0];
      if (next === undefined || next.at > at) break;
      heapPop(this.#timers, before);
      this.now = Math.max(this.now, next.at);
      this.#tell({ type: "timer", tag: next.tag });
      this.#work();
    }
    this.now = Math.max(this.now, at);
  }

  /** Lets time pass until the next change, at most until `limit`; whether there was one. */
  runToChange(limit: Millis): boolean {
    const seen = this.changes;
    while (this.changes === seen) {
      const next = this.#timers[0];
      if (next === undefined || next.at > limit) {
        this.now = Math.max(this.now, limit);
        return false;
      }
      this.runUntil(next.at);
    }
    return true;
  }

  /** Lets time pass until nothing has changed for `quietMs`. */
  settle(quietMs: Millis): void {
    const end = (): Millis => Math.max(this.lastChange, begin) + quietMs;
    const begin = this.now;
    const limit = this.now + 60_000;
    while (this.now < end() && this.now < limit) this.runUntil(Math.min(this.#timers[0]?.at ?? end(), end()));
  }

  /** Sets a timer of the script's own. */
  after(delay: Millis, task: Task): void {
    this.#later(this.now + delay, { type: "script", task });
  }

  #handle(request: Request): Response {
    const response = this.server.handle(request, {
      now: this.now,
      random: (stream) => this.#random.next(stream),
      featureGates: new Set(["MaxUnavailableStatefulSet"]),
    });
    this.#note();
    for (const informer of this.#informers) {
      if (informer.watch === undefined) continue;
      for (const { type, object } of this.server.drain(informer.watch)) {
        const key = objectKey(object);
        if (type !== "BOOKMARK")
          this.#tasks.push(() => this.#apply(informer.spec.resource, key, type === "DELETED" ? undefined : object));
      }
    }
    return response;
  }

  /** Counts what the log has that was not counted yet. */
  #note(): void {
    const { log } = this.server.etcd.state;
    for (; this.#logged < log.length; this.#logged += 1) {
      const entry = log[this.#logged];
      if (entry === undefined) return;
      const { resource, after } = entry;
      if (resource === "events" || resource === "leases.coordination.k8s.io") continue;
      this.changes += 1;
      this.lastChange = this.now;
      const uid = after?.metadata.uid;
      if (uid !== undefined && !this.firstSeen.has(uid)) this.firstSeen.set(uid, this.firstSeen.size);
    }
  }

  #apply(resource: Resource, key: string, object: ApiObject | undefined): void {
    const informer = this.#byResource.get(resource);
    if (informer === undefined) return;
    const event = applyToStore(informer.store, informer.spec, key, object);
    if (event !== undefined) this.#tell({ type: "informer", events: [event] });
  }

  #tell(event: ComponentEvent): void {
    if (event.type === "timer" && event.tag.type === "script") cast<Task>(event.tag["task"])();
    else this.#component.handle(this.#state, event, this.#io);
  }

  #work(): void {
    for (;;) {
      const task = this.#tasks.shift();
      if (task !== undefined) task();
      else if ((this.#timers[0]?.at ?? Number.POSITIVE_INFINITY) <= this.now) {
        const timer = heapPop(this.#timers, before);
        if (timer !== undefined) this.#tell({ type: "timer", tag: timer.tag });
      } else return;
    }
  }

  #later(at: Millis, tag: Tag): void {
    this.#seq += 1;
    heapPush(this.#timers, { at, seq: this.#seq, tag }, before);
  }

  #newInformer(spec: WatchSpec): Informer {
    const store = emptyStore(spec);
    const opened = spec.resource === PSEUDO ? undefined : this.server.openWatch(spec.resource, {});
    const watch = opened !== undefined && "watch" in opened ? opened.watch : undefined;
    return { spec, store, lister: listerOf(store), watch };
  }

  #newIo(): Io {
    const now = (): number => this.now;
    return {
      get now() {
        return now();
      },
      listers: { of: (resource) => this.#byResource.get(resource)?.lister ?? listerOf(emptyStore({ resource })) },
      request: (request, tag) => {
        this.#tasks.push(() => {
          const response = this.#handle({ user: MANAGER, ...request });
          this.#tasks.unshift(() => this.#tell({ type: "reply", tag, request, response }));
        });
      },
      timer: (at, tag) => this.#later(at, tag),
      random: (stream) => this.#random.next(`manager/${stream}`),
      event: () => undefined,
      trace: () => undefined,
      machine: () => undefined,
      quiet: true,
    };
  }
}
