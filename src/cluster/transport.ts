import type { Millis } from "../base/units.ts";
import { present } from "../base/assert.ts";
import type { Request, Response } from "../api/request.ts";
import type { InformerEvent, Tag } from "../client/component.ts";
import type { LogEntry } from "../etcd/state.ts";
import type { ApiServer } from "../apiserver/server.ts";
import { keepHeld } from "../apiserver/watch-cache.ts";
import { Balancer } from "./balancer.ts";
import { ClusterContext } from "./cluster-context.ts";
import type { Core } from "./core.ts";
import { judge } from "./judge.ts";
import { recordRequest } from "./trace.ts";
import { Watches } from "./watches.ts";
import { TIMED_OUT, UNAVAILABLE } from "./lost-answers.ts";
import type { ProcessState, Program } from "./process.ts";
import type { Answer, Change, Delivery } from "./world.ts";

/** A client gives up a request without an answer after this long. */
const REQUEST_TIMEOUT_MS: Millis = 10_000;
/** A read waits so long for the server's cache; then etcd answers a consistent one, and a 504 the others. */
const FRESH_WITHIN_MS: Millis = 3_000;
/** How often a server whose cache is waited for asks etcd how far it is. */
const PROGRESS_MS: Millis = 100;
/** Entries of the event log before the older half is compacted away. */
const LOG_MAX = 40_000;

/** What the transport hands to a process. */
export interface Receiver {
  reply(process: ProcessState, tag: Tag, request: Request, response: Response): void;
  informer(process: ProcessState, events: readonly InformerEvent[]): void;
  synced(process: ProcessState): void;
  changed(change: Change): void;
  answered(answer: Answer): void;
  delivered(delivery: Delivery): void;
}

/** Messages between processes and the API servers: with the watches, where latency, loss and staleness happen. */
export class Transport {
  readonly watches: Watches;
  readonly #core: Core;
  readonly #receiver: Receiver;
  readonly #context: ClusterContext;
  readonly #balancer: Balancer;

  constructor(core: Core, receiver: Receiver) {
    this.#core = core;
    this.#receiver = receiver;
    this.#context = new ClusterContext(core);
    this.#balancer = new Balancer(core);
    this.watches = new Watches(core, receiver, this.#balancer);
  }

  /** Sends a request; with a tag its answer comes back, without one nobody waits. */
  send(process: ProcessState, request: Request, tag?: Tag): void {
    let id = 0;
    if (tag !== undefined) {
      id = process.nextRequest;
      process.nextRequest += 1;
      process.pending.set(id, { tag, request });
    }
    const verdict = judge(this.#core, process, "to-server", "request", request);
    if (verdict.do === "drop") return this.#timeOut(process, id);
    const at = this.#core.now + this.#core.latency() + (verdict.do === "delay" ? verdict.by : 0);
    const happening = { type: "request", process: process.ordinal, epoch: process.epoch, id, request } as const;
    this.#core.at(at, happening);
    if (verdict.do === "duplicate") this.#core.at(at + 1, happening);
  }

  /** A request reaches the server: it is answered at once, and the answer sent. */
  serve(ordinal: number, epoch: number, id: number, request: Request, deadline?: Millis): void {
    const process = this.#core.processAt(ordinal);
    const server = this.#balancer.connect(process);
    if (server?.mustWait(request) === true && this.#core.now < (deadline ?? Number.POSITIVE_INFINITY)) {
      const until = deadline ?? this.#core.now + FRESH_WITHIN_MS;
      const again = { type: "request", process: ordinal, epoch, id, request, deadline: until } as const;
      return this.#core.at(this.#core.now + PROGRESS_MS, again);
    }
    const response = server === undefined ? UNAVAILABLE : this.commit(process.name, request, server, process);
    if (id === 0 || process.epoch !== epoch) return;
    const verdict = judge(this.#core, process, "from-server", "response", request);
    if (verdict.do === "drop") return this.#timeOut(process, id);
    const at = this.#core.now + this.#core.latency() + (verdict.do === "delay" ? verdict.by : 0);
    this.#core.at(at, { type: "response", process: ordinal, epoch, id, response });
  }

  /** Carries out a request on the server now, and tells everyone what it changed. */
  commit(
    by: string,
    request: Request,
    server: ApiServer = this.#core.server,
    process: ProcessState | undefined = this.#core.state.processes.get(by),
  ): Response {
    const { state } = this.#core;
    const log = server.etcd.log;
    const before = log.length;
    this.#context.user = process === undefined ? undefined : this.#core.programs[process.ordinal]?.user;
    const response = server.handle(request, this.#context);
    if (request.verb !== "get" && request.verb !== "list") {
      const outcome = response.ok
        ? String(server.etcd.revision)
        : (response.status.reason ?? String(response.status.code));
      recordRequest(state.trace, state.now, by, request, request.name ?? nameOf(response), outcome);
    }
    const { onAnswer } = this.#core.hooks;
    const changes: Change[] = [];
    for (let i = before; i < log.length; i += 1) {
      const change = changeOf(state.now, by, present(log[i], "a log entry"));
      if (onAnswer !== undefined) changes.push(change);
      this.watches.notify(change);
      this.#receiver.changed(change);
    }
    if (onAnswer !== undefined) this.#receiver.answered({ at: state.now, by, request, response, changes });
    if (log.length > LOG_MAX) {
      this.watches.advanceIdle();
      this.compact(server.etcd.revision - LOG_MAX / 2);
    }
    return response;
  }

  receive(ordinal: number, epoch: number, id: number, response: Response): void {
    const process = this.#core.processAt(ordinal);
    if (process.epoch !== epoch || !process.up) return;
    const pending = process.pending.get(id);
    if (pending === undefined) return;
    process.pending.delete(id);
    this.#receiver.reply(process, pending.tag, pending.request, response);
  }

  /** Forgets etcd's history below a revision; caches that lag keep what they show. */
  compact(revision: number): void {
    for (const cache of this.#core.state.caches.values())
      if (cache.held.size > 0) keepHeld(cache, this.#core.server.etcd);
    this.#core.server.etcd.compact(revision);
  }

  #timeOut(process: ProcessState, id: number): void {
    if (id === 0) return;
    this.#core.at(this.#core.now + REQUEST_TIMEOUT_MS, {
      type: "response",
      process: process.ordinal,
      epoch: process.epoch,
      id,
      response: TIMED_OUT,
    });
  }
}

/**
 * One of three shapes, by literals: every commit makes one and everyone reads it. They begin with `by`, as other literals begin
 * with `at`, and V8 gives up a shape when another that begins as it does holds numbers of another form.
 */
function changeOf(at: Millis, by: string, { revision, resource, key, before, after }: LogEntry): Change {
  if (before === undefined)
    return after === undefined ? { by, at, revision, resource, key } : { by, at, revision, resource, key, after };
  return after === undefined
    ? { by, at, revision, resource, key, before }
    : { by, at, revision, resource, key, before, after };
}

function nameOf(response: Response): string {
  return response.ok && "object" in response ? (response.object.metadata?.name ?? "") : "";
}

export type { Program };
