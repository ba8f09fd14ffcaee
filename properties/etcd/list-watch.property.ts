import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Random } from "../../src/base/random.ts";
import { ApiServer } from "../../src/apiserver/server.ts";
import type { Watch } from "../../src/apiserver/server.ts";
import { objectKey } from "../../src/api/object.ts";
import type { ApiObject } from "../../src/api/object.ts";
import type { Request, Response } from "../../src/api/request.ts";
import { Etcd } from "../../src/etcd/etcd.ts";
import { restoreSnapshot, saveSnapshot } from "../../src/etcd/snapshot.ts";

const WRITES = 1000;
const NAMES = Array.from({ length: 12 }, (_, i) => `c${i}`);
const APPS = ["x", "y"];

/** A server under random writes, with the state of "t" at every revision, and compactions and restarts in between. */
class History {
  #server = new ApiServer(new Etcd());
  readonly #random: Random;
  readonly states = new Map<number, ReadonlyMap<string, ApiObject>>();

  constructor(seed: number) {
    this.#random = new Random(seed);
    this.send({ verb: "create", resource: "namespaces", body: { metadata: { name: "t" } } });
  }

  get server(): ApiServer {
    return this.#server;
  }

  chance(probability: number): boolean {
    return this.#random.next("chance") < probability;
  }

  pick<T>(values: readonly T[]): T {
    return values[Math.floor(this.#random.next("pick") * values.length)] as T;
  }

  send(request: Request): Response {
    const answer = this.#server.handle(request, { now: 0, random: (stream) => this.#random.next(stream) });
    this.states.set(this.#server.etcd.revision, new Map(this.#server.objects("configmaps")));
    return answer;
  }

  write(): void {
    const at = { resource: "configmaps", namespace: "t", name: this.pick(NAMES) };
    const labels = { app: this.pick(APPS) };
    if (!this.#server.objects("configmaps").has(`t/${at.name}`))
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
        body: { metadata: { labels }, data: { n: String(this.#server.etcd.revision) } },
      });
  }

  compact(): void {
    const { etcd } = this.#server;
    etcd.compact(etcd.revision - Math.floor(this.#random.next("compact") * 20));
  }

  restart(): void {
    this.#server = new ApiServer(restoreSnapshot(saveSnapshot(this.#server.etcd), "snapshot"));
  }
}

/** A client that lists, watches from there, and lists again when it is told that its version is too old. */
class Client {
  readonly #history: History;
  readonly #selector: string;
  #watch: Watch | undefined;
  readonly store = new Map<string, ApiObject>();
  lists = 0;
  events = 0;

  constructor(history: History, selector: string) {
    this.#history = history;
    this.#selector = selector;
  }

  catchUp(): void {
    const { server } = this.#history;
    if (this.#watch === undefined || server.expired(this.#watch) !== undefined) this.#list();
    if (this.#watch === undefined) return;
    for (const { type, object } of server.drain(this.#watch)) {
      this.events += 1;
      if (type === "DELETED") this.store.delete(objectKey(object));
      else this.store.set(objectKey(object), object);
      this.#compare(Number(object.metadata.resourceVersion));
    }
    this.#compare(server.etcd.revision);
  }

  #list(): void {
    const { server } = this.#history;
    const options = { labelSelector: this.#selector };
    const answer = this.#history.send({ verb: "list", resource: "configmaps", namespace: "t", options });
    if (!answer.ok || !("list" in answer)) throw new Error("the list was refused");
    const { items, resourceVersion } = answer.list;
    const opened = server.openWatch("configmaps", { namespace: "t", ...options, resourceVersion });
    this.#watch = "watch" in opened ? opened.watch : undefined;
    this.store.clear();
    for (const item of items) this.store.set(objectKey(item), item);
    this.lists += 1;
  }

  #compare(revision: number): void {
    const app = this.#selector.slice("app=".length);
    const state = [...(this.#history.states.get(revision) ?? [])];
    const expected = state.filter(([, object]) => app === "" || object.metadata.labels?.["app"] === app);
    expect(this.store).toEqual(new Map(expected));
  }
}

describe("etcd and API server", () => {
  it("a list and the watch from its revision give every later state, through compactions and restarts", () => {
    fc.assert(
      fc.property(fc.integer(), fc.constantFrom("", "app=x"), (seed, selector) => {
        const history = new History(seed);
        const clients = [new Client(history, selector), new Client(history, selector)];
        for (let i = 0; i < WRITES; i++) {
          history.write();
          if (history.chance(0.02)) history.compact();
          if (history.chance(0.005)) history.restart();
          if (history.chance(0.2)) clients[0]?.catchUp();
          if (history.chance(0.02)) clients[1]?.catchUp();
        }
        for (const client of clients) {
          client.catchUp();
          expect(client.events).toBeGreaterThan(100);
        }
        expect(clients[1]?.lists).toBeGreaterThan(1);
      }),
      { numRuns: 4 },
    );
  });
});
