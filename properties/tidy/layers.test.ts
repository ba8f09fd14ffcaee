import { posix } from "node:path";
import { expect, test } from "vitest";
import { type Source, sources } from "./sources.ts";

const SERVER = ["base", "api", "etcd", "apiserver"];
const COMPONENTS = ["scheduler", "controllers", "kubelet", "network", "cloud"];
const BELOW_CLUSTER = [...SERVER, "client", ...COMPONENTS];

/** What each folder of src may import besides itself: the table of docs/architecture.md. */
const MAY_IMPORT: { readonly [folder: string]: readonly string[] } = {
  base: [],
  api: ["base"],
  etcd: ["base", "api"],
  apiserver: ["base", "api", "etcd"],
  client: ["base", "api"],
  scheduler: ["base", "api", "client"],
  controllers: ["base", "api", "client"],
  kubelet: ["base", "api", "client"],
  network: ["base", "api", "client"],
  cloud: ["base", "api", "client"],
  cluster: BELOW_CLUSTER,
  harness: [...BELOW_CLUSTER, "cluster"],
  workload: [...BELOW_CLUSTER, "cluster", "harness"],
  report: [...BELOW_CLUSTER, "cluster", "harness", "workload"],
  serve: [...BELOW_CLUSTER, "cluster", "harness", "workload", "report"],
  cli: [...BELOW_CLUSTER, "cluster", "harness", "workload", "report", "serve"],
};

/** Import specifiers, type-only ones and re-exports included. */
function specifiers(text: string): readonly string[] {
  const pattern = /(?:\bfrom|\bimport)\s*\(?\s*["']([^"']+)["']/g;
  return [...text.matchAll(pattern)].map((match) => match[1] ?? "");
}

/** Sentences about imports against the table. */
function violations(files: readonly Source[]): readonly string[] {
  const found: string[] = [];
  for (const { path, text } of files) {
    const [, folder = "", inside] = path.split("/");
    if (inside === undefined) continue;
    const allowed = MAY_IMPORT[folder];
    if (allowed === undefined) found.push(`${path}: the folder ${folder} is not in the table`);
    for (const specifier of specifiers(text).filter((one) => one.startsWith("."))) {
      const target = posix.join(posix.dirname(path), specifier);
      const [root, other = ""] = target.split("/");
      const fine = root === "src" && (other === folder || allowed?.includes(other) === true);
      if (!fine) found.push(`${path}: must not import ${target}`);
    }
  }
  return found;
}

test("layers > the checker finds planted violations", () => {
  const planted: Source[] = [
    { path: "src/etcd/a.ts", text: 'import type { A } from "../apiserver/a.ts";' },
    { path: "src/kubelet/a.ts", text: 'export * from "../network/a.ts";' },
    { path: "src/scheduler/plugins/x/a.ts", text: 'const a = await import("../../../etcd/a.ts");' },
    { path: "src/client/a.ts", text: 'import "../../properties/tidy/sources.ts";' },
    { path: "src/elsewhere/a.ts", text: "" },
    { path: "src/cluster/a.ts", text: 'import { b } from "../network/b.ts";\nimport { z } from "zod";' },
  ];
  expect(violations(planted)).toEqual([
    "src/etcd/a.ts: must not import src/apiserver/a.ts",
    "src/kubelet/a.ts: must not import src/network/a.ts",
    "src/scheduler/plugins/x/a.ts: must not import src/etcd/a.ts",
    "src/client/a.ts: must not import properties/tidy/sources.ts",
    "src/elsewhere/a.ts: the folder elsewhere is not in the table",
  ]);
});

test("layers > no folder of src imports what stands above it", () => {
  const files = sources("src").filter(({ path }) => !path.endsWith(".test.ts"));
  expect(files.length).toBeGreaterThan(20);
  expect(violations(files)).toEqual([]);
});
