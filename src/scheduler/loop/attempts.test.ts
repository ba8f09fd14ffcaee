import { expect, test } from "vitest";
import type { Bench } from "../fixtures.ts";
import { bench, node, pod } from "../fixtures.ts";

const boundBy = ({ requests }: Bench): readonly (readonly [name: string | undefined, node: unknown])[] =>
  requests.flatMap(({ request, tag }) =>
    tag.type === "bind" ? [[request.name, (request.body as { target: { name: string } }).target.name]] : [],
  );

test("an attempt decides on the snapshot that it began with; a node that comes meanwhile wakes the pod afterwards", () => {
  const scheduler = bench({ attemptMs: 500 });
  scheduler.start();
  scheduler.show("nodes", node("small", "100m"));
  scheduler.show("pods", pod("web", "1"));
  scheduler.run(100);
  scheduler.show("nodes", node("big", "4"));
  scheduler.run(600);
  expect(scheduler.events[0]?.message).toContain("0/1 nodes are available: 1 Insufficient cpu.");
  scheduler.run(5000);
  expect(boundBy(scheduler)).toEqual([["web", "big"]]);
});

test("a pod that another scheduler has bound during the attempt is not assumed", () => {
  const scheduler = bench({ attemptMs: 500 });
  scheduler.start();
  scheduler.show("nodes", node("n", "4"));
  scheduler.show("pods", pod("web", "1"));
  scheduler.run(100);
  scheduler.show("pods", pod("web", "1", { nodeName: "elsewhere" }));
  scheduler.run(5000);
  expect(boundBy(scheduler)).toEqual([]);
  expect(scheduler.state.queue.inFlight.size).toBe(0);
  expect(scheduler.state.cache.pods.get("uid-web")?.node).toBe("elsewhere");
});

test("until it is past Permit a pod is in flight, while others are tried", () => {
  const scheduler = bench({ permitMs: 300 });
  scheduler.start();
  scheduler.show("nodes", node("n", "4"));
  scheduler.show("pods", pod("a", "1"));
  scheduler.run(100);
  scheduler.show("pods", pod("b", "1"));
  scheduler.run(200);
  expect([...scheduler.state.queue.inFlight.keys()]).toEqual(["uid-a", "uid-b"]);
  scheduler.run(310);
  expect(boundBy(scheduler)).toEqual([["a", "n"]]);
  scheduler.run(1000);
  expect(boundBy(scheduler)).toEqual([
    ["a", "n"],
    ["b", "n"],
  ]);
  expect(scheduler.state.queue.inFlight.size).toBe(0);
});

/** The last pod of three fails; a node that would take it comes while it is in flight, and the event before it has been dropped. */
function lastOfThree(mutants: ReadonlySet<string>): Bench {
  const scheduler = bench({ attemptMs: 200, permitMs: 50, mutants });
  scheduler.start();
  scheduler.show("nodes", node("n", "2"));
  for (const name of ["a", "b", "c"]) scheduler.show("pods", pod(name, "1"));
  scheduler.run(260);
  scheduler.show("pods", pod("a", "1", { nodeName: "n" }));
  scheduler.run(500);
  scheduler.show("nodes", node("late", "2"));
  scheduler.run(60_000);
  return scheduler;
}

test("a pod in flight sees the events since it was popped", () => {
  expect(boundBy(lastOfThree(new Set())).map(([name]) => name)).toEqual(["a", "b", "c"]);
});

test("SCH-28 > with the planted fault it misses them once the event before it is dropped", () => {
  expect(boundBy(lastOfThree(new Set(["SCH-28"]))).map(([name]) => name)).toEqual(["a", "b"]);
});

/** A node of 4 CPUs gives way to one of 2, after as many changes. */
function replaced(mutants: ReadonlySet<string>): Bench {
  const scheduler = bench({ mutants });
  scheduler.start();
  scheduler.show("nodes", node("n", "4"));
  scheduler.show("pods", pod("large", "8"));
  scheduler.run(1000);
  scheduler.hide("pods", "default/large");
  scheduler.hide("nodes", "n");
  scheduler.show("nodes", node("n", "2"));
  scheduler.show("pods", pod("web", "3"));
  scheduler.run(5000);
  return scheduler;
}

test("a node that is replaced under its name is seen as it is", () => {
  expect(boundBy(replaced(new Set()))).toEqual([]);
});

test("SCH-05 > with the planted fault it is seen as it was", () => {
  expect(boundBy(replaced(new Set(["SCH-05"])))).toEqual([["web", "n"]]);
});
