import type { Millis } from "../../base/units.ts";
import type { ApiObject, Resource } from "../../api/object.ts";
import { objectKey } from "../../api/object.ts";
import type { Lister, Listers } from "../../client/informer.ts";
import { present } from "../../base/assert.ts";
import { timestamp } from "../../base/time.ts";
import { cast } from "../../base/units.ts";
import type { Request, Response } from "../../api/request.ts";
import type { Answer, Change, Delivery, ProcessInfo, RuntimeContainer, World } from "../../cluster/world.ts";
import type { EndView, Invariant, Violation } from "./invariant.ts";
import { createMonitor } from "./monitor.ts";
import { resourceOf } from "./resources.ts";

/** Sections of an object to lay over it; a field of a section that is undefined goes away. */
export interface Overlay {
  readonly metadata?: { readonly [field: string]: unknown };
  readonly spec?: { readonly [field: string]: unknown };
  readonly status?: { readonly [field: string]: unknown };
  readonly [section: string]: unknown;
}

/** What a monitor is told besides commits. */
interface Watched {
  readonly onAnswer?: (answer: Answer, world: World) => void;
  readonly onDelivery?: (delivery: Delivery, world: World) => void;
}

const SUCCESS: Response = {
  ok: true,
  code: 200,
  list: { resourceVersion: "0", items: [] },
};

/** A hand-written history: each step commits and is judged at once. For tests of invariants and expectations. */
export class History {
  now: Millis = 0;
  revision = 1;
  /** Process that writes from here on. */
  by = "kubectl";
  processes: ProcessInfo[] = [];
  readonly believed: Map<string, ReadonlyMap<Resource, readonly ApiObject[]>> = new Map();
  /** Memory of the components, by process. */
  readonly memories: Map<string, unknown> = new Map();
  readonly running: RuntimeContainer[] = [];
  readonly dark: Set<string> = new Set();
  readonly changes: Change[] = [];
  readonly #stored = new Map<Resource, Map<string, ApiObject>>();
  readonly #show: (change: Change, world: World) => void;
  readonly #watched: Watched;
  #uid = 0;

  constructor(show: (change: Change, world: World) => void = () => undefined, watched: Watched = {}) {
    this.#show = show;
    this.#watched = watched;
  }

  /** A client is told something by a list or a watch. */
  tell(delivery: Partial<Delivery> & Pick<Delivery, "process" | "resource" | "kind">): void {
    const usual = {
      at: this.now,
      epoch: 1,
      selectors: {},
      revision: this.revision,
      mayBeOld: false,
      items: [],
      events: [],
    };
    this.#watched.onDelivery?.({ ...usual, ...delivery }, this.world);
  }

  /** A request of the present writer is answered; by default with success. */
  answer(request: Request, changes: readonly Change[] = [], response: Response = SUCCESS): void {
    this.#watched.onAnswer?.({ at: this.now, by: this.by, request, response, changes }, this.world);
  }

  /** The change that was committed last. */
  get last(): Change {
    return present(this.changes.at(-1), "a change");
  }

  /** Moves time and names the writer. */
  at(now: Millis, by: string = this.by): this {
    this.now = now;
    this.by = by;
    return this;
  }

  /** Stores a new object; uid, resourceVersion and creationTimestamp are filled in unless given. */
  create(object: Overlay & { readonly kind: string }): ApiObject {
    this.#uid += 1;
    const metadata = {
      uid: `uid-${this.#uid}`,
      resourceVersion: String(this.revision + 1),
      creationTimestamp: timestamp(this.now),
      ...object.metadata,
    };
    return this.#commit(resourceOf(object.kind), undefined, cast<ApiObject>({ ...object, metadata }));
  }

  /** Lays `overlay` over the stored object and gives it the new resourceVersion. */
  update(resource: Resource, key: string, overlay: Overlay): ApiObject {
    const before = present(this.objects(resource).get(key), key);
    const sections: { [name: string]: unknown } = { ...before };
    for (const name in overlay) sections[name] = laid(sections[name], overlay[name]);
    sections["metadata"] = laid(
      laid(before.metadata, { resourceVersion: String(this.revision + 1) }),
      overlay.metadata,
    );
    return this.#commit(resource, before, cast<ApiObject>(sections));
  }

  remove(resource: Resource, key: string): void {
    this.#commit(resource, present(this.objects(resource).get(key), key), undefined);
  }

  objects(resource: Resource): Map<string, ApiObject> {
    let map = this.#stored.get(resource);
    if (map === undefined) this.#stored.set(resource, (map = new Map()));
    return map;
  }

  get world(): World {
    return {
      now: this.now,
      revision: this.revision,
      processes: this.processes,
      isUp: (process) => this.processes.some(({ name, up }) => name === process && up),
      objects: (resource) => this.objects(resource),
      beliefs: (process) => listersOf(this.believed.get(process)),
      containers: (node) => this.running.filter((container) => container.node === node),
      powered: (node) => !this.dark.has(node),
      memory: (process) => this.memories.get(process),
    };
  }

  #commit(resource: Resource, before: ApiObject | undefined, after: ApiObject | undefined): ApiObject {
    const key = objectKey(present(after ?? before, "object"));
    this.revision += 1;
    if (after === undefined) this.objects(resource).delete(key);
    else this.objects(resource).set(key, after);
    const change: Change = {
      at: this.now,
      revision: this.revision,
      resource,
      key,
      by: this.by,
      ...(before !== undefined && { before }),
      ...(after !== undefined && { after }),
    };
    this.changes.push(change);
    this.#show(change, this.world);
    return present(after ?? before, "object");
  }
}

/** Plays a script against one invariant, the end included, and returns what it found. */
export function play<M>(invariant: Invariant<M>, script: (history: History) => EndView | void): readonly Violation[] {
  const monitor = createMonitor([cast<Invariant>(invariant)]);
  const history = new History((change, world) => void monitor.onChange(change, world), {
    onAnswer: (answer, world) => void monitor.onAnswer(answer, world),
    onDelivery: (delivery, world) => void monitor.onDelivery(delivery, world),
  });
  const end = script(history);
  monitor.atEnd(history.world, end ?? {});
  return monitor.state.violations;
}

function laid(below: unknown, above: unknown): unknown {
  if (typeof above !== "object" || above === null || Array.isArray(above)) return above ?? below;
  const result: { [field: string]: unknown } = { ...cast<{ [field: string]: unknown }>(below ?? {}) };
  for (const [field, value] of Object.entries(above)) {
    if (value === undefined) delete result[field];
    else result[field] = value;
  }
  return result;
}

function listersOf(believed: ReadonlyMap<Resource, readonly ApiObject[]> | undefined): Listers | undefined {
  if (believed === undefined) return undefined;
  return { of: (resource) => listerOver(believed.get(resource) ?? []) };
}

function listerOver(objects: readonly ApiObject[]): Lister {
  return {
    get: (key) => objects.find((object) => objectKey(object) === key),
    list: () => objects,
    byIndex: () => [],
    size: objects.length,
  };
}
