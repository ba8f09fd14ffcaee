import { readFileSync, readdirSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import type { ApiObject } from "../../src/api/object.ts";
import type { Pod } from "../../src/api/types/core-v1.ts";
import { cast } from "../../src/base/units.ts";
import { emptyRecordedCluster, remove, store } from "../../src/harness/conformance/scheduler-cluster.ts";
import { attempt } from "../../src/scheduler/attempt.ts";
import { podKey } from "../../src/scheduler/cache/pod-info.ts";
import { emptyColumns } from "../../src/scheduler/columns/columns.ts";
import type { Environment } from "../../src/scheduler/framework/cycle.ts";
import { schedulerConfig } from "../../src/scheduler/framework/profile.ts";

interface Case {
  readonly name: string;
  readonly config?: unknown;
  readonly objects: readonly ApiObject[];
  readonly ops: readonly {
    readonly op: string;
    readonly pod: Pod;
    readonly object: ApiObject;
    readonly kind: string;
    readonly namespace?: string;
    readonly name: string;
    readonly expect: { readonly [field: string]: unknown };
  }[];
}

const FOLDER = "properties/conformance/golden/scheduler";
/** Every third case: each decision is taken three times. */
const SAMPLED = 3;
const FILES = readdirSync(FOLDER).filter((name) => name.endsWith(".jsonl.gz"));

function casesOf(file: string): readonly Case[] {
  const lines = gunzipSync(readFileSync(`${FOLDER}/${file}`))
    .toString("utf8")
    .trim()
    .split("\n");
  return lines
    .map((line) => JSON.parse(line) as Case)
    .filter(({ objects, ops }) => Array.isArray(objects) && Array.isArray(ops));
}

/** What a decision says, without how it was found. */
function told(
  environment: Environment,
  profile: Parameters<typeof attempt>[1],
  pod: Pod,
  start: number,
  share: number,
) {
  const made = attempt(environment, profile, pod, { start, percentageOfNodesToScore: share });
  const { node, evaluated, feasible, nextStart, failure, diagnosis, fast } = made.schedule;
  const { result, status } = made.postFilter ?? {};
  return {
    fast: fast === true,
    said: {
      ...{ node, evaluated, feasible, nextStart, failure, message: made.message, status },
      // After success nobody asks who turned other nodes down.
      plugins: node === undefined ? [...diagnosis.unschedulablePlugins].sort() : [],
      pending: node === undefined ? [...diagnosis.pendingPlugins].sort() : [],
      nominated: result?.nominatedNodeName,
      victims: result?.victims?.map(podKey),
    },
  };
}

/** Replays a case with the recorded choices; counts decisions and those that columns took. */
function replay({ name, config: raw, objects, ops }: Case): { readonly decisions: number; readonly fast: number } {
  const config = schedulerConfig(raw);
  const cluster = emptyRecordedCluster();
  for (const object of objects) store(cluster, object);
  const columns = emptyColumns(0);
  let start = 0;
  const counts = { decisions: 0, fast: 0 };
  for (const op of ops) {
    if (op.op === "update") store(cluster, op.object);
    else if (op.op === "delete")
      remove(cluster, op.kind, op.namespace === undefined ? op.name : `${op.namespace}/${op.name}`);
    else {
      const { pod, expect: expected } = op;
      if ((pod.spec.nodeName ?? "") === "") store(cluster, cast<ApiObject>(pod));
      const profile = config.profiles.get(pod.spec.schedulerName ?? "default-scheduler");
      if (profile !== undefined && pod.metadata.deletionTimestamp === undefined) {
        const { cache, nominator } = cluster;
        // The recorded clusters do not change by themselves: a step is a revision.
        const revision = counts.decisions;
        const environment: Environment = {
          ...{ cache, nominator, objects: { ...cluster.objects, revision: () => revision }, now: 0, volumes: true },
          mutants: new Set(),
        };
        const share = config.percentageOfNodesToScore;
        const scalar = told(environment, profile, pod, start, share);
        // A shape is remembered from the second time on.
        told({ ...environment, columns }, profile, pod, start, share);
        const fast = told({ ...environment, columns }, profile, pod, start, share);
        expect(fast.said, `${name}, ${podKey(pod)}`).toEqual(scalar.said);
        counts.decisions += 1;
        if (fast.fast) counts.fast += 1;
      }
      if (expected["ignored"] !== true) start = cast<number>(expected["nextStart"]);
      const node = cast<string | undefined>(expected["node"]);
      if (node === undefined || expected["reserve"] !== undefined) continue;
      const { nominatedNodeName: _, ...status } = pod.status ?? {};
      store(cluster, cast<ApiObject>({ ...pod, spec: { ...pod.spec, nodeName: node }, status }));
    }
  }
  return counts;
}

test(
  "recorded clusters > columns say what the scalar path says, word by word, and take most decisions",
  { timeout: 600_000 },
  () => {
    let decisions = 0;
    let fast = 0;
    for (const file of FILES)
      for (const [i, recorded] of casesOf(file).entries()) {
        if (i % SAMPLED !== 0) continue;
        const counts = replay(recorded);
        decisions += counts.decisions;
        fast += counts.fast;
      }
    expect(decisions).toBeGreaterThan(500);
    expect(fast / decisions).toBeGreaterThan(0.5);
  },
);
