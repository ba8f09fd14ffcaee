import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { execute } from "../../src/harness/execute/execute.ts";
import { allExpectations } from "../../src/harness/expectations/index.ts";
import { faultNamed, faultNames } from "../../src/harness/faults/index.ts";
import { parsePlan } from "../../src/harness/plan/parse.ts";
import type { Plan } from "../../src/harness/plan/plan.ts";
import { stepNames } from "../../src/harness/steps/index.ts";

const text = readFileSync(new URL("../../docs/plans.md", import.meta.url), "utf8");

/** The plans that the page shows. */
function examples(): readonly Plan[] {
  return [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, plan = ""]) =>
    parsePlan(plan, "docs/plans.md", (path) => path),
  );
}

/** Names in the first column of a table's rows. */
const told = new Set([...text.matchAll(/^\| (`[^|]*) \|/gm)].flatMap(([, cell = ""]) => cell.match(/[\w-]+/g) ?? []));

describe("docs/plans.md", () => {
  test("shows plans that run and hold", () => {
    expect(examples()).toHaveLength(1);
    for (const plan of examples()) {
      const { violations, checks } = execute(plan);
      expect(violations).toEqual([]);
      expect(checks.filter(({ verdict }) => verdict === "failed")).toEqual([]);
    }
  });

  test("names every command, fault and expectation", () => {
    const names = [...stepNames(), ...faultNames(), ...allExpectations.map(({ name }) => name)];
    expect(names.filter((name) => !told.has(name))).toEqual([]);
  });

  test("names the parameters of every fault", () => {
    for (const name of faultNames()) {
      const row = text.split("\n").find((line) => line.startsWith(`| \`${name}\``)) ?? "";
      const { schema } = faultNamed(name) ?? {};
      const shape: unknown = schema === undefined ? undefined : Reflect.get(schema, "shape");
      for (const parameter of Object.keys(shape ?? {}))
        expect(row, `${name}: ${parameter}`).toContain(`\`${parameter}\``);
    }
  });
});
