import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { cast } from "../../base/units.ts";
import type { Response } from "../../api/request.ts";
import { parseManifests } from "../plan/manifests.ts";
import { apply } from "./apply.ts";
import type { StepInput } from "./step-program.ts";
import { structOf, threeWayPatch } from "./three-way.ts";

interface Exchange {
  readonly m: string;
  readonly p: string;
  readonly b?: unknown;
  readonly code: number;
  readonly r: unknown;
}

interface Command {
  readonly id: string;
  readonly stdin: string;
  readonly http: readonly Exchange[];
}

/** Recorded `kubectl apply -f -` commands with the requests that matter: not discovery, not the look at a namespace. */
function recorded(): Command[] {
  const text = gunzipSync(readFileSync("properties/conformance/golden/kubectl/kubectl.jsonl.gz")).toString("utf8");
  const commands: Command[] = [];
  for (const line of text.trim().split("\n")) {
    const { id, steps } = cast<{ id: string; steps: { k?: string[]; stdin?: string; r?: { http?: Exchange[] } }[] }>(
      JSON.parse(line),
    );
    for (const { k, stdin, r } of steps) {
      if (k?.join(" ") !== "apply -f -" || stdin === undefined) continue;
      const http = (r?.http ?? []).filter(({ p }) => /\/namespaces\/[^/]+\/./.test(p));
      commands.push({ id: `${id} ${commands.length}`, stdin, http });
    }
  }
  return commands;
}

const verbs: { readonly [verb: string]: string } = { get: "GET", create: "POST", patch: "PATCH" };

describe("apply", () => {
  test.each(recorded().map((command) => [command.id, command] as const))(
    "sends what kubectl sent: %s",
    (_id, { stdin, http }) => {
      const view = { now: 0, index: 0 };
      let state = apply.start({ manifests: parseManifests(stdin, "stdin"), namespace: "t" }, view);
      let input: StepInput = { type: "begin" };
      for (const exchange of http) {
        const move = apply.next(state, input, view);
        state = move.state;
        const request = move.requests?.[0];
        expect({ verb: verbs[request?.verb ?? ""], body: request?.body }).toEqual({
          verb: exchange.m,
          body: exchange.b,
        });
        const response = cast<Response>(
          exchange.code < 300
            ? { ok: true, code: exchange.code, object: exchange.r }
            : { ok: false, status: exchange.r },
        );
        input = {
          type: "replies",
          replies: [{ request: request ?? { verb: "get", resource: "" }, response, retried: false }],
        };
      }
      expect(apply.next(state, input, view).done).toBeDefined();
    },
  );
});

describe("threeWayPatch", () => {
  const deployment = (containers: readonly object[], more: object = {}): { [key: string]: unknown } => ({
    spec: { template: { spec: { containers, ...more } } },
  });
  const patch = (
    original: unknown,
    modified: { [key: string]: unknown },
    current: { [key: string]: unknown },
  ): unknown => threeWayPatch(original, modified, current, structOf("apps/v1", "Deployment"));

  test("what others added stays, what was applied before and is gone now is removed", () => {
    const original = deployment([
      { name: "a", image: "a:1" },
      { name: "b", image: "b:1" },
    ]);
    const current = deployment([
      { name: "a", image: "a:1", imagePullPolicy: "Always" },
      { name: "b", image: "b:1" },
      { name: "injected", image: "x" },
    ]);
    expect(patch(original, deployment([{ name: "a", image: "a:2" }]), current)).toEqual(
      deployment(
        [
          { name: "a", image: "a:2" },
          { $patch: "delete", name: "b" },
        ],
        { "$setElementOrder/containers": [{ name: "a" }] },
      ),
    );
  });

  test("a change of strategy keeps no parameters of the old one", () => {
    const current = { spec: { strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1 } } } };
    expect(patch(undefined, { spec: { strategy: { type: "Recreate" } } }, current)).toEqual({
      spec: { strategy: { $retainKeys: ["type"], type: "Recreate" } },
    });
  });

  test("equal things need no patch", () => {
    const same = deployment([{ name: "a", image: "a:1" }]);
    expect(patch(same, same, deployment([{ name: "a", image: "a:1", resources: {} }]))).toBeUndefined();
  });
});
