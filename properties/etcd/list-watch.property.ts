import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Random } from "../../src/base/random.ts";
import { ApiServer } from "../../src/apiserver/server.ts";
import { emptyWatchCache, holdCache, keepHeld, refilled, releaseCache } from "../../src/apiserver/watch-cache.ts";
import type { CacheScope, WatchCache } from "../../src/apiserver/watch-cache.ts";
import type { Watch } from "../../src/apiserver/server.ts";
import { objectKey } from "../../src/api/object.ts";
import type { ApiObject } from "../../src/api/object.ts";
import type { Request, Response } from "../../src/api/request.ts";
import { Etcd } from "../../src/etcd/etcd.ts";
import { restoreSnapshot, saveSnapshot } from "../../src/etcd/snapshot.ts";

const WRITES = 3000;
const NAMES = Array.from({ length: 12 }, (_, i) => `c${i}`);
const APPS = ["x", "y"];

const SERVERS = 3;
const SCOPES: readonly CacheScope[] = ["configmaps", "*"];

/** Servers over one etcd under random writes, with the state of "t" at every revision; caches lag, and servers and etcd restart. */
class History {
  #etcd = new Etcd();
  readonly #caches = Array.from({ length: SERVERS }, emptyWatchCache);
  readonly #random: Random;
  readonly states = new Map<number, ReadonlyMap<string, ApiObject>>();
  /** How often a server told less than the store had. */
  lagged = 0;

  constructor(seed: number) {
    this.#random = new Random(seed);
    this.send({ verb: "create", resource: "namespaces", body: { metadata: { name: "t" } } });
  }

  /** A server that has no state but its caches. */
  server(index: number): ApiServer {
    return new ApiServer(this.#etcd, { cache: this.#cache(index) });
  }

  #cache(index: number): WatchCache {
    return this.#caches[index] as WatchCache;
  }

  /** What a selector showed at a revision. */
  at(revision: number, selector: string): ReadonlyMap<string, ApiObject> {
    const app = selector.slice("app=".length);
    const state = [...(this.states.get(revision) ?? [])];
    return new Map(state.filter(([, object]) => app === "" || object.metadata.labels?.["app"] === app));
  }

  now(selector: string): ReadonlyMap<string, ApiObject> {
    return this.at(this.#etcd.revision, selector);
  }

  anyServer(): number {
    return Math.floor(this.#random.next("server") * SERVERS);
  }

  chance(probability: number): boolean {
    return this.#random.next("chance") < probability;
  }

  pick<T>(values: readonly T[]): T {
    return values[Math.floor(this.#random.next("pick") * values.length)] as T;
  }

  send(request: Request, server = this.anyServer()): Response {
    const answer = this.server(server).handle(request, { now: 0, random: (stream) => this.#random.next(stream) });
    this.states.set(this.#etcd.revision, new Map(this.#etcd.objects("configmaps")));
    return answer;
  }

  write(): void {
    const at = { resource: "configmaps", namespace: "t", name: this.pick(NAMES) };
    const labels = { app: this.pick(APPS) };
    if (!this.#etcd.objects("configmaps").has(`t/${at.name}`))
      this.send({
        verb: "create",
        resource: "configmaps",
        namespace: "t",
        body: { metadata: { name: at.name, labels } },
      });
    else if (this.chance(0.3)) this.send({ ...at, verb: "delete" });
    else
      this.send({
        ...at,
        verb: "patch",
        patchType: "merge",
        body: { metadata: { labels }, data: { n: String(this.#etcd.revision) } },
      });
  }

  compact(): void {
    for (const cache of this.#caches) keepHeld(cache, this.#etcd);
    this.#etcd.compact(this.#etcd.revision - Math.floor(this.#random.next("compact") * 20));
  }

  restartEtcd(): void {
    this.#etcd = restoreSnapshot(saveSnapshot(this.#etcd), "snapshot");
  }

  /** A server starts anew, and its watches with it. */
  restartServer(): number {
    const index = this.anyServer();
    refilled(this.#cache(index), this.#etcd);
    return index;
  }

  /** A cache stops, or goes on; the server whose watches end. */
  lag(): number | undefined {
    const index = this.anyServer();
    const scope = this.pick(SCOPES);
    if (!this.#cache(index).held.has(scope)) {
      holdCache(this.#cache(index), this.#etcd, scope);
      return undefined;
    }
    return releaseCache(this.#cache(index), this.#etcd, scope) ? index : undefined;
  }

  /** All caches go on; the servers whose watches end. */
  catchUp(): readonly number[] {
    return this.#caches.flatMap((cache, index) =>
      SCOPES.flatMap((scope) => (releaseCache(cache, this.#etcd, scope) ? [index] : [])),
    );
  }
}

/** A client of one server at a time, as client-go's reflector: it lists, watches, resumes, and lists anew after a 410. */
class Client {
  readonly #history: History;
  readonly #selector: string;
  #server: number;
  #watch: Watch | undefined;
  /** The last version that it was told. */
  #last = "";
  readonly store = new Map<string, ApiObject>();
  lists = 0;
  resumed = 0;
  events = 0;

  constructor(history: History, selector: string) {
    this.#history = history;
    this.#selector = selector;
    this.#server = history.anyServer();
  }

  /** Its server has gone, or closed its watches. */
  lose(server: number, moves: boolean): void {
    if (this.#server !== server) return;
    this.#watch = undefined;
    if (moves) this.#server = this.#history.anyServer();
  }

  catchUp(): void {
    const server = this.#history.server(this.#server);
    if (this.#watch !== undefined && server.expired(this.#watch) !== undefined) this.#watch = undefined;
    else if (this.#watch === undefined && this.#last !== "") this.#resume();
    if (this.#watch === undefined) this.#list();
    if (this.#watch === undefined) return;
    if (server.seen("configmaps") < server.etcd.revision) this.#history.lagged += 1;
    for (const { type, object } of server.drain(this.#watch)) {
      this.events += 1;
      if (type === "DELETED") this.store.delete(objectKey(object));
      else this.store.set(objectKey(object), object);
      expect(Number(object.metadata.resourceVersion)).toBeGreaterThan(Number(this.#last));
      this.#last = object.metadata.resourceVersion;
      this.#compare(Number(this.#last));
    }
    this.#compare(Math.max(server.seen("configmaps"), Number(this.#last)));
  }

  #resume(): void {
    const opened = this.#history
      .server(this.#server)
      .openWatch("configmaps", { namespace: "t", labelSelector: this.#selector, resourceVersion: this.#last });
    this.#watch = "watch" in opened ? opened.watch : undefined;
    if (this.#watch !== undefined) this.resumed += 1;
    else expect(opened).toMatchObject({ status: { code: 410 } });
  }

  /** No older than what it knows; a server that is further behind is asked for a consistent list. */
  #list(): void {
    const ask = (resourceVersion: string): Response => {
      const options = { labelSelector: this.#selector, ...(resourceVersion !== "" && { resourceVersion }) };
      return this.#history.send({ verb: "list", resource: "configmaps", namespace: "t", options }, this.#server);
    };
    let answer = ask(this.#last);
    if (!answer.ok) {
      expect(answer.status).toMatchObject({ code: 504, details: { causes: [{ reason: "ResourceVersionTooLarge" }] } });
      answer = ask("");
    }
    if (!answer.ok || !("list" in answer)) throw new Error("the list was refused");
    const { items, resourceVersion } = answer.list;
    expect(Number(resourceVersion)).toBeGreaterThanOrEqual(Number(this.#last));
    this.#last = resourceVersion;
    this.store.clear();
    for (const item of items) this.store.set(objectKey(item), item);
    this.lists += 1;
    this.#compare(Number(resourceVersion));
    this.#resume();
  }

  #compare(revision: number): void {
    expect(this.store).toEqual(this.#history.at(revision, this.#selector));
  }
}

describe("etcd and API server", () => {
  it("a list and the watch from its revision give every later state, over lagging servers, compactions and restarts", () => {
    fc.assert(
      fc.property(fc.integer(), fc.constantFrom("", "app=x"), (seed, selector) => {
        const history = new History(seed);
        const clients = [new Client(history, selector), new Client(history, selector)];
        const lose = (server: number, moves: boolean): void => clients.forEach((client) => client.lose(server, moves));
        for (let i = 0; i < WRITES; i++) {
          history.write();
          if (history.chance(0.01)) history.compact();
          if (history.chance(0.002)) history.restartEtcd();
          if (history.chance(0.003)) lose(history.restartServer(), true);
          const ended = history.chance(0.03) ? history.lag() : undefined;
          if (ended !== undefined) lose(ended, false);
          if (history.chance(0.2)) clients[0]?.catchUp();
          if (history.chance(0.05)) clients[1]?.catchUp();
        }
        for (const server of history.catchUp()) lose(server, false);
        for (const client of clients) {
          client.catchUp();
          expect(client.store).toEqual(history.now(selector));
          expect(client.events).toBeGreaterThan(100);
        }
        expect(clients[1]?.lists).toBeGreaterThan(1);
        expect(clients[0]?.resumed).toBeGreaterThan(1);
        expect(history.lagged).toBeGreaterThan(10);
      }),
      { numRuns: 4 },
    );
  });
});
