import type { Millis } from "../base/units.ts";
import { missing } from "../base/assert.ts";
import { objectKey } from "../api/object.ts";
import type { ApiObject, Resource } from "../api/object.ts";
import type { WatchEvent } from "../api/request.ts";
import type { InformerEvent, WatchSpec } from "../client/component.ts";
import { applyToStore, replaceStore } from "../client/informer.ts";
import type { ApiServer } from "../apiserver/server.ts";
import type { CacheScope } from "../apiserver/watch-cache.ts";
import type { Balancer } from "./balancer.ts";
import type { Core } from "./core.ts";
import { DISTURBANCES } from "./heartbeats.ts";
import { judge } from "./judge.ts";
import type { InformerState, ProcessState } from "./process.ts";
import type { Receiver } from "./transport.ts";
import type { Change, Delivery } from "./world.ts";
import { WatcherIndex } from "./watcher-index.ts";

const RECONNECT_MIN_MS: Millis = 1_000;
const RECONNECT_MAX_MS: Millis = 30_000;

/** The lists and watches by which processes follow the API servers. */
export class Watches {
  readonly #core: Core;
  readonly #receiver: Receiver;
  readonly #balancer: Balancer;
  readonly #watchers: WatcherIndex;
  /** The API-01 mutant: clients list at resourceVersion=0 when they start. */
  readonly #firstListIsAny: boolean;

  constructor(core: Core, receiver: Receiver, balancer: Balancer) {
    this.#core = core;
    this.#receiver = receiver;
    this.#balancer = balancer;
    this.#watchers = new WatcherIndex(core.programs);
    this.#firstListIsAny = core.spec.mutants.includes("API-01");
  }

  /** Begins to list and watch everything that a process that has just started wants. */
  connectAll(process: ProcessState): void {
    for (const { resource } of this.#core.program(process).component.watches) {
      if (resource !== DISTURBANCES) this.connect(process, resource, 0);
    }
    this.#checkSynced(process);
  }

  connect(process: ProcessState, resource: Resource, after: Millis): void {
    this.#core.at(this.#core.now + after + this.#core.latency(), {
      type: "connect",
      process: process.ordinal,
      epoch: process.epoch,
      resource,
    });
  }

  /** A list-and-watch reaches the server: it goes on where the broken stream ended if it can, else it lists anew. */
  accept(ordinal: number, epoch: number, resource: Resource): void {
    const process = this.#core.processAt(ordinal);
    if (process.epoch !== epoch || !process.up) return;
    const informer = informerOf(process, resource);
    const verdict = judge(this.#core, process, "to-server", "watch", { verb: "watch", resource });
    const server = this.#balancer.connect(process);
    if (verdict.do === "drop" || server === undefined) return this.#retry(process, informer, resource);
    const spec = this.#watchers.spec(process, resource);
    const resume = informer.expired ? undefined : informer.resumeFrom;
    informer.expired = false;
    if (resume === undefined && !this.#isFresh(server, informer, resource)) return;
    const options = { ...(resume !== undefined && { resourceVersion: String(resume) }), ...selectorsOf(spec) };
    const opened = server.openWatch(resource, options);
    if ("status" in opened) {
      if (opened.status.code === TOO_MANY_REQUESTS) return this.#retry(process, informer, resource);
      informer.expired = true;
      return this.connect(process, resource, 0);
    }
    informer.failures = 0;
    informer.watch = opened.watch;
    if (resume !== undefined) return this.#schedule(process, informer, resource);
    const items = opened.watch.initial;
    opened.watch.initial = [];
    this.#told(process, resource, "list", items, NO_EVENTS, server.seen(resource) < server.etcd.revision);
    informer.delivering = true;
    informer.listing = true;
    this.#core.at(this.#core.now + this.#core.latency(), {
      type: "listed",
      process: ordinal,
      epoch,
      resource,
      stream: informer.stream,
      items,
    });
  }

  /** The list has come back to the client; one of a stream that has broken is lost. */
  listed(ordinal: number, epoch: number, resource: Resource, stream: number, items: readonly ApiObject[]): void {
    const process = this.#core.processAt(ordinal);
    if (process.epoch !== epoch || !process.up) return;
    const informer = informerOf(process, resource);
    if (informer.stream !== stream) return;
    informer.listing = false;
    const events = replaceStore(informer.store, this.#specOf(process, resource), items);
    informer.synced = true;
    informer.delivering = false;
    if (events.length > 0) this.#receiver.informer(process, events);
    this.#checkSynced(process);
    this.#schedule(process, informer, resource);
  }

  /** A watch hands over everything since its cursor. */
  deliver(ordinal: number, epoch: number, resource: Resource, stream: number): void {
    const process = this.#core.processAt(ordinal);
    if (process.epoch !== epoch || !process.up) return;
    const informer = informerOf(process, resource);
    if (informer.stream !== stream) return;
    informer.delivering = false;
    if (informer.watch === undefined || informer.pinned) return;
    const server = this.#balancer.serverOf(process);
    const seen = server.seen(resource);
    if (seen <= informer.watch.cursor && seen < server.etcd.revision) return;
    if (server.expired(informer.watch) !== undefined) return this.break(process, resource, true);
    const spec = this.#specOf(process, resource);
    const told = server.drain(informer.watch);
    this.#told(process, resource, "watch", NO_OBJECTS, told);
    let events: InformerEvent[] | undefined;
    for (const event of told) {
      const change = applyWatchEvent(informer, spec, event);
      if (change === undefined) continue;
      if (events === undefined) events = [change];
      else events.push(change);
    }
    if (events !== undefined) this.#receiver.informer(process, events);
  }

  /** Feeds the pseudo-resource of disturbances, which no server holds. */
  feed(process: ProcessState, key: string, object: ApiObject | undefined): void {
    const informer = process.informers.get(DISTURBANCES);
    if (!process.up || informer === undefined) return;
    const change = applyToStore(informer.store, this.#specOf(process, DISTURBANCES), key, object);
    if (change !== undefined) this.#receiver.informer(process, [change]);
  }

  /** Breaks one watch of a process; the client connects again after a pause. */
  break(process: ProcessState, resource: Resource, expired: boolean): void {
    const informer = process.informers.get(resource);
    if (informer?.watch === undefined || !process.up) return;
    if (informer.listing) {
      delete informer.resumeFrom;
      if (!informer.synced) informer.anyVersion = true;
    } else informer.resumeFrom = informer.watch.cursor;
    delete informer.watch;
    informer.stream += 1;
    informer.listing = false;
    informer.delivering = false;
    informer.expired = expired;
    this.#core.record(process.name, "watch closed", resource, expired ? "too old resource version" : undefined);
    this.#retry(process, informer, resource);
  }

  /** An API server has gone: its clients connect again, to another where there is one. */
  breakAll(server: string): void {
    for (const process of this.#core.state.processes.values()) {
      if (!this.#balancer.isClient(process, server)) continue;
      for (const [resource, informer] of process.informers) {
        this.break(process, resource, false);
        if (informer.waiting === true) this.connect(process, resource, 0);
      }
      delete process.server;
    }
  }

  /** The watches of one server that show a resource end, as when its cache is filled anew. */
  endWatches(server: string, scope: CacheScope): void {
    for (const process of this.#core.state.processes.values()) {
      if (!this.#balancer.isClient(process, server)) continue;
      for (const resource of process.informers.keys())
        if (scope === "*" || scope === resource) this.break(process, resource, false);
    }
  }

  /** A server's cache has seen more: its watches tell it, and lists that waited for it are answered. */
  catchUp(server: string, scope: CacheScope): void {
    for (const process of this.#core.state.processes.values()) {
      if (!this.#balancer.isClient(process, server)) continue;
      for (const [resource, informer] of process.informers) {
        if (scope !== "*" && scope !== resource) continue;
        if (informer.waiting === true) this.connect(process, resource, 0);
        else this.#schedule(process, informer, resource);
      }
    }
  }

  /** A watch that was told all there is for it does not lag, however long ago that was: no compaction ends it. */
  advanceIdle(): void {
    for (const process of this.#core.state.processes.values()) {
      const server = this.#balancer.serverOf(process);
      const { revision } = server.etcd;
      for (const [resource, { watch, delivering, pinned }] of process.informers)
        if (watch !== undefined && !delivering && !pinned && server.seen(resource) === revision)
          watch.cursor = revision;
    }
  }

  pin(process: ProcessState, resource: Resource, pinned: boolean): void {
    const informer = process.informers.get(resource);
    if (informer === undefined) return;
    informer.pinned = pinned;
    if (!pinned) this.#schedule(process, informer, resource);
  }

  #told(
    process: ProcessState,
    resource: Resource,
    kind: Delivery["kind"],
    items: readonly ApiObject[],
    events: readonly WatchEvent[],
    mayBeOld = false,
  ): void {
    if (this.#core.hooks.onDelivery === undefined) return;
    const { name, epoch } = process;
    const selectors = this.#specOf(process, resource);
    const revision = this.#balancer.serverOf(process).seen(resource);
    const at = this.#core.now;
    this.#receiver.delivered({
      at,
      process: name,
      epoch,
      resource,
      selectors,
      kind,
      revision,
      mayBeOld,
      items,
      events,
    });
  }

  /**
   * Whether a server's cache is fresh enough for the list with which an informer begins: a consistent one, after a break one
   * that is not older than what the informer has seen. If not, the informer waits until it is.
   */
  #isFresh(server: ApiServer, informer: InformerState, resource: Resource): boolean {
    delete informer.waiting;
    const isAny = informer.anyVersion === true || (this.#firstListIsAny && !informer.synced);
    delete informer.anyVersion;
    const seen = server.seen(resource);
    if (seen === server.etcd.revision || isAny || seen >= (informer.resumeFrom ?? Number.POSITIVE_INFINITY))
      return true;
    informer.waiting = true;
    return false;
  }

  /** Tells a commit to the watches that show it. */
  notify(change: Change): void {
    for (const ordinal of this.#watchers.all(change.resource)) this.#notifyOne(ordinal, change, false);
    for (const ordinal of this.#watchers.concerned(change)) this.#notifyOne(ordinal, change, true);
  }

  #notifyOne(ordinal: number, change: Change, isSure: boolean): void {
    const process = this.#core.processes[ordinal];
    const informer = process?.informers.get(change.resource);
    if (process === undefined || informer === undefined || !process.up) return;
    const { watch } = informer;
    if (watch === undefined || informer.delivering || informer.pinned) return;
    if (isSure || this.#balancer.serverOf(process).watchMatches(watch, change))
      this.#schedule(process, informer, change.resource);
  }

  #schedule(process: ProcessState, informer: InformerState, resource: Resource): void {
    if (informer.watch === undefined || informer.delivering || informer.pinned) return;
    const verdict = judge(this.#core, process, "from-server", "watch", { verb: "watch", resource });
    if (verdict.do === "drop") return this.break(process, resource, false);
    informer.delivering = true;
    const at = this.#core.now + this.#core.latency() + (verdict.do === "delay" ? verdict.by : 0);
    this.#core.at(at, {
      type: "deliver",
      process: process.ordinal,
      epoch: process.epoch,
      resource,
      stream: informer.stream,
    });
  }

  #retry(process: ProcessState, informer: InformerState, resource: Resource): void {
    const pause = Math.min(RECONNECT_MIN_MS * 2 ** Math.min(informer.failures, 10), RECONNECT_MAX_MS);
    informer.failures += 1;
    this.connect(process, resource, pause);
  }

  #checkSynced(process: ProcessState): void {
    if (process.synced) return;
    for (const [resource, informer] of process.informers) if (!informer.synced && resource !== DISTURBANCES) return;
    process.synced = true;
    this.#receiver.synced(process);
  }

  #specOf(process: ProcessState, resource: Resource): WatchSpec {
    return this.#watchers.spec(process, resource) ?? missing(`the watch of ${process.name} on ${resource}`);
  }
}

const TOO_MANY_REQUESTS = 429;
const NO_OBJECTS: readonly ApiObject[] = [];
const NO_EVENTS: readonly WatchEvent[] = [];

function informerOf(process: ProcessState, resource: Resource): InformerState {
  return process.informers.get(resource) ?? missing(`the informer of ${resource}`);
}

function selectorsOf(spec: WatchSpec | undefined): {
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
} {
  return {
    ...(spec?.labelSelector !== undefined && { labelSelector: spec.labelSelector }),
    ...(spec?.fieldSelector !== undefined && { fieldSelector: spec.fieldSelector }),
  };
}

function applyWatchEvent(informer: InformerState, spec: WatchSpec, event: WatchEvent): InformerEvent | undefined {
  if (event.type === "BOOKMARK") return undefined;
  const key = objectKey(event.object);
  if (event.type === "DELETED") {
    const change = applyToStore(informer.store, spec, key, undefined);
    return change === undefined ? undefined : { ...change, before: event.object };
  }
  return applyToStore(informer.store, spec, key, event.object);
}
