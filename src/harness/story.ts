import type { Millis } from "../base/units.ts";
import type { TraceRecord } from "../cluster/trace.ts";

/** One record as a line for people: "   12.345 s  kube-scheduler binds pods default/web-1". */
export function storyLine(record: TraceRecord): string {
  const { at, who, what, about, detail } = record;
  const verb = VERBS[what] ?? what;
  const outcome = detail === undefined || /^\d+$/.test(detail) ? "" : ` (${detail})`;
  const place = about.startsWith("step ") ? about : about.replace(" /", " ").replace(/\/status$/, "'s status");
  if (about.endsWith("/binding")) return `${clock(at)}  ${who} binds ${about.slice(0, -"/binding".length)}${outcome}`;
  return `${clock(at)}  ${who} ${verb} ${place}${outcome}`;
}

/** The records that people care about: leases, Events and refused look-ups are left out. */
export function story(records: readonly TraceRecord[]): string[] {
  return records.filter(({ about }) => !/^(events|leases\.coordination\.k8s\.io) /.test(about)).map(storyLine);
}

const VERBS: { readonly [what: string]: string } = {
  create: "creates",
  update: "updates",
  patch: "patches",
  delete: "deletes",
  assume: "assumes a node for",
  runtime: "calls its runtime for",
  "iptables-restore": "writes the rules of",
  deletecollection: "deletes all",
};

function clock(at: Millis): string {
  return `${(at / 1000).toFixed(3).padStart(9)} s`;
}
