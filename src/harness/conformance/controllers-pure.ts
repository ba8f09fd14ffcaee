import { parseTimestamp, timestamp } from "../../base/time.ts";
import { cast } from "../../base/units.ts";
import type { Millis } from "../../base/units.ts";
import type { Deployment, DeploymentStatus, ReplicaSet } from "../../api/types/apps-v1.ts";
import type { Pod, PodTemplateSpec } from "../../api/types/core-v1.ts";
import { mostRecentDue, nextLookAfter } from "../../controllers/cron-job/due.ts";
import { nextTime, parseSchedule } from "../../controllers/cron-job/schedule.ts";
import {
  fenceposts,
  maxSurge,
  maxUnavailable,
  minAvailable,
  newReplicaSetSize,
  sizeOf,
} from "../../controllers/deployment/budget.ts";
import { isComplete, isProgressing } from "../../controllers/deployment/progress.ts";
import { isSaturated, proportionOf } from "../../controllers/deployment/proportion.ts";
import { podTemplateHash } from "../../controllers/pod-template-hash/hash.ts";
import { printedTemplate } from "../../controllers/pod-template-hash/printed-template.ts";
import { compareActivePods, compareForDeletion } from "../../controllers/replica-set/pod-order.ts";

type Line = { readonly [field: string]: unknown };

const NOW: Millis = 1_000_000_000;

/** Recorded answers and ours, by name. */
export type Answers = readonly { readonly where: string; readonly expected: unknown; readonly actual: unknown }[];

/** pure-hash: the hashed text and the hash of a template. */
export function hashAnswers(line: Line): Answers {
  const template = cast<PodTemplateSpec>(line["template"]);
  const count = cast<number | undefined>(line["collisionCount"]);
  return [
    { where: "printed", expected: line["printed"], actual: printedTemplate(template) },
    { where: "hash", expected: line["hash"], actual: podTemplateHash(template, count) },
  ];
}

interface RecordedCron {
  readonly schedule: string;
  readonly timeZone: string;
  readonly now: string;
  readonly created?: string;
  readonly lastSchedule?: string;
  readonly startingDeadlineSeconds?: number;
  readonly next?: readonly string[];
  readonly error?: boolean;
}

/** pure-cron: the next four times and what is due; none for time zones other than UTC, which are not modelled. */
export function cronAnswers(line: Line): Answers {
  const given = cast<RecordedCron>(line);
  if (given.timeZone !== "UTC") return [];
  const schedule = parseSchedule(given.schedule);
  const answers = [{ where: "error", expected: given.error === true, actual: schedule === undefined }];
  if (schedule === undefined || given.error === true) return answers;
  const now = parseTimestamp(given.now);
  const next: string[] = [];
  for (let at = nextTime(schedule, now); next.length < (given.next?.length ?? 0) && next.at(-1) !== "never";) {
    next.push(at === undefined ? "never" : timestamp(at));
    at = at === undefined ? undefined : nextTime(schedule, at);
  }
  const common = [...answers, { where: "next", expected: line["next"], actual: next }];
  if (given.created === undefined || line["due"] === undefined) return common;
  const since = {
    created: parseTimestamp(given.created),
    lastSchedule: given.lastSchedule === undefined ? undefined : parseTimestamp(given.lastSchedule),
    startingDeadlineSeconds: given.startingDeadlineSeconds,
  };
  const { earliest, mostRecent, missed } = mostRecentDue(schedule, since, now, true);
  const due = {
    earliest: timestamp(earliest),
    missed,
    ...(mostRecent !== undefined && { mostRecent: timestamp(mostRecent) }),
  };
  const after = nextLookAfter(schedule, since, now);
  return [
    ...common,
    { where: "due", expected: line["due"], actual: due },
    {
      where: "requeueAfterSeconds",
      expected: line["requeueAfterSeconds"],
      actual: after === undefined ? undefined : after / 1000,
    },
  ];
}

interface RecordedPod {
  readonly uid: string;
  readonly createdAgo?: number | null;
  readonly readyAgo?: number | null;
  readonly deletionCost?: string;
  readonly node?: string;
  readonly phase: string;
  readonly rank: number;
  readonly restarts?: readonly number[];
}

/** pure-pod-order: who is deleted first, for every pair. */
export function orderAnswers(line: Line): Answers {
  const pods = cast<readonly RecordedPod[]>(line["pods"]).map((pod) => ({ pod: podOf(pod), rank: pod.rank }));
  const matrix = (less: (i: number, j: number) => boolean): readonly string[] =>
    pods.map((_, i) => pods.map((__, j) => (i !== j && less(i, j) ? "1" : "0")).join(""));
  const at = (i: number): (typeof pods)[number] => cast<(typeof pods)[number]>(pods[i]);
  return [
    { where: "less", expected: line["less"], actual: matrix((i, j) => compareForDeletion(at(i), at(j), NOW) < 0) },
    {
      where: "plainLess",
      expected: line["plainLess"],
      actual: matrix((i, j) => compareActivePods(at(i).pod, at(j).pod) < 0),
    },
  ];
}

function podOf({ uid, createdAgo, readyAgo, deletionCost, node, phase, restarts }: RecordedPod): Pod {
  const ago = (seconds: number): string => timestamp(NOW - seconds * 1000);
  const ready =
    readyAgo === undefined
      ? []
      : [{ type: "Ready", status: "True", ...(readyAgo !== null && { lastTransitionTime: ago(readyAgo) }) }];
  return cast<Pod>({
    metadata: {
      uid,
      ...(typeof createdAgo === "number" && { creationTimestamp: ago(createdAgo) }),
      ...(deletionCost !== undefined && {
        annotations: { "controller.kubernetes.io/pod-deletion-cost": deletionCost },
      }),
    },
    spec: { nodeName: node },
    status: { phase, conditions: ready, containerStatuses: (restarts ?? []).map((restartCount) => ({ restartCount })) },
  });
}

interface RecordedDeployment {
  readonly replicas: number;
  readonly maxSurge: number | string;
  readonly maxUnavailable: number | string;
  readonly statusReplicas: number;
  readonly toAdd: number;
  readonly oldStatus: DeploymentStatus;
  readonly newStatus: DeploymentStatus;
  readonly replicaSets: readonly {
    readonly annotations?: { readonly [key: string]: string };
    readonly specReplicas: number;
    readonly available: number;
  }[];
}

/** pure-deployment: the arithmetic of rollouts and of proportional scaling. */
export function deploymentAnswers(line: Line): Answers {
  const given = cast<RecordedDeployment>(line);
  const rollingUpdate = { maxSurge: given.maxSurge, maxUnavailable: given.maxUnavailable };
  const spec = { replicas: given.replicas, strategy: { type: "RollingUpdate", rollingUpdate } };
  const metadata = { name: "web", generation: 3 };
  const deployment = cast<Deployment>({ metadata, spec, status: { replicas: given.statusReplicas } });
  const later = cast<Deployment>({ metadata, spec, status: given.oldStatus });
  const all = given.replicaSets.map(({ annotations, specReplicas, available }) =>
    cast<ReplicaSet>({
      metadata: { annotations },
      spec: { replicas: specReplicas },
      status: { availableReplicas: available },
    }),
  );
  const [newest] = all;
  const { surge, unavailable } = fenceposts(given.maxSurge, given.maxUnavailable, given.replicas);
  let added = 0;
  const proportions = all.map((replicaSet) => {
    const share = proportionOf(deployment, replicaSet, given.toAdd, added);
    added += share;
    return share;
  });
  const ours: { readonly [name: string]: unknown } = {
    fenceposts: [surge, unavailable, "<nil>"],
    surge: maxSurge(deployment),
    unavailable: maxUnavailable(deployment),
    minAvailable: minAvailable(deployment),
    newRSNewReplicas: newest === undefined ? undefined : newReplicaSetSize(deployment, all, sizeOf(newest)),
    newSaturated: isSaturated(deployment, newest),
    proportions,
    complete: isComplete(later, given.newStatus),
    progressing: isProgressing(later, given.newStatus),
  };
  return Object.entries(ours).map(([where, actual]) => ({ where, expected: line[where], actual }));
}
