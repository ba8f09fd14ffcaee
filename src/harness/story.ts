import type { Millis } from "../base/units.ts";
import type { TraceRecord } from "../cluster/trace.ts";

/** One record as a line for people: "   12.345 s  kube-scheduler binds pods default/web-1". */
export function storyLine(record: TraceRecord): string {
  return `${clock(record.at)}  ${sentence(record)}`;
}

/** The records that people care about: leases, Events and refused look-ups are left out. */
export function story(records: readonly TraceRecord[]): string[] {
  return records.filter(({ about }) => !/^(events|leases\.coordination\.k8s\.io) /.test(about)).map(storyLine);
}

function sentence({ who, what, about, detail }: TraceRecord): string {
  const verb = VERBS[what];
  if (verb !== undefined)
    return `${who} ${about.endsWith("/binding") ? "binds" : verb} ${place(about)}${refusal(detail)}`;
  const tell = TELL[what];
  if (tell !== undefined) return `${who} ${tell(about, detail)}`;
  if (about.startsWith("step ")) return `${who} starts ${about}: ${what}`;
  return `${who} reports ${what} of ${about}${bracket(detail)}`;
}

/** Requests to the API server. */
const VERBS: { readonly [what: string]: string } = {
  create: "creates",
  update: "updates",
  patch: "patches",
  delete: "deletes",
  deletecollection: "deletes all",
};

/** Everything else that is recorded, by its name. */
const TELL: { readonly [what: string]: (about: string, detail?: string) => string } = {
  assume: (pod, node) => `assumes a node for ${pod}${bracket(node)}`,
  unschedulable: (pod, why) => `finds no node for ${pod}${bracket(why)}`,
  runtime: (pod, calls) => `calls its runtime for ${pod}${bracket(calls)}`,
  "iptables-restore": (node, size) => `writes the rules of ${node}${bracket(size)}`,
  "startup probe": (pod, result) => `runs the startup probe of ${pod}${bracket(answer(result))}`,
  "readiness probe": (pod, result) => `runs the readiness probe of ${pod}${bracket(answer(result))}`,
  "liveness probe": (pod, result) => `runs the liveness probe of ${pod}${bracket(answer(result))}`,
  crashed: () => "crashes",
  started: () => "starts again",
  "powered off": () => "loses its power",
  "powered on": () => "gets its power back",
  "killed container": (container, code) => `kills the container ${container}${bracket(code, "exit code ")}`,
  connected: (server) => `connects to ${server}`,
  "saw no news of etcd": (resource) => `begins to lag behind etcd${bracket(resource === "*" ? "" : resource)}`,
  "lost its watch of etcd": (resource) => `loses its watch of etcd${bracket(resource === "*" ? "" : resource)}`,
  "caught up with etcd": (resource) => `has caught up with etcd${bracket(resource === "*" ? "" : resource)}`,
  "watch closed": (resource, why) => `loses its watch of ${resource}${bracket(why)}`,
  compacted: (revision) => `forgets its history before revision ${revision}`,
  "fault began": (fault, where) => `begins the fault ${fault}${bracket(where)}`,
  "fault healed": (fault, where) => `heals the fault ${fault}${bracket(where)}`,
  "disturbance began": (_, about) => `begins a disturbance${bracket(about)}`,
  "disturbance ended": (_, about) => `ends a disturbance${bracket(about)}`,
  "check held": (step, found) => `checks ${step}, which holds${bracket(found)}`,
  "check failed": (step, found) => `checks ${step}, which fails${bracket(found)}`,
  "check open": (step, found) => `checks ${step} by sending packets${bracket(found)}`,
  "command done": (step, message) => `ends ${step}${bracket(message)}`,
  "command failed": (step, message) => `fails at ${step}${bracket(message)}`,
};

function place(about: string): string {
  return about
    .replace(/\/binding$/, "")
    .replace(" /", " ")
    .replace(/\/status$/, "'s status");
}

/** A number is the revision of a write; a word is why there was none. */
function refusal(detail: string | undefined): string {
  return detail === undefined || /^\d+$/.test(detail) ? "" : ` (refused: ${detail})`;
}

function bracket(detail: string | undefined, before = ""): string {
  return detail === undefined || detail === "" ? "" : ` (${before}${detail})`;
}

/** Without the time of the tick. */
function answer(result: string | undefined): string | undefined {
  return result?.replace(/ \d+$/, "");
}

function clock(at: Millis): string {
  return `${(at / 1000).toFixed(3).padStart(9)} s`;
}
