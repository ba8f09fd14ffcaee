import { z } from "zod";
import { cast } from "../../base/units.ts";
import { controllerOf } from "../../api/object.ts";
import type { Node, Pod } from "../../api/types/core-v1.ts";
import { barredByCordon, matchesNodeAffinity, untoleratedTaint } from "../survivability/admits.ts";
import { asPod, isActive, nodeOf } from "../survivability/pod.ts";
import { add, allocatable, firstShortage, podRequests } from "../survivability/requests.ts";
import { count } from "../findings/words.ts";
import type { Disturbance, Finding, ManifestExpectation } from "./expectation.ts";

export interface FitParams {
  /** Judge also the loss of single nodes. */
  readonly nodes: boolean;
}

const NAME = "fits-after-zone-loss";

/**
 * A sum, not a schedule: what is reported cannot fit whatever the scheduler does. Pods that fit in sum but not in
 * pieces go unreported.
 */
export const fitsAfterZoneLoss: ManifestExpectation<FitParams, FitParams> = {
  name: NAME,
  statement: "When one zone is lost, the nodes of the others have room for its pods.",
  params: z.strictObject({ nodes: z.boolean().default(false) }),
  resources: [],
  init: (params) => params,
  onDisturbance(params, disturbance, world) {
    const { kind, nodes, until } = disturbance;
    if (until !== undefined || nodes === undefined || !(kind === "zone-loss" || (params.nodes && kind === "node-loss")))
      return undefined;
    const lost = new Set(nodes);
    const rest = [...world.objects("nodes").values()]
      .map((object) => cast<Node>(object))
      .filter((node) => !lost.has(node.metadata.name));
    const pods = [...world.objects("pods").values()].map((object) => asPod(object)).filter(isActive);
    const moving = pods.filter((pod) => lost.has(nodeOf(pod)) && moves(pod));
    const homeless = findHomeless(moving, rest, disturbance);
    return homeless.length > 0 ? homeless : findShortage(moving, pods, rest, disturbance);
  },
};

function moves(pod: Pod): boolean {
  const owner = controllerOf(pod);
  return owner !== undefined && owner.kind !== "DaemonSet" && owner.kind !== "Node";
}

/** Pods that no other node admits, even if it were empty. */
function findHomeless(moving: readonly Pod[], rest: readonly Node[], disturbance: Disturbance): Finding[] {
  const told = new Set<string>();
  const found: Finding[] = [];
  for (const pod of moving) {
    const owner = controllerOf(pod);
    const object = workloadOf(pod);
    if (owner === undefined || told.has(object)) continue;
    const matching = rest.filter((node) => matchesNodeAffinity(pod, node));
    const open = matching.filter((node) => untoleratedTaint(pod, node) === undefined && !barredByCordon(pod, node));
    const large = open.filter((node) => firstShortage(podRequests(pod), {}, allocatable(node)) === undefined);
    if (large.length > 0) continue;
    told.add(object);
    const cause =
      matching.length === 0
        ? "its nodeSelector or node affinity matches no other node"
        : open.length === 0
          ? "all other nodes that match are tainted or cordoned"
          : "no other node is large enough for its requests";
    found.push(
      finding(
        object,
        `The pods of ${object} have no other node while ${disturbance.what}: ${cause}`,
        cause,
        disturbance,
      ),
    );
  }
  return found;
}

function findShortage(
  moving: readonly Pod[],
  pods: readonly Pod[],
  rest: readonly Node[],
  disturbance: Disturbance,
): Finding[] {
  const free: { [resource: string]: number } = {};
  const open = new Set<string>();
  for (const node of rest) {
    if (node.spec.unschedulable === true || !isNodeReady(node)) continue;
    open.add(node.metadata.name);
    add(free, allocatable(node));
  }
  for (const pod of pods) if (open.has(nodeOf(pod))) add(free, podRequests(pod), -1);
  const wanted: { [resource: string]: number } = {};
  for (const pod of moving) add(wanted, podRequests(pod));
  const short = firstShortage(wanted, {}, free);
  if (short === undefined) return [];
  const missing = (wanted[short] ?? 0) - Math.max(0, free[short] ?? 0);
  const object = disturbance.zone === undefined ? "Nodes" : `Zone ${disturbance.zone}`;
  const cause = short === "pods" ? "the other nodes cannot hold so many pods" : `the other nodes lack ${short}`;
  const sentence = `${count(moving.length, "pod")} of ${object.replace("Zone ", "")} had no room elsewhere while ${disturbance.what}: ${cause} (${amount(short, missing)} too little)`;
  return [finding(object, sentence, cause, disturbance)];
}

function finding(object: string, sentence: string, cause: string, { at, what, kind }: Disturbance): Finding {
  return {
    expectation: NAME,
    object,
    sentence,
    at,
    durationMs: 0,
    during: what,
    disturbance: kind,
    cause,
    recovered: false,
  };
}

/** "ReplicaSet web-5d8" → its Deployment's name where the hash label tells it. */
function workloadOf(pod: Pod): string {
  const owner = controllerOf(pod);
  const hash = pod.metadata.labels?.["pod-template-hash"];
  if (owner?.kind === "ReplicaSet" && hash !== undefined && owner.name.endsWith(`-${hash}`))
    return `Deployment ${owner.name.slice(0, -hash.length - 1)}`;
  return `${owner?.kind} ${owner?.name}`;
}

function isNodeReady(node: Node): boolean {
  return node.status?.conditions?.find(({ type }) => type === "Ready")?.status === "True";
}

function amount(resource: string, value: number): string {
  if (resource === "cpu") return `${value / 1000} cpu`;
  if (resource === "memory") return `${Math.ceil(value / 2 ** 20)}Mi memory`;
  return `${value} ${resource}`;
}
