import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { scratch } from "./scratch.ts";
import { shakedown } from "./shakedown.ts";

const { folder, file } = scratch("bad");

const deployment = (change: (text: string) => string): string =>
  change(`apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - { name: web, image: "nginx:1.29", resources: { requests: { cpu: 100m } } }
`);

const plan = (steps: string, spec = ""): string => `apiVersion: shakedown/v1
kind: Plan
metadata: { name: bad }
spec:
  seed: 1
  cluster: { nodes: [{ count: 2, cpu: 2, memory: 4Gi }] }
  steps:
    ${steps}
${spec}`;

const fine = file("fine.yaml", plan("- { at: 1s, scale: { deployment: web, replicas: 1 } }"));
const config = (body: string): string =>
  `apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\n${body}\n`;

/** What is typed, and what the sentence must hold: where it is wrong, and what was expected. */
const cases: readonly (readonly [what: string, args: readonly string[], says: readonly RegExp[]])[] = [
  ["broken YAML", ["verify", file("broken.yaml", "kind: [Deployment\n  a: }")], [/broken\.yaml/, /line|expected/]],
  ["broken JSON", ["verify", file("broken.json", '{"kind": "Deployment",')], [/broken\.json/]],
  [
    "an unknown kind",
    [
      "verify",
      file(
        "kind.yaml",
        deployment((t) => t.replace("kind: Deployment", "kind: Deploymint")),
      ),
    ],
    [/kind\.yaml/, /Deploymint/, /expected/],
  ],
  [
    "a bad quantity",
    [
      "verify",
      file(
        "quantity.yaml",
        deployment((t) => t.replace("100m", "100 millis")),
      ),
    ],
    [/quantity\.yaml/, /quantit/],
  ],
  [
    "a selector that does not match",
    [
      "verify",
      file(
        "selector.yaml",
        deployment((t) => t.replace("labels: { app: web }", "labels: { app: other }")),
      ),
    ],
    [/selector\.yaml/, /selector/],
  ],
  [
    "negative replicas",
    [
      "verify",
      file(
        "negative.yaml",
        deployment((t) => t.replace("replicas: 2", "replicas: -2")),
      ),
    ],
    [/negative\.yaml/, /spec\.replicas/, /greater than or equal to 0/],
  ],
  [
    "a misspelt field",
    [
      "verify",
      file(
        "field.yaml",
        deployment((t) => t.replace("replicas:", "replica:")),
      ),
    ],
    [/field\.yaml/, /replica/],
  ],
  [
    "a text for a number",
    [
      "verify",
      file(
        "type.yaml",
        deployment((t) => t.replace("replicas: 2", "replicas: two")),
      ),
    ],
    [/type\.yaml/, /replicas/],
  ],
  [
    "an object without a name",
    [
      "verify",
      file(
        "nameless.yaml",
        deployment((t) => t.replace("{ name: web }\nspec", "{}\nspec")),
      ),
    ],
    [/nameless\.yaml/, /name/],
  ],
  ["a document that is a list", ["verify", file("list.yaml", "- a\n- b\n")], [/list\.yaml/, /expected/]],
  ["an empty file", ["verify", file("empty.yaml", "")], [/empty\.yaml/, /expected/]],
  ["a missing file", ["verify", join(folder, "missing.yaml")], [/missing\.yaml/, /does not exist/, /expected/]],
  ["a folder without manifests", ["verify", join(folder, "..", "..", "proc", "self", "fd")], [/expected/]],
  [
    "a file of more than 5 MB",
    ["verify", file("huge.yaml", `# ${"x".repeat(5 * 1024 * 1024)}\n`)],
    [/huge\.yaml/, /expected at most/],
  ],
  ["a cyclic alias", ["verify", file("cycle.yaml", "a: &a\n  b: *a\n")], [/cycle\.yaml/]],
  [
    "a cyclic alias in a plan",
    ["run", file("cycle-plan.yaml", plan("- &s { at: 1s, scale: *s }"))],
    [/cycle-plan\.yaml/],
  ],
  [
    "aliases that multiply",
    [
      "verify",
      file(
        "bomb.yaml",
        `a: &a [x,x,x,x,x,x,x,x,x]\n${"bcdefghij"
          .split("")
          .map((c, i) => `${c}: &${c} [${`*${"abcdefghi"[i]},`.repeat(9)}]`)
          .join("\n")}\n`,
      ),
    ],
    [/bomb\.yaml/],
  ],
  [
    "a binary file",
    ["verify", file("binary.yaml", Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2, 3]))],
    [/binary\.yaml/, /binary/, /expected/],
  ],
  [
    "a fault that does not exist, in a plan",
    ["run", file("fault.yaml", plan("- { at: 1s, fault: node-explodes, for: 5s }"))],
    [/fault\.yaml/, /node-explodes/, /expected/],
  ],
  [
    "a fault that does not exist, as a flag",
    ["verify", "--faults", "node-explodes"],
    [/--faults/, /node-explodes/, /expected/],
  ],
  [
    "a step that does not exist",
    ["run", file("step.yaml", plan("- { at: 1s, explode: { deployment: web } }"))],
    [/step\.yaml/, /explode/, /expected/],
  ],
  [
    "a bad parameter of a step",
    ["run", file("params.yaml", plan("- { at: 1s, scale: { deployment: web, replicas: -1 } }"))],
    [/params\.yaml/, /replicas/, /expected/],
  ],
  [
    "a bad parameter of a fault",
    ["run", file("fault-params.yaml", plan("- { at: 1s, fault: message-loss, for: 5s, params: { share: many } }"))],
    [/fault-params\.yaml/, /share/, /expected/],
  ],
  [
    "a bad time",
    ["run", file("time.yaml", plan("- { at: soon, scale: { deployment: web, replicas: 1 } }"))],
    [/time\.yaml/, /at/, /expected/],
  ],
  [
    "a negative time",
    ["run", file("negative-time.yaml", plan("- { at: -1s, scale: { deployment: web, replicas: 1 } }"))],
    [/negative-time\.yaml/, /at/, /expected/],
  ],
  [
    "a negative number of nodes",
    ["run", file("nodes.yaml", plan("[]").replace("count: 2", "count: -2"))],
    [/nodes\.yaml/, /count/, /expected/],
  ],
  [
    "a state that does not exist",
    ["run", file("reaches.yaml", plan("[]", "  expect: [{ reaches: heaven }]\n"))],
    [/reaches\.yaml/, /heaven/, /expected/],
  ],
  [
    "a bad parameter of an expectation",
    [
      "run",
      file(
        "expectation-params.yaml",
        plan("[]", "  expect: [{ expectation: rollout-completes, params: { within: never } }]\n"),
      ),
    ],
    [/expectation-params\.yaml/, /params/, /expected/],
  ],
  [
    "a bad quantity of a node",
    ["run", file("node-cpu.yaml", plan("[]").replace("cpu: 2", "cpu: much"))],
    [/node-cpu\.yaml/, /cpu/, /expected/],
  ],
  [
    "an unknown field of a plan",
    ["run", file("plan-field.yaml", plan("[]", "  sede: 1\n"))],
    [/plan-field\.yaml/, /sede/],
  ],
  [
    "an unknown invariant",
    ["run", file("invariant.yaml", plan("[]", "  expect: [{ invariant: everything-is-fine }]\n"))],
    [/invariant\.yaml/, /everything-is-fine/, /expected/],
  ],
  [
    "an unknown expectation",
    ["run", file("expectation.yaml", plan("[]", "  expect: [{ expectation: it-works }]\n"))],
    [/expectation\.yaml/, /it-works/, /expected/],
  ],
  [
    "an unknown planted bug in a plan",
    ["run", file("mutant.yaml", plan("[]", "  mutants: [NOPE-99]\n"))],
    [/mutant\.yaml/, /NOPE-99/, /expected/],
  ],
  [
    "an unknown planted bug as a flag",
    ["verify", "--mutants", "NOPE-99", "--runs", "1"],
    [/--mutants/, /NOPE-99/, /expected/],
  ],
  [
    "a plan that names a missing file",
    ["run", file("names.yaml", plan("- { at: 1s, apply: ./nowhere.yaml }"))],
    [/nowhere\.yaml/, /does not exist/],
  ],
  ["manifests instead of a plan", ["run", "scenarios/workloads/guestbook.yaml"], [/guestbook\.yaml/, /expected/]],
  ["two documents in a plan", ["run", file("two.yaml", `${plan("[]")}---\n${plan("[]")}`)], [/two\.yaml/, /expected/]],
  ["--nodes 0", ["verify", "--nodes", "0"], [/--nodes/, /0/, /expected/]],
  ["--runs x", ["verify", "--runs", "x"], [/--runs/, /x/, /expected/]],
  ["--for forever", ["verify", "--for", "forever"], [/--for/, /expected/]],
  ["--seed -1", ["verify", "--seed", "-1"], [/--seed/, /expected/]],
  ["an unknown flag", ["verify", "--node", "3"], [/--node\b/]],
  ["an unknown command", ["verfiy"], [/verfiy/]],
  ["no plan", ["run"], [/plan/]],
  ["no --from", ["route", fine, "--to", "web:80"], [/--from/]],
  ["a Service that does not exist", ["route", fine, "--from", "node/node-1", "--to", "web:80"], [/web/, /expected/]],
  [
    "an origin that does not exist",
    ["route", "scenarios/tutorial/walk-of-one-pod.yaml", "--from", "node/node-9", "--to", "web:80"],
    [/node-9/, /expected/],
  ],
  [
    "a pod that does not exist",
    ["explain", "scenarios/tutorial/walk-of-one-pod.yaml", "nobody"],
    [/nobody/, /expected/],
  ],
  ["a plan that breaks nothing, to be shrunk", ["shrink", fine], [/fine\.yaml/, /expected/]],
  ["recorded cases that are none", ["conformance", file("cases.jsonl", '{"hello":1}\n')], [/cases\.jsonl/, /expected/]],
  ["recorded cases that are no JSON", ["conformance", file("text.jsonl", "hello\n")], [/text\.jsonl/, /expected/]],
  [
    "recorded cases that are not compressed",
    ["conformance", file("plain.jsonl.gz", '{"hello":1}\n')],
    [/plain\.jsonl\.gz/, /expected/],
  ],
  ["recorded cases that are missing", ["conformance", join(folder, "none.jsonl")], [/none\.jsonl/, /expected/]],
  ["a folder of recorded cases", ["conformance", folder], [/expected/]],
  ["a workload that does not exist", ["bench", "SchedulingMagic"], [/SchedulingMagic/, /there are/]],
  ["--percentage 101", ["bench", "--percentage", "101"], [/--percentage/, /expected/]],
  ["--nodes 0 of a bench", ["bench", "--nodes", "0"], [/--nodes/, /expected/]],
  [
    "a scheduler configuration that is missing",
    ["bench", "--config", join(folder, "none.yaml")],
    [/none\.yaml/, /expected/],
  ],
  [
    "a scheduler configuration of another kind",
    ["bench", "--config", file("other.yaml", "apiVersion: v1\nkind: Pod\n")],
    [/other\.yaml/, /expected/],
  ],
  [
    "a scheduler configuration that is broken YAML",
    ["bench", "--config", file("config-yaml.yaml", "a: [")],
    [/config-yaml\.yaml/],
  ],
  [
    "a scheduler configuration with an unknown plugin",
    [
      "bench",
      "--config",
      file("plugin.yaml", config("profiles: [{ plugins: { score: { enabled: [{ name: NodeMagic }] } } }]")),
    ],
    [/plugin\.yaml/, /NodeMagic/, /expected/],
  ],
  [
    "a scheduler configuration with a bad percentage",
    ["bench", "--config", file("percent.yaml", config("percentageOfNodesToScore: 300"))],
    [/percent\.yaml/, /percentageOfNodesToScore/, /expected/],
  ],
  [
    "a folder that cannot be written to",
    ["run", fine, "--trace", "/dev/null/trace.txt"],
    [/\/dev\/null\/trace\.txt/, /cannot be written/],
  ],
];

describe("bad input > one sentence, and exit code 2", () => {
  for (const [what, args, says] of cases)
    test.concurrent(what, async () => {
      const { code, out, err } = await shakedown(...args);
      expect({ code, out, lines: err.split("\n").length, err }).toEqual({
        code: 2,
        out: "",
        lines: 2,
        err: expect.stringMatching(/^shakedown: [^\n]+\n$/),
      });
      for (const pattern of says) expect(err).toMatch(pattern);
      expect(err).not.toMatch(/\bat (?:\w+ \()?(?:file:|\/|node:)/);
    });
});
