import { describe, expect, test } from "vitest";
import { InputError } from "../../base/input-error.ts";
import { decodePlan, parsePlan } from "./parse.ts";
import { parseManifests } from "./manifests.ts";
import { printPlan } from "./print.ts";
import type { Plan } from "./plan.ts";

const files: { readonly [path: string]: string } = {
  "./web.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n",
};

function read(path: string): string {
  const text = files[path];
  if (text === undefined) throw new InputError(`${path}: no such file.`);
  return text;
}

const head = "apiVersion: shakedown/v1\nkind: Plan\nmetadata: {name: t}\nspec:\n";

function plan(spec: string): Plan {
  return parsePlan(head + spec, "p.yaml", read);
}

function mistake(make: () => unknown): string {
  try {
    make();
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  return "none";
}

describe("parsePlan", () => {
  test("the example of the design is read, with durations in milliseconds and files inside", () => {
    const parsed = plan(`  seed: 7
  cluster: { nodes: [{ count: 12, zones: 3, cpu: 4, memory: 16Gi }], controlPlane: { apiServers: 1 } }
  schedule: fifo
  steps:
    - { at: 0s,  apply: ./web.yaml }
    - { at: 65s, fault: zone-outage, params: { zone: zone-b, for: 90s } }
  expect: [ { invariant: all }, { converges: { within: 10m } } ]
`);
    expect(parsed.spec.steps).toEqual([
      {
        at: 0,
        step: "apply",
        params: { manifests: [{ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "c" } }] },
      },
      { at: 65_000, fault: "zone-outage", for: 90_000, params: { zone: "zone-b" } },
    ]);
    expect(parsed.spec.cluster.nodes[0]).toEqual({
      count: 12,
      zones: 3,
      cpu: "4",
      memory: "16Gi",
      pods: 110,
      labels: {},
      taints: [],
    });
    expect(parsed.spec.cluster.network.latencyMs).toEqual({ min: 1, max: 1 });
    expect(parsed.spec.expect).toEqual([{ invariant: "all" }, { converges: { within: 600_000 } }]);
    expect(parsePlan(printPlan(parsed), "again.yaml", read)).toEqual(parsed);
    expect(
      decodePlan(
        JSON.parse(JSON.stringify({ ...parsed, spec: { ...parsed.spec, steps: [], schedule: { pct: 3 } } })),
        "x",
      ).spec.schedule,
    ).toEqual({ policy: "pct", seed: 3, depth: 3 });
  });

  test.each([
    [
      "  steps:\n    - {at: 0s, scale: {deployment: web, replicas: -1}}\n",
      "p.yaml:6: spec.steps[0].scale.replicas: expected a whole number from 0 to 1000000, found -1.",
    ],
    [
      "  steps:\n    - {at: 0s, scale: {replicas: 1}}\n",
      "p.yaml:6: spec.steps[0].scale: expected exactly one of deployment, statefulset, replicaset",
    ],
    [
      "  steps:\n    - {at: soon, cordon: {node: n}}\n",
      'p.yaml:6: spec.steps[0].at: expected a duration such as 90s, 10m or a whole number of milliseconds, found "soon"',
    ],
    [
      "  steps:\n    - at: 0s\n      fault: meteor\n",
      'p.yaml:7: spec.steps[0].fault: unknown fault "meteor"; expected one of component-crash,',
    ],
    ["  steps:\n    - at: 0s\n      fault: node-power-off\n      params: {nod: 1}\n", "p.yaml:8: spec.steps[0].params"],
    [
      "  steps:\n    - {at: 0s, explode: {}}\n",
      "p.yaml:6: spec.steps[0].explode: unknown command; expected one of apply,",
    ],
    ["  steps:\n    - {at: 0s, apply: ./nowhere.yaml}\n", "./nowhere.yaml: no such file."],
    [
      "  cluster: {nodes: [{count: 3, cpu: many}]}\n",
      'p.yaml:5: spec.cluster.nodes[0].cpu: expected a quantity such as 4, 500m or 16Gi, found "many"',
    ],
    ["  cluster: {nodes: [{count: 3, colour: red}]}\n", 'p.yaml:5: spec.cluster.nodes[0]: unknown field "colour"'],
    ["  schedule: lifo\n", "p.yaml:5: spec.schedule: expected"],
    ["  expect: [{invariants: all}]\n", "p.yaml:5: spec.expect[0]: expected {invariant: name}"],
    [
      "  images: [{image: x, exitCode: 300}]\n",
      "p.yaml:5: spec.images[0].exitCode: expected a whole number from 0 to 255, found 300",
    ],
    ["  steps: {at: 0}\n", "p.yaml:5: spec.steps: expected a list, found a map"],
    ["  seed: -4\n", "p.yaml:5: spec.seed: expected a whole number of at least 0 or a text"],
  ])("one sentence for %j", (spec, sentence) => {
    const message = mistake(() => plan(spec));
    expect(message).toContain(sentence);
    expect(message).not.toContain("\n");
  });

  test("what is no plan at all is told", () => {
    expect(mistake(() => parsePlan("", "p.yaml", read))).toBe(
      "p.yaml: expected a plan (apiVersion: shakedown/v1, kind: Plan), found nothing.",
    );
    expect(mistake(() => parsePlan("apiVersion: v1\nkind: Pod\n", "p.yaml", read))).toBe(
      'p.yaml:1: apiVersion: expected shakedown/v1, found "v1".',
    );
    expect(mistake(() => parsePlan("- 1\n", "p.yaml", read))).toContain("p.yaml:1: expected a map");
  });
});

describe("parseManifests", () => {
  test("reads several documents and opens Lists", () => {
    const text =
      "---\napiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Pod, metadata: {name: a}}\n---\n# nothing\n---\napiVersion: v1\nkind: Service\nmetadata: {name: b}\n";
    expect(parseManifests(text, "m.yaml").map((manifest) => manifest.kind)).toEqual(["Pod", "Service"]);
  });

  test.each([
    ["a: [1\nb: 2\n", "m.yaml:2: this is not valid YAML: "],
    ["", "m.yaml: expected at least one Kubernetes object, found none."],
    ["# only a comment\n", "m.yaml: expected at least one Kubernetes object, found none."],
    ["just text\n", 'm.yaml:1: expected a Kubernetes object, found "just text".'],
    [
      "apiVersion: v1\nmetadata: {name: x}\n",
      "m.yaml:1: kind: expected the kind of a Kubernetes object, found nothing.",
    ],
    [
      "apiVersion: v1\nkind: Pod\n---\nkind: Pod\nmetadata: {name: x}\n",
      "m.yaml:1: metadata: expected a map with the name of the Pod, found nothing.",
    ],
    [
      "apiVersion: v1\nkind: Pod\nmetadata:\n  labels: {}\n",
      "m.yaml:3: metadata.name: expected the name of the Pod, found nothing.",
    ],
    ["a: &x\n  b: *x\n", "m.yaml:1: "],
    ["apiVersion: v1\nkind: Pod\u0000\n", "m.yaml:2: expected YAML text, found binary data."],
    [`a: "${"x".repeat(5_000_001)}"`, "m.yaml: expected at most 5 MB of YAML, found 5.0 MB."],
    [
      `a: &a [1,1,1,1,1,1,1,1,1,1]\nb: &b [${"*a,".repeat(20)}]\nc: &c [${"*b,".repeat(20)}]\nd: [${"*c,".repeat(20)}]\n`,
      "m.yaml:1: the aliases of this document cannot be resolved: ",
    ],
    ["apiVersion: v1\nkind: Pod\nkind: Pod\nmetadata: {name: x}\n", "m.yaml:3: this is not valid YAML: "],
  ])("one sentence for %j", (text, sentence) => {
    const message = mistake(() => parseManifests(text, "m.yaml"));
    expect(message).toContain(sentence);
    expect(message).not.toContain("\n");
  });
});
