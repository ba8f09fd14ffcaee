import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { present } from "../../src/base/assert.ts";
import { readPlan } from "../../src/cli/read.ts";
import { execute } from "../../src/harness/execute/execute.ts";
import { allInvariants } from "../../src/harness/invariants/index.ts";
import { allMutants } from "../../src/harness/mutants/corpus.ts";

const FOLDER = "scenarios/regressions";
const STEPS_MAX = 12;
const names = readdirSync(FOLDER)
  .filter((name) => name.endsWith(".yaml"))
  .sort();

for (const name of names) {
  const plan = readPlan(`${FOLDER}/${name}`);
  const { mutants } = plan.spec;
  const saved = present(plan.spec.violation, `violation of ${name}`);

  if (mutants.length > 0)
    test(`${name} > its planted bug breaks the same invariant for the same object, with the same digest`, () => {
      const history = execute(plan);
      expect(history.violations).toContainEqual(
        expect.objectContaining({ invariant: saved.invariant, object: saved.object }),
      );
      expect(history.digest).toBe(saved.digest);
      expect(plan.spec.steps.length).toBeLessThanOrEqual(STEPS_MAX);
    });

  test(`${name} > without a bug every invariant holds`, () => {
    const mended = { ...plan, spec: { ...plan.spec, mutants: [] } };
    expect(execute(mended, { invariants: allInvariants }).violations).toEqual([]);
  });
}

test("every planted bug of the corpus has its regression", () => {
  for (const { id, invariant } of allMutants) {
    const { spec } = readPlan(`${FOLDER}/${id}.yaml`);
    expect(spec.mutants).toEqual([id]);
    expect(spec.violation?.invariant).toBe(invariant);
  }
});
