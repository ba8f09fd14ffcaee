import { present } from "../base/assert.ts";
import { objectKey } from "../api/object.ts";
import type { Response } from "../api/request.ts";
import type { Component, ComponentEvent, InformerEvent, Io, Tag, WatchSpec } from "../client/component.ts";
import type { Controller, Intents, Reply, Write } from "../client/controller.ts";
import type { Expectations } from "./expectations.ts";
import {
  creationObserved,
  deletionObserved,
  expect,
  forget,
  noExpectations,
  raise,
  satisfied,
} from "./expectations.ts";
import type { WorkQueue } from "./work-queue.ts";
import { addAfter, addKey, doneKey, emptyWorkQueue, failureDelay, takeKey } from "./work-queue.ts";

/** A sync under way: its intents and how far they are performed. Plain data. */
interface RunningSync {
  readonly controller: number;
  readonly key: string;
  intents: Intents;
  step: number;
  /** Answers to all writes so far, for `then: "replies"`. */
  replies: Reply[];
  /** Answers to the writes of the present step, by position. */
  answers: (Response | undefined)[];
}

interface ControllerState {
  readonly queue: WorkQueue;
  readonly expectations: Expectations;
  memory: unknown;
}

/** All that kube-controller-manager remembers. */
export interface ManagerState {
  readonly controllers: ControllerState[];
  readonly syncs: Map<number, RunningSync>;
  nextSync: number;
  /** A timer that starts the syncs that are ready is set. */
  pumping: boolean;
}

/** kube-controller-manager: shared informers, a work queue for each controller, and the writes of their intents. */
export function controllerManager(controllers: readonly Controller[]): Component<ManagerState> {
  const manager = new Manager(controllers);
  return {
    name: "kube-controller-manager",
    watches: mergeWatches(controllers),
    init: () => ({
      controllers: controllers.map((controller) => ({
        queue: emptyWorkQueue(),
        expectations: noExpectations(),
        memory: controller.initialMemory(),
      })),
      syncs: new Map(),
      nextSync: 1,
      pumping: false,
    }),
    handle: (state, event, io) => manager.handle(state, event, io),
  };
}

/** One informer a resource: unions of the controllers' indexes. */
export function mergeWatches(controllers: readonly Controller[]): readonly WatchSpec[] {
  const merged = new Map<string, WatchSpec>();
  for (const controller of controllers)
    for (const spec of controller.watches) {
      const before = merged.get(spec.resource);
      merged.set(spec.resource, { ...before, ...spec, indexes: { ...before?.indexes, ...spec.indexes } });
    }
  return [...merged.values()];
}

class Manager {
  readonly #controllers: readonly Controller[];
  readonly #byResource = new Map<string, readonly number[]>();

  constructor(controllers: readonly Controller[]) {
    this.#controllers = controllers;
    for (const { resource } of mergeWatches(controllers))
      this.#byResource.set(
        resource,
        controllers.flatMap((controller, i) =>
          controller.watches.some((spec) => spec.resource === resource) ? [i] : [],
        ),
      );
  }

  handle(state: ManagerState, event: ComponentEvent, io: Io): void {
    switch (event.type) {
      case "informer":
        for (const change of event.events) this.#observe(state, change, io);
        return;
      case "synced":
        this.#controllers.forEach((controller, i) => {
          for (const key of controller.startKeys ?? []) addKey(this.#of(state, i).queue, key);
          this.#pump(state, i, io);
        });
        return;
      case "timer":
        this.#timer(state, event.tag, io);
        return;
      case "reply":
        this.#reply(state, event.tag, event.response, io);
        return;
      case "start":
      case "machine":
    }
  }

  #of(state: ManagerState, controller: number): ControllerState {
    return present(state.controllers[controller], "the state of a controller");
  }

  #observe(state: ManagerState, change: InformerEvent, io: Io): void {
    for (const i of this.#byResource.get(change.resource) ?? []) {
      const controller = present(this.#controllers[i], "a controller");
      const own = this.#of(state, i);
      if (controller.expectationKey !== undefined) this.#fulfil(controller, own, change, io);
      const wakes = controller.wakes(change, io.listers);
      for (const { key, afterMs } of wakes) {
        if (afterMs === undefined || afterMs <= 0) addKey(own.queue, key);
        else this.#later(own, i, key, afterMs, io);
      }
      if (wakes.length > 0) this.#pump(state, i, io);
    }
  }

  /**
   * client-go's ControllerExpectations: creations by count, deletions by uid, also when only the deletion mark is seen.
   * A controller's own resource is the first that it watches.
   */
  #fulfil(controller: Controller, own: ControllerState, { resource, before, after }: InformerEvent, io: Io): void {
    if (own.expectations.byKey.size === 0) return;
    const object = present(after ?? before, "the object of a change");
    if (after === undefined && resource === controller.watches[0]?.resource)
      return forget(own.expectations, objectKey(object));
    const created = before === undefined;
    const deleted =
      after === undefined ||
      (after.metadata.deletionTimestamp !== undefined && before?.metadata.deletionTimestamp === undefined);
    if (!created && !deleted) return;
    const key = controller.expectationKey?.(object, io.listers);
    if (key === undefined) return;
    if (created && !deleted) creationObserved(own.expectations, key);
    if (deleted) deletionObserved(own.expectations, key, object.metadata.uid);
  }

  #later(own: ControllerState, controller: number, key: string, afterMs: number, io: Io): void {
    const at = io.now + Math.ceil(afterMs);
    if (addAfter(own.queue, key, at)) io.timer(at, { type: "due", controller, key, at });
  }

  #timer(state: ManagerState, tag: Tag, io: Io): void {
    if (tag.type === "pump") return this.#startAll(state, io);
    const i = Number(tag["controller"]);
    const own = this.#of(state, i);
    const key = String(tag["key"]);
    if (own.queue.waiting.get(key) !== tag["at"]) return;
    own.queue.waiting.delete(key);
    addKey(own.queue, key);
    this.#pump(state, i, io);
  }

  /** Sees to it that ready keys are taken up at this instant, after everything that is due now: one wake-up for all controllers. */
  #pump(state: ManagerState, i: number, io: Io): void {
    if (state.pumping || !this.#canStart(state, i)) return;
    state.pumping = true;
    io.timer(io.now, { type: "pump" });
  }

  #startAll(state: ManagerState, io: Io): void {
    for (let i = 0; i < this.#controllers.length; i += 1)
      while (this.#canStart(state, i)) this.#startSync(state, i, io);
    state.pumping = false;
    for (let i = 0; i < this.#controllers.length && !state.pumping; i += 1) this.#pump(state, i, io);
  }

  #canStart(state: ManagerState, i: number): boolean {
    const { queue } = this.#of(state, i);
    return queue.ready.size > 0 && queue.processing.size < present(this.#controllers[i], "a controller").workers;
  }

  #startSync(state: ManagerState, i: number, io: Io): void {
    const own = this.#of(state, i);
    const key = takeKey(own.queue);
    if (key === undefined) return;
    const id = state.nextSync;
    state.nextSync += 1;
    const sync: RunningSync = { controller: i, key, intents: { writes: [] }, step: 0, replies: [], answers: [] };
    state.syncs.set(id, sync);
    this.#decide(state, id, sync, io);
  }

  #decide(state: ManagerState, id: number, sync: RunningSync, io: Io): void {
    const controller = present(this.#controllers[sync.controller], "a controller");
    const own = this.#of(state, sync.controller);
    const intents = controller.reconcile({
      key: sync.key,
      now: io.now,
      listers: io.listers,
      expectationsSatisfied: satisfied(own.expectations, sync.key, io.now),
      replies: sync.replies,
      memory: own.memory,
      random: (stream) => io.random(`${controller.name}/${stream}`),
    });
    if (intents.memory !== undefined) own.memory = intents.memory;
    for (const event of intents.events ?? []) io.event(event);
    const creations = countWrites(intents, (write) => write.expect?.kind === "creation");
    const deletions: string[] = [];
    for (const step of intents.writes)
      for (const { expect: e } of step) if (e?.kind === "deletion") deletions.push(e.uid);
    if (creations + deletions.length > 0) {
      const further = sync.replies.some(({ write }) => write.expect !== undefined);
      (further ? raise : expect)(own.expectations, sync.key, creations, deletions, io.now);
    }
    sync.intents = intents;
    sync.step = 0;
    this.#perform(state, id, sync, io);
  }

  /** Sends the writes of the next step that has any, or ends the sync. */
  #perform(state: ManagerState, id: number, sync: RunningSync, io: Io): void {
    const { writes } = sync.intents;
    while (sync.step < writes.length && writes[sync.step]?.length === 0) sync.step += 1;
    const step = writes[sync.step];
    if (step === undefined) {
      if (sync.intents.then === "replies") this.#decide(state, id, sync, io);
      else this.#finish(state, id, sync, sync.intents.failed, io);
      return;
    }
    sync.answers = step.map(() => undefined);
    const client = present(this.#controllers[sync.controller], "a controller").name;
    step.forEach((write, index) => io.request(write.request, { type: "write", sync: id, index }, client));
  }

  #reply(state: ManagerState, tag: Tag, response: Response, io: Io): void {
    const id = Number(tag["sync"]);
    const sync = state.syncs.get(id);
    const index = Number(tag["index"]);
    const step = sync?.intents.writes[sync.step];
    const write = step?.[index];
    if (sync === undefined || step === undefined || write === undefined || sync.answers[index] !== undefined) return;
    sync.answers[index] = response;
    if (!succeeded(write, response)) this.#disappoint(state, sync, write);
    if (sync.answers.includes(undefined)) return;
    sync.answers.forEach((answer, i) => {
      const done = step[i];
      if (answer !== undefined && done !== undefined) sync.replies.push({ write: done, response: answer });
    });
    const failed = step.findIndex((one, i) => !succeeded(one, sync.answers[i]));
    const tolerant = sync.intents.then === "replies";
    if (failed >= 0 && !tolerant) {
      for (const later of sync.intents.writes.slice(sync.step + 1))
        for (const unsent of later) this.#disappoint(state, sync, unsent);
      this.#finish(state, id, sync, "a write failed", io);
      return;
    }
    sync.step += 1;
    this.#perform(state, id, sync, io);
  }

  /** A write that fails or is never sent shows nothing in the informer. */
  #disappoint(state: ManagerState, sync: RunningSync, write: Write): void {
    const { expectations } = this.#of(state, sync.controller);
    if (write.expect?.kind === "creation") creationObserved(expectations, sync.key);
    if (write.expect?.kind === "deletion") deletionObserved(expectations, sync.key, write.expect.uid);
  }

  #finish(state: ManagerState, id: number, sync: RunningSync, failed: string | undefined, io: Io): void {
    const own = this.#of(state, sync.controller);
    state.syncs.delete(id);
    doneKey(own.queue, sync.key);
    if (failed === undefined) {
      own.queue.failures.delete(sync.key);
      const { requeueAfter } = sync.intents;
      if (requeueAfter !== undefined) this.#later(own, sync.controller, sync.key, requeueAfter, io);
    } else this.#later(own, sync.controller, sync.key, failureDelay(own.queue, sync.key), io);
    this.#pump(state, sync.controller, io);
  }
}

function succeeded(write: Write, response: Response | undefined): boolean {
  if (response === undefined || response.ok) return response !== undefined;
  return write.ignore?.includes(response.status.reason ?? "") ?? false;
}

function countWrites(intents: Intents, test: (write: Write) => boolean): number {
  let count = 0;
  for (const step of intents.writes) for (const write of step) if (test(write)) count += 1;
  return count;
}
