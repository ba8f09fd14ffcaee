import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { userPolicy } from "../../src/apiserver/authorization/bootstrap-policy.ts";
import { handleHttp } from "../../src/apiserver/http/http.ts";
import { backendOf, contextOf } from "../../src/serve/http/exchange.ts";
import type { Simulation } from "../../src/serve/clock/simulation.ts";
import { fillPlaceholders } from "../../src/harness/conformance/kubectl-names.ts";

/** A command of kubectl as it was recorded. */
export interface RecordedCommand {
  readonly k: readonly string[];
  readonly stdin?: string;
  readonly env?: { readonly [name: string]: string };
  readonly r: { readonly code: number; readonly out?: string; readonly err?: string };
}

/** A request that sets the stage. */
interface SetUp {
  readonly m: string;
  readonly p: string;
  readonly n?: string;
  readonly h?: { readonly [name: string]: string };
  readonly b?: unknown;
}

/** One recorded case: requests and commands in their order. */
export interface RecordedCase {
  readonly id: string;
  readonly steps: readonly (SetUp | RecordedCommand)[];
}

const FILE = "properties/conformance/golden/kubectl/kubectl.jsonl.gz";

/** All recorded cases. */
export function recordedCases(): readonly RecordedCase[] {
  return gunzipSync(readFileSync(FILE))
    .toString("utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as RecordedCase);
}

/** Empties a paused cluster and makes it what the recordings began with: namespace t, service accounts, a Service. */
export function resetCluster(simulation: Simulation): void {
  const { etcd } = simulation.cluster.apiServer;
  for (const [resource, table] of etcd.state.tables)
    etcd.txn(
      [],
      [...table.values.keys()].map((key) => ({ resource, key })),
    );
  const create = (path: string, body: object): void => {
    handleHttp(backendOf(simulation), { method: "POST", path, body }, contextOf(simulation));
  };
  for (const name of ["default", "kube-system", "kube-public", "kube-node-lease", "t"])
    create("/api/v1/namespaces", { metadata: { name } });
  for (const namespace of ["default", "t"])
    create(`/api/v1/namespaces/${namespace}/serviceaccounts`, { metadata: { name: "default" } });
  const port = { name: "https", port: 443, targetPort: 6443 };
  create("/api/v1/namespaces/default/services", {
    metadata: { name: "kubernetes" },
    spec: { clusterIP: "10.96.0.1", ports: [port] },
  });
  for (const policy of userPolicy())
    create(
      `/apis/rbac.authorization.k8s.io/v1/${policy.kind === "ClusterRole" ? "clusterroles" : "clusterrolebindings"}`,
      policy,
    );
}

/** Sends one request that sets the stage; `answers` keeps what named requests were answered with. */
export function setUp(simulation: Simulation, step: SetUp, answers: Map<string, unknown>): void {
  const { p, b } = JSON.parse(
    fillPlaceholders(JSON.stringify({ p: step.p, b: step.b }), answers, simulation.now),
  ) as SetUp;
  const answer = handleHttp(
    backendOf(simulation),
    { method: step.m, path: p, ...(step.h !== undefined && { headers: step.h }), ...(b !== undefined && { body: b }) },
    contextOf(simulation),
  );
  if (step.n !== undefined) answers.set(step.n, answer.body);
}

const AGE = /(?<![\w.-])(?:\d+[dhms]){1,2}(?![\w-])/g;

/** Text without what differs from run to run: ages, generated endings, allocated addresses, runs of blanks. */
export function comparableText(text: string): string {
  return text
    .replaceAll(AGE, "AGE")
    .replaceAll(/\b10\.\d+\.\d+\.\d+\b|\bip\d+\b/g, "IP")
    .replaceAll(/:3\d{4}\//g, ":NODEPORT/")
    .replaceAll(/nodePort\d+/g, "NODEPORT")
    .replaceAll(/kube-api-access-\w{5}/g, "kube-api-access-xxxxx")
    .replaceAll(/pod\/g-\w{5}/g, "pod/g-xxxxx")
    .replaceAll(" from t namespace", "")
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z|\bT[+-]\d+s/g, "T")
    .replaceAll(/\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}/g, "T")
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\buid\d+\b/g, "UID")
    .replaceAll(/("?resourceVersion"?|Resource Version): +"?\w+"?/g, "$1: RV")
    .replaceAll(/^.*version difference between client.*$\n?/gm, "")
    .replaceAll(/[ \t]+/g, " ")
    .trim();
}
