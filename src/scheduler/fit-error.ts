import { compareText } from "../base/order.ts";
import type { Diagnosis } from "./framework/cycle.ts";
import type { Status } from "./framework/status.ts";

/** The sentence of a failed attempt: "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) had untolerated taint(s)." */
export function fitErrorMessage(nodes: number, diagnosis: Diagnosis, postFilterMessage = ""): string {
  let text = `0/${nodes} nodes are available:`;
  if (diagnosis.preFilterMessage !== "") text += ` ${diagnosis.preFilterMessage}.`;
  else {
    const counted = histogram(nodes, diagnosis);
    if (counted !== "") text += ` ${counted}.`;
  }
  return postFilterMessage === "" ? text : `${text} ${postFilterMessage}`;
}

/** "<count> <reason>" of all reasons, sorted as texts; nodes without a status of their own count with the absent one. */
function histogram(nodes: number, diagnosis: Diagnosis): string {
  const counts = new Map<string, number>();
  const count = (status: Status, by: number): void => {
    for (const reason of status.reasons) counts.set(reason, (counts.get(reason) ?? 0) + by);
  };
  const { known } = diagnosis;
  if (known !== undefined) for (const [status, by] of known.counts) count(status, by);
  else for (const status of diagnosis.nodes.values()) count(status, 1);
  const absent = known === undefined ? nodes - diagnosis.nodes.size : 0;
  if (absent > 0 && diagnosis.absent !== undefined) count(diagnosis.absent, absent);
  return [...counts]
    .map(([reason, n]) => `${n} ${reason}`)
    .sort(compareText)
    .join(", ");
}

/** A diagnosis that says nothing yet. */
export function emptyDiagnosis(): Diagnosis {
  return {
    nodes: new Map(),
    known: undefined,
    absent: undefined,
    unschedulablePlugins: new Set(),
    pendingPlugins: new Set(),
    preFilterMessage: "",
  };
}
