import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { readInputs, readPlan } from "../../src/cli/read.ts";
import { execute } from "../../src/harness/execute/execute.ts";
import type { Plan } from "../../src/harness/plan/plan.ts";

const isPlan = (file: string): boolean => readInputs([file]).plans.length === 1;
const yamls = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith(".yaml"))
    .sort()
    .map((name) => `${folder}/${name}`);
const scenarios = [
  ...yamls("scenarios/tutorial"),
  ...yamls("scenarios/workloads"),
  ...yamls("scenarios/schedulers"),
  ...yamls("scenarios/upstream"),
  "scenarios/plugins/rack/plan.yaml",
];

for (const file of scenarios.filter(isPlan))
  test(`${file} > every check is held, and nothing is violated but what it says that upstream violates`, () => {
    const plan = readPlan(file);
    const history = execute(plan);
    expect(history.checks.filter(({ verdict }) => verdict !== "held")).toEqual([]);
    expect(history.checks).toHaveLength(
      plan.spec.steps.filter((step) => "step" in step && step.step === "check").length,
    );
    const { violation } = plan.spec;
    expect(violation === undefined || file.startsWith("scenarios/upstream/")).toBe(true);
    expect(history.violations.map(({ invariant, object }) => ({ invariant, object }))).toEqual(
      violation === undefined ? [] : [{ invariant: violation.invariant, object: violation.object }],
    );
    if (violation !== undefined) expect(history.digest).toBe(violation.digest);
    expect(history.quietAt).toBeDefined();
  });

/** A plan that does nothing but apply the objects of a file. */
function planOf(file: string): Plan {
  const { manifests } = readInputs([file]);
  return {
    apiVersion: "shakedown/v1",
    kind: "Plan",
    metadata: { name: file },
    spec: {
      seed: 1,
      cluster: {
        nodes: [{ count: 6, zones: 3, cpu: "4", memory: "16Gi", pods: 110, labels: {}, taints: [] }],
        controlPlane: { apiServers: 1 },
        network: { latencyMs: { min: 1, max: 5 } },
      },
      images: [],
      schedule: { policy: "fifo" },
      mode: "quiet",
      steps: [{ at: 0, step: "apply", params: { manifests } }],
      expect: [{ invariant: "all" }, { converges: { within: 600_000 } }],
      mutants: [],
    },
  };
}

for (const file of scenarios.filter((one) => !isPlan(one)))
  test(`${file} > comes up wholly on six nodes, and nothing is violated`, () => {
    const history = execute(planOf(file));
    expect(history.violations).toEqual([]);
    expect(history.quietAt).toBeDefined();
    expect(history.seen).toContain("some-pod-became-ready");
  });

test("kubernetes-basics > the rollout to a missing image stops at READY 3/4, UP-TO-DATE 2, AVAILABLE 3 with two pods waiting", () => {
  const plan = readPlan("scenarios/tutorial/kubernetes-basics.yaml");
  const stuck = plan.spec.steps.flatMap((step, index) =>
    "step" in step && step.step === "check" && "podsWaiting" in step.params ? [{ index, params: step.params }] : [],
  );
  expect(stuck).toHaveLength(2);
  const { checks } = execute(plan);
  for (const { index, params } of stuck) {
    expect(params).toMatchObject({
      ready: "3/4",
      upToDate: 2,
      available: 3,
      podsWaiting: { reasons: ["ErrImagePull", "ImagePullBackOff"], count: 2 },
    });
    expect(checks.find(({ step }) => step === index)?.verdict).toBe("held");
  }
});

test("kubernetes-basics > a check of what is not so fails", () => {
  const plan = readPlan("scenarios/tutorial/kubernetes-basics.yaml");
  const steps = plan.spec.steps.map((step) =>
    "step" in step && "podsWaiting" in step.params ? { ...step, params: { ...step.params, available: 4 } } : step,
  );
  const { checks } = execute({ ...plan, spec: { ...plan.spec, steps } });
  expect(checks.filter(({ verdict }) => verdict === "failed")).toHaveLength(2);
});
