import { expect, test } from "vitest";
import { advance, call, exitContainer, nextAt } from "./runtime.ts";
import type { Call, MachineEvent, RuntimeState } from "./runtime-state.ts";
import { initRuntime } from "./runtime-state.ts";

const random = (): number => 0.5;

function machine(): RuntimeState {
  return initRuntime({
    node: "n",
    podCidr: "10.1.0.0/29",
    images: [
      { image: "bad:1", pulls: [{ takes: 300, error: "manifest unknown" }] },
      { image: "slow:1", attempts: [{ termination: 4000 }] },
      { image: "ends:1", attempts: [{ runs: 5000, exit: 3 }] },
    ],
  });
}

function send(state: RuntimeState, id: number, calls: readonly Call[], now: number): void {
  call(state, { type: "Calls", client: 1, id, uid: "u", name: "p", namespace: "d", calls }, now, random);
}

function start(image: string): Call[] {
  return [
    { call: "RunPodSandbox", attempt: 0, hostNetwork: false },
    { call: "PullImage", image },
    { call: "CreateContainer", container: "c", attempt: 0, image },
    { call: "StartContainer", container: "c" },
  ];
}

/** Advances to the next thing that happens. */
function next(state: RuntimeState): { readonly at: number; readonly events: readonly MachineEvent[] } {
  const at = nextAt(state) ?? -1;
  return { at, events: advance(state, at, random) };
}

test("a sequence of calls is answered once, when its last call has ended", () => {
  const state = machine();
  send(state, 7, start("app:1"), 100);
  const { at, events } = next(state);
  expect(at).toBe(1600);
  expect(events[0]).toMatchObject({ type: "runtime", answers: [{ id: 7, results: [{}, { takes: 1500 }, {}, {}] }] });
  expect(state.pods.get("u")?.sandboxes[0]?.ip).toBe("10.1.0.2");
  expect(nextAt(state)).toBeUndefined();
});

test("a call that fails ends its sequence", () => {
  const state = machine();
  send(state, 1, start("bad:1"), 0);
  const { at, events } = next(state);
  expect(at).toBe(300);
  expect(events[0]).toMatchObject({ answers: [{ results: [{}, { error: "manifest unknown" }] }] });
  expect(state.pods.get("u")?.containers).toEqual([]);
});

test("a container that ends by itself is told without having been asked", () => {
  const state = machine();
  send(state, 1, start("ends:1"), 0);
  next(state);
  const { at, events } = next(state);
  expect(at).toBe(6500);
  expect(events[0]).toMatchObject({
    answers: [],
    changes: [{ uid: "u", pod: { containers: [{ exitCode: 3, reason: "Error" }] } }],
  });
});

test("StopContainer returns when the container obeys SIGTERM, or kills it when its time is over", () => {
  for (const [graceMs, at, exitCode] of [
    [30_000, 14_000, 143],
    [2000, 12_000, 137],
  ] as const) {
    const state = machine();
    send(state, 1, start("slow:1"), 0);
    next(state);
    const id = state.pods.get("u")?.containers[0]?.id ?? "";
    send(state, 2, [{ call: "StopContainer", id, graceMs }], 10_000);
    const ended = next(state);
    expect(ended.at).toBe(at);
    expect(ended.events[0]).toMatchObject({ answers: [{ id: 2 }], changes: [{ pod: { containers: [{ exitCode }] } }] });
  }
});

test("a new client cuts the sequences of the old one after the call under way", () => {
  const state = machine();
  send(state, 1, start("app:1"), 0);
  call(state, { type: "List", client: 2 }, 500, random);
  expect(next(state).events).toMatchObject([{ type: "list", client: 2 }]);
  next(state);
  expect(state.images.has("app:1")).toBe(true);
  expect(state.pods.get("u")?.containers).toEqual([]);
});

test("a container that does not run cannot end", () => {
  const state = machine();
  expect(exitContainer(state, "u", "x", { exitCode: 1 }, 0, random)).toBe(false);
});
