import { compareText } from "../../base/order.ts";
import { cast } from "../../base/units.ts";
import { controllerOf } from "../../api/object.ts";
import type { Node, Pod } from "../../api/types/core-v1.ts";
import { hasRandomName } from "./controllers-aliases.ts";
import type { ControllersCluster } from "./controllers-cluster.ts";
import { brief, isInState } from "./controllers-pod-rule.ts";
import type { PodRule } from "./controllers-pod-rule.ts";
import { images, podClass, sorted } from "./controllers-snapshot.ts";
import type { Fields, Lens } from "./controllers-snapshot.ts";

/** Whoever plays a script: the names and tags of its pods, and the cluster that they run in. */
export interface Chooser extends Lens {
  readonly cluster: ControllersCluster;
}

/** The pods that an action is about. */
export interface Choice {
  readonly pods?: PodRule;
  /** Classes of the pods that the recorded action chose. */
  readonly targets?: readonly Fields[];
}

/** The pods of a rule; where the recording says of which classes they were, those. */
export function choosePods(chooser: Chooser, action: Choice): readonly Pod[] {
  const rule = action.pods ?? {};
  const fitting = cast<readonly Pod[]>(chooser.aliases.all("Pod")).filter((pod) => fits(chooser, pod, rule));
  const direction = rule.order === "newest" ? -1 : 1;
  fitting.sort(
    (a, b) =>
      direction *
      (compareText(rank(chooser, a), rank(chooser, b)) || chooser.aliases.order(a) - chooser.aliases.order(b)),
  );
  const count = rule.count === undefined || rule.count === 0 ? 1 : rule.count;
  const chosen = count > 0 ? fitting.slice(0, count) : fitting;
  if (action.targets === undefined || chosen.length === fitting.length) return chosen;
  return asRecorded(chooser, fitting, action.targets) ?? chosen;
}

function asRecorded(chooser: Chooser, fitting: readonly Pod[], targets: readonly Fields[]): readonly Pod[] | undefined {
  const left = fitting.map((pod) => ({ pod, text: JSON.stringify(sorted(brief(podClass(chooser, pod)))) }));
  const chosen: Pod[] = [];
  for (const { count, ...target } of targets) {
    const text = JSON.stringify(sorted(target));
    for (let i = 0; i < Number(count ?? 1); i += 1) {
      const at = left.findIndex((candidate) => candidate.text === text);
      const [found] = at < 0 ? [] : left.splice(at, 1);
      if (found === undefined) return undefined;
      chosen.push(found.pod);
    }
  }
  return fitting.filter((pod) => chosen.includes(pod));
}

function fits(chooser: Chooser, pod: Pod, rule: PodRule): boolean {
  const { labels, uid, name, annotations } = pod.metadata;
  const owner = controllerOf(pod);
  const kind = owner?.kind ?? "";
  const hash = labels?.["pod-template-hash"] ?? labels?.["controller-revision-hash"] ?? "";
  const owners = [
    `${kind}/${chooser.aliases.text(owner?.name ?? "")}`,
    `${kind}/${owner?.name ?? ""}`,
    chooser.aliases.text(hash),
  ];
  return (
    (rule.owner === undefined || owners.includes(rule.owner)) &&
    (rule.name === undefined || chooser.aliases.unalias(rule.name) === name) &&
    (rule.tag === undefined || chooser.tags.get(uid) === rule.tag) &&
    (rule.untagged !== true || !chooser.tags.has(uid)) &&
    (rule.image === undefined || images(pod.spec) === rule.image) &&
    (rule.node === undefined || pod.spec.nodeName === chooser.aliases.unalias(rule.node)) &&
    (rule.index === undefined || annotations?.["batch.kubernetes.io/job-completion-index"] === String(rule.index)) &&
    Object.entries(rule.label ?? {}).every(([key, value]) => labels?.[key] === value) &&
    isInState(pod, rule.state ?? "live")
  );
}

/** By what pods are chosen before their age. */
function rank(chooser: Chooser, pod: Pod): string {
  if (!hasRandomName(pod)) return pod.metadata.name;
  const index = pod.metadata.annotations?.["batch.kubernetes.io/job-completion-index"];
  if (index !== undefined) return index.padStart(6, "0");
  const owner = controllerOf(pod);
  if (owner?.kind === "DaemonSet") return pod.spec.nodeName ?? pickNode(chooser, pod);
  return owner?.kind === "ReplicaSet" ? chooser.aliases.text(owner.name) : (owner?.name ?? "");
}

/** A trivial scheduler: the node with the fewest pods of the scenario, or the one that the pod's affinity names. */
export function pickNode(chooser: Chooser, pod: Pod): string {
  const terms =
    pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  for (const { matchFields } of terms)
    for (const { values } of matchFields ?? []) if (values?.length === 1) return values[0] ?? "";
  const own = chooser.aliases.all("Node");
  const nodes =
    own.length > 0
      ? own
      : [...chooser.cluster.server.objects("nodes").values()].filter(
          ({ metadata }) => !metadata.name.startsWith("ns-"),
        );
  const load = new Map<string, number>();
  for (const node of cast<readonly Node[]>(nodes))
    if (node.spec?.unschedulable !== true) load.set(node.metadata.name, 0);
  for (const other of cast<readonly Pod[]>(chooser.aliases.all("Pod"))) {
    const pods = load.get(other.spec.nodeName ?? "");
    if (pods !== undefined) load.set(other.spec.nodeName ?? "", pods + 1);
  }
  return [...load].sort(([a, x], [b, y]) => x - y || compareText(a, b))[0]?.[0] ?? "";
}
