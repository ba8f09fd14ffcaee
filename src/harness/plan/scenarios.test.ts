import { readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { placeOfKind } from "../steps/kinds.ts";
import { parseManifests } from "./manifests.ts";
import { parsePlan } from "./parse.ts";
import { printPlan } from "./print.ts";

const text = (path: string): string => readFileSync(path, "utf8");

function yamlFiles(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => join(folder, name));
}

const plans = [...yamlFiles("scenarios/tutorial"), ...yamlFiles("scenarios/regressions")].filter((path) =>
  /^kind: Plan$/m.test(text(path)),
);

describe("scenarios", () => {
  test.each(plans)("%s is a plan that survives printing", (path) => {
    const plan = parsePlan(text(path), path, (file) => text(join(dirname(path), file)));
    // A bug that shows at the start of a cluster needs no step.
    expect(plan.spec.steps.length > 0 || plan.spec.violation !== undefined).toBe(true);
    expect(parsePlan(printPlan(plan), path, String)).toEqual(plan);
  });

  test.each(yamlFiles("scenarios/workloads"))("%s holds manifests of known kinds", (path) => {
    const manifests = parseManifests(text(path), path);
    expect(manifests.filter((manifest) => placeOfKind(manifest) === undefined)).toEqual([]);
  });

  test("the shop has its 35 objects, the course platform its six services in five workloads", () => {
    const kinds = (path: string): string[] => parseManifests(text(path), path).map(({ kind }) => kind);
    expect(kinds("scenarios/workloads/online-boutique.yaml")).toHaveLength(35);
    const course = kinds("scenarios/workloads/course-platform.yaml");
    expect(course.filter((kind) => kind === "Deployment")).toHaveLength(5);
    expect(course.filter((kind) => kind === "Service")).toHaveLength(8);
  });
});
