import { expect, test } from "vitest";
import { readPlan } from "../../src/cli/read.ts";
import type { TraceRecord } from "../../src/cluster/trace.ts";
import { drawPlan } from "../../src/harness/arbitraries/family.ts";
import { execute } from "../../src/harness/execute/execute.ts";
import { story, storyLine } from "../../src/harness/story.ts";

const { trace } = execute(readPlan("scenarios/tutorial/walk-of-one-pod.yaml"), { trace: true }).cluster;

/** A station of the walk: a record, and how it reads. */
interface Station {
  readonly who: string | RegExp;
  readonly what: string;
  readonly about: RegExp;
  readonly detail?: RegExp;
  readonly reads: RegExp;
}

const POD = "default/web-[a-z0-9]+-[a-z0-9]+";

const walk: readonly Station[] = [
  {
    who: "kubectl",
    what: "create",
    about: /^deployments\.apps default\/web$/,
    reads: /kubectl creates deployments\.apps default\/web$/,
  },
  {
    who: "kube-controller-manager",
    what: "create",
    about: /^replicasets\.apps default\/web-/,
    reads: /kube-controller-manager creates replicasets\.apps default\/web-[a-z0-9]+$/,
  },
  {
    who: "kube-controller-manager",
    what: "create",
    about: /^pods default\/web-/,
    reads: new RegExp(`kube-controller-manager creates pods ${POD}$`),
  },
  {
    who: "kube-scheduler",
    what: "assume",
    about: /default\/web-/,
    reads: new RegExp(`kube-scheduler assumes a node for ${POD} \\(node-\\d\\)$`),
  },
  {
    who: "kube-scheduler",
    what: "create",
    about: /^pods default\/web-.*\/binding$/,
    reads: new RegExp(`kube-scheduler binds pods ${POD}$`),
  },
  {
    who: /^kubelet\//,
    what: "runtime",
    about: /default\/web-/,
    detail: /RunPodSandbox/,
    reads: new RegExp(`kubelet/node-\\d calls its runtime for ${POD} \\(RunPodSandbox\\)$`),
  },
  {
    who: /^kubelet\//,
    what: "runtime",
    about: /default\/web-/,
    detail: /PullImage CreateContainer StartContainer/,
    reads: /\(PullImage CreateContainer StartContainer\)$/,
  },
  {
    who: /^kubelet\//,
    what: "patch",
    about: /^pods default\/web-.*\/status$/,
    reads: new RegExp(`kubelet/node-\\d patches pods ${POD}'s status$`),
  },
  {
    who: /^kubelet\//,
    what: "readiness probe",
    about: /default\/web-/,
    detail: / ok /,
    reads: new RegExp(`kubelet/node-\\d runs the readiness probe of ${POD} \\(nginx/0 ok\\)$`),
  },
  { who: /^kubelet\//, what: "patch", about: /^pods default\/web-.*\/status$/, reads: /'s status$/ },
  {
    who: "kube-controller-manager",
    what: "update",
    about: /^endpointslices\.discovery\.k8s\.io default\/web-/,
    reads: /kube-controller-manager updates endpointslices\.discovery\.k8s\.io default\/web-[a-z0-9]+$/,
  },
  {
    who: /^kube-proxy\/node-1$/,
    what: "iptables-restore",
    about: /^node-1$/,
    reads: /kube-proxy\/node-1 writes the rules of node-1 \(1 services?\)$/,
  },
];

function fits(value: string, pattern: string | RegExp): boolean {
  return typeof pattern === "string" ? value === pattern : pattern.test(value);
}

function stationAfter(records: readonly TraceRecord[], from: number, { who, what, about, detail }: Station): number {
  return records.findIndex(
    (record, i) =>
      i >= from &&
      fits(record.who, who) &&
      record.what === what &&
      about.test(record.about) &&
      (detail?.test(record.detail ?? "") ?? true),
  );
}

test("walk-of-one-pod > the pod passes every station in order, and each reads as a sentence", () => {
  let at = 0;
  let clock = 0;
  for (const station of walk) {
    const found = stationAfter(trace, at, station);
    expect(
      found,
      `after record ${at}: ${String(station.who)} ${station.what} ${station.about.source}`,
    ).toBeGreaterThanOrEqual(at);
    const record = trace[found];
    if (record === undefined) return;
    expect(storyLine(record)).toMatch(station.reads);
    expect(record.at).toBeGreaterThanOrEqual(clock);
    clock = record.at;
    at = found + 1;
  }
});

test("walk-of-one-pod > every node's rules are written once the address is in the slice", () => {
  const slice = trace.findLastIndex(
    ({ who, what, about }) =>
      who === "kube-controller-manager" && what === "update" && about.startsWith("endpointslices."),
  );
  expect(slice).toBeGreaterThan(0);
  for (const node of ["node-1", "node-2"])
    expect(trace.some((record, i) => i > slice && record.what === "iptables-restore" && record.about === node)).toBe(
      true,
    );
});

test("walk-of-one-pod > no station comes before the one that causes it", () => {
  const first = (test: (record: TraceRecord) => boolean): number => trace.findIndex(test);
  const order = [
    first(({ who, about }) => who === "kubectl" && about === "deployments.apps default/web"),
    first(({ about }) => about.startsWith("replicasets.apps default/web-")),
    first(({ about }) => about.startsWith("pods default/web-")),
    first(({ about }) => about.endsWith("/binding")),
    first(({ what, about }) => what === "runtime" && about.startsWith("default/web-")),
    first(({ who, about }) => who.startsWith("kubelet/") && about.startsWith("pods default/web-")),
  ];
  expect(order.every((at) => at >= 0)).toBe(true);
  expect(order).toEqual([...order].sort((a, b) => a - b));
});

test("every line of a story has a time, an actor and a verb, whatever happens", () => {
  const plans = [0, 1, 2, 3].map((index) => drawPlan(51, index, { nodes: 4 }));
  const records = [...trace, ...plans.flatMap((plan) => execute(plan, { trace: true }).cluster.trace)];
  for (const line of story(records))
    expect(line).toMatch(/^ +\d+\.\d{3} s {2}[a-z][a-z0-9/-]* (?!reports )[a-z]+s(?: \S|$)/);
  expect(new Set(records.map(({ what }) => what)).size).toBeGreaterThan(20);
});
