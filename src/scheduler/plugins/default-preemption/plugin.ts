import type { Pod } from "../../../api/types/core-v1.ts";
import type { PodDisruptionBudget } from "../../../api/types/policy-v1.ts";
import { cast } from "../../../base/units.ts";
import { podPriority, podUid } from "../../cache/pod-info.ts";
import type { NodeInfo } from "../../cache/node-info.ts";
import { emptyDiagnosis, fitErrorMessage } from "../../fit-error.ts";
import type { Cycle, Diagnosis } from "../../framework/cycle.ts";
import { nodeInSnapshot, verdictOn } from "../../framework/cycle.ts";
import type { Plugin } from "../../framework/plugin.ts";
import type { Status } from "../../framework/status.ts";
import { status } from "../../framework/status.ts";
import type { Candidate } from "./candidates.ts";
import { pickCandidate } from "./candidates.ts";
import { selectVictims } from "./victims.ts";

const NAME = "DefaultPreemption";
const NOT_HELPFUL = status("", "UnschedulableAndUnresolvable", "Preemption is not helpful for scheduling");

const WAITING = status(NAME, "UnschedulableAndUnresolvable", "waiting for the preemption for this pod to be finished");

/** What a dry run of preemption found. */
export interface PreemptionDetail {
  readonly candidates: readonly Candidate[];
  /** Verdicts of the nodes that were tried in vain. */
  readonly rejected: ReadonlyMap<string, Status>;
}

/** Looks for pods of lower priority whose removal lets the pod run, and nominates their node. */
export const DefaultPreemption: Plugin = {
  name: NAME,
  preEnqueue: (pod, _objects, isPreempting) => (isPreempting?.(podUid(pod)) === true ? WAITING : undefined),
  postFilter(cycle, diagnosis) {
    const ineligible = whyNotEligible(cycle, diagnosis);
    if (ineligible !== undefined) return { status: failed(ineligible) };
    const detail = dryRun(cycle, diagnosis);
    const best = pickCandidate(detail.candidates);
    if (best !== undefined) return { result: { nominatedNodeName: best.node, victims: best.pods, detail } };
    const told: Diagnosis = { ...emptyDiagnosis(), nodes: new Map(detail.rejected), absent: NOT_HELPFUL };
    const message = fitErrorMessage(cycle.snapshot.list.length, told);
    return { result: { nominatedNodeName: "", detail }, status: failed(message) };
  },
};

function failed(message: string): Status {
  return status(NAME, "Unschedulable", `preemption: ${message}`);
}

/** A pod may not preempt by policy, nor while victims of its earlier preemption are still on their way out. */
function whyNotEligible(cycle: Cycle, diagnosis: Diagnosis): string | undefined {
  const { pod } = cycle;
  if (pod.spec.preemptionPolicy === "Never") return "not eligible due to preemptionPolicy=Never.";
  const promised = pod.status?.nominatedNodeName ?? "";
  if (promised === "") return undefined;
  const node = nodeInSnapshot(cycle, promised);
  const verdict = node === undefined ? diagnosis.absent : verdictOn(diagnosis, node);
  if (verdict === undefined || verdict.code === "UnschedulableAndUnresolvable") return undefined;
  const priority = podPriority(pod);
  for (const other of node?.pods ?? []) {
    if (podPriority(other) < priority && isTerminatingByPreemption(other))
      return "not eligible due to a terminating pod on the nominated node.";
  }
  return undefined;
}

function isTerminatingByPreemption(pod: Pod): boolean {
  if (pod.metadata.deletionTimestamp === undefined) return false;
  const condition = pod.status?.conditions?.find(({ type }) => type === "DisruptionTarget");
  return condition?.status === "True" && condition.reason === "PreemptionByScheduler";
}

/** Tries all nodes that said plainly Unschedulable, until enough candidates are known. */
function dryRun(cycle: Cycle, diagnosis: Diagnosis): PreemptionDetail {
  const potential = potentialNodes(cycle, diagnosis);
  const candidates: Candidate[] = [];
  const rejected = new Map<string, Status>();
  if (potential.length === 0) return { candidates, rejected };
  const args = cycle.profile.args.DefaultPreemption;
  const share = Math.floor((potential.length * args.minCandidateNodesPercentage) / 100);
  const enough = Math.min(Math.max(share, args.minCandidateNodesAbsolute), potential.length);
  const budgets = [...cycle.objects.list("poddisruptionbudgets.policy")].map((budget) =>
    cast<PodDisruptionBudget>(budget),
  );
  const remembered = cast<(Candidate | Status | undefined)[] | undefined>(
    diagnosis.known?.dryRuns(podPriority(cycle.pod), budgets),
  );
  let harmless = 0;
  for (const node of potential) {
    const found = remembered?.[node.row] ?? dryRunOn(cycle, node, budgets);
    if (remembered !== undefined) remembered[node.row] = found;
    if ("code" in found) {
      rejected.set(node.name, found);
      continue;
    }
    candidates.push(found);
    if (found.violations === 0) harmless += 1;
    if (harmless > 0 && candidates.length >= enough) break;
  }
  return { candidates, rejected };
}

function dryRunOn(cycle: Cycle, node: NodeInfo, budgets: readonly PodDisruptionBudget[]): Candidate | Status {
  const found = selectVictims(cycle, node, budgets);
  if ("code" in found) return found;
  if (found.pods.length === 0) return status("", "Error", `expected at least one victim pod on node "${node.name}"`);
  return { ...found, node: node.name };
}

function potentialNodes(cycle: Cycle, diagnosis: Diagnosis): readonly NodeInfo[] {
  return cycle.snapshot.list.filter((node) => verdictOn(diagnosis, node)?.code === "Unschedulable");
}
