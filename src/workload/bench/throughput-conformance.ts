import { cast } from "../../base/units.ts";
import type { CaseOutcome, Conformance, Difference } from "../../harness/conformance/conformance.ts";
import type { WorkloadCluster } from "../cluster-of.ts";
import { digestPlacement, emptyPlacements, placementsHex } from "../placement-digest.ts";
import { scheduleWorkload } from "../schedule-workload.ts";
import { algorithmFor } from "../workload-algorithm.ts";
import { loadWorkload } from "./load-workload.ts";

interface Run {
  readonly pods: number;
  readonly digest: string;
  readonly checkpoints: readonly { readonly pods: number; readonly digest: string }[] | null;
  readonly first: readonly string[];
}

interface Recording {
  readonly workload: string;
  readonly size: string;
  readonly runs: { readonly [percentage: string]: Run };
}

/**
 * Replays what the real scheduler chose over the benchmark's workloads. A decision is one pod. Digests stand every 500 pods:
 * behind the last one that agrees, all pods of a run count as disagreeing.
 */
export const throughputConformance: Conformance = {
  area: "throughput",
  recognises: (line) =>
    typeof line["workload"] === "string" && typeof line["size"] === "string" && typeof line["runs"] === "object",
  replay(line) {
    const { workload, size, runs } = cast<Recording>(line);
    const { make } = loadWorkload({ name: workload, size });
    const sums = { decisions: 0, agree: 0, disagree: 0, notSupported: 0 };
    const differences: Difference[] = [];
    for (const [percentage, run] of Object.entries(runs)) {
      sums.decisions += run.pods;
      const nodes = replayRun(make(), percentage, run.pods);
      const agree = agreeing(nodes, run);
      sums.agree += agree;
      sums.disagree += run.pods - agree;
      if (agree < run.pods) differences.push(firstDifference(nodes, run, percentage, agree));
    }
    return { family: workload, name: `${workload}-${size}`, ...sums, differences } satisfies CaseOutcome;
  },
};

function replayRun(cluster: WorkloadCluster, percentage: string, pods: number): readonly string[] {
  const options = percentage === "default" ? {} : { percentageOfNodesToScore: Number(percentage) };
  const algorithm = algorithmFor(cluster, options);
  return scheduleWorkload(algorithm, { ...cluster, measured: cluster.measured.slice(0, pods) }).nodes;
}

/** How many pods, from the first, are known to be placed as recorded. */
function agreeing(nodes: readonly string[], run: Run): number {
  const expected = new Map([...(run.checkpoints ?? []), run].map(({ pods, digest }) => [pods, digest]));
  const digest = emptyPlacements();
  let agree = 0;
  for (const [index, node] of nodes.entries()) {
    digestPlacement(digest, node);
    const known = expected.get(index + 1);
    if (known === undefined) continue;
    if (known !== placementsHex(digest)) break;
    agree = index + 1;
  }
  return agree;
}

function firstDifference(nodes: readonly string[], run: Run, percentage: string, agree: number): Difference {
  const index = run.first.findIndex((node, i) => node !== nodes[i]);
  if (index >= 0)
    return { where: `percentage ${percentage}, pod ${index}`, expected: run.first[index], actual: nodes[index] };
  const where = `percentage ${percentage}, digest of the pods after ${agree}`;
  return { where, expected: run.digest, actual: "another" };
}
