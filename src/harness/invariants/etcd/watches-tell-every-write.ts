import type { Resource } from "../../../api/object.ts";
import type { WatchEvent } from "../../../api/request.ts";
import type { Change, Delivery } from "../../../cluster/world.ts";
import type { Invariant, Violation } from "../invariant.ts";
import { isSelected } from "../selected.ts";
import type { Selectors } from "../selected.ts";

/** What the judge knows of the writes to a resource, and how far each client has been told of them. */
interface Memory {
  readonly writes: Map<Resource, Change[]>;
  /** process → resource → index in the writes of the resource of the first that it was not told of: caches may lag. */
  readonly told: Map<string, Map<Resource, number>>;
}

const NAME = "watches-tell-every-write";

/** Ordered, unique, reliable, resumable: after a list at a revision a watch tells each later write once, in order, or is closed. */
export const watchesTellEveryWrite: Invariant<Memory> = {
  name: NAME,
  catalogue: ["5", "6", "7", "8", "9", "11", "12", "21", "I7", "I9"],
  expectation: "always",
  statement:
    "After a list, a watch tells every later write that its selector shows exactly once, in the order of revisions, over breaks and compactions too; all of a revision at once, and nothing of the future.",
  source: "etcd API guarantees: watch; api-concepts: efficient detection of changes",
  resources: ["*"],
  init: () => ({ writes: new Map(), told: new Map() }),
  onChange({ writes }, change) {
    const list = writes.get(change.resource);
    if (list === undefined) writes.set(change.resource, [change]);
    else list.push(change);
    return undefined;
  },
  onDelivery({ writes, told }, delivery) {
    const { process, resource, selectors, kind, revision, events } = delivery;
    const list = writes.get(resource) ?? [];
    let mine = told.get(process);
    if (mine === undefined) told.set(process, (mine = new Map()));
    const from = mine.get(resource);
    const until = after(list, revision);
    mine.set(resource, kind === "list" ? until : Math.max(until, from ?? 0));
    if (kind === "list" || from === undefined) return undefined;
    const problem = firstProblem(selectors, list, [from, until], events);
    return problem === undefined ? undefined : violation(delivery, problem);
  },
};

function firstProblem(
  selectors: Selectors,
  list: readonly Change[],
  [from, until]: readonly [number, number],
  events: readonly WatchEvent[],
): string | undefined {
  let next = 0;
  let last = list[from - 1]?.revision ?? 0;
  for (let i = from; i < until; i += 1) {
    const write = list[i];
    if (write === undefined) break;
    const was = isSelected(selectors, write.before);
    const is = isSelected(selectors, write.after);
    if (!was && !is) continue;
    const type = !is ? "DELETED" : was ? "MODIFIED" : "ADDED";
    const event = events[next];
    const revision = Number(event?.object.metadata.resourceVersion ?? Number.NaN);
    if (revision <= last) return `told of revision ${revision} after revision ${last}`;
    if (event === undefined || revision !== write.revision)
      return `did not tell of ${write.key} at revision ${write.revision}`;
    if (event.type !== type) return `told ${event.type} of ${write.key} at revision ${revision}, which is ${type}`;
    last = revision;
    next += 1;
  }
  const extra = events[next];
  return extra === undefined
    ? undefined
    : `told of revision ${extra.object.metadata.resourceVersion} after revision ${last}`;
}

/** Index of the first write after a revision; nearly always that of the newest. */
function after(list: readonly Change[], revision: number): number {
  let until = list.length;
  while (until > 0 && (list[until - 1]?.revision ?? 0) > revision) until -= 1;
  return until;
}

function violation({ at, process, resource }: Delivery, problem: string): Violation {
  const object = `${process} ${resource}`;
  return { invariant: NAME, at, object, sentence: `The watch of ${process} on ${resource} ${problem}.` };
}
