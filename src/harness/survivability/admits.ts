import { requirementMatches } from "../../api/label-selector.ts";
import type {
  Container,
  Node,
  NodeSelectorRequirement,
  NodeSelectorTerm,
  Pod,
  Taint,
  Toleration,
} from "../../api/types/core-v1.ts";

interface HostPort {
  readonly ip: string;
  readonly port: number;
  readonly protocol: string;
}

/** v1.Toleration.ToleratesTaint without the alpha operators. */
export function tolerates(toleration: Toleration, taint: Taint): boolean {
  if ((toleration.effect ?? "") !== "" && toleration.effect !== taint.effect) return false;
  if ((toleration.key ?? "") !== "" && toleration.key !== taint.key) return false;
  if (toleration.operator === "Exists") return true;
  return (toleration.operator ?? "Equal") === "Equal" && (toleration.value ?? "") === (taint.value ?? "");
}

/** The first NoSchedule or NoExecute taint that the pod does not tolerate. */
export function untoleratedTaint(pod: Pod, node: Node): Taint | undefined {
  for (const taint of node.spec.taints ?? []) {
    if (taint.effect !== "NoSchedule" && taint.effect !== "NoExecute") continue;
    if (!(pod.spec.tolerations ?? []).some((toleration) => tolerates(toleration, taint))) return taint;
  }
  return undefined;
}

/** Whether cordoning keeps the pod off. */
export function barredByCordon(pod: Pod, node: Node): boolean {
  if (node.spec.unschedulable !== true) return false;
  const taint: Taint = { key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" };
  return !(pod.spec.tolerations ?? []).some((toleration) => tolerates(toleration, taint));
}

/** nodeSelector and requiredDuringSchedulingIgnoredDuringExecution hold. */
export function matchesNodeAffinity(pod: Pod, node: Node): boolean {
  const labels = node.metadata.labels;
  for (const key in pod.spec.nodeSelector) if (labels?.[key] !== pod.spec.nodeSelector[key]) return false;
  const required = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return required === undefined || required.nodeSelectorTerms.some((term) => termMatches(term, node));
}

/** Host ports that two pods both want on the same address: "TCP 8080"; undefined when there are none. */
export function hostPortClash(a: Pod, b: Pod): string | undefined {
  const wanted = hostPorts(a);
  if (wanted.length === 0) return undefined;
  for (const x of wanted)
    for (const y of hostPorts(b)) {
      const sameAddress = x.ip === y.ip || x.ip === "0.0.0.0" || y.ip === "0.0.0.0";
      if (sameAddress && x.port === y.port && x.protocol === y.protocol) return `${x.protocol} ${x.port}`;
    }
  return undefined;
}

/** Whether the pod wants any host port. */
export function wantsHostPorts(pod: Pod): boolean {
  return hostPorts(pod).length > 0;
}

function hostPorts(pod: Pod): HostPort[] {
  const found: HostPort[] = [];
  for (const container of pod.spec.initContainers ?? [])
    if (container.restartPolicy === "Always") collectPorts(container, found);
  for (const container of pod.spec.containers) collectPorts(container, found);
  return found;
}

function collectPorts(container: Container, found: HostPort[]): void {
  for (const port of container.ports ?? []) {
    if ((port.hostPort ?? 0) === 0) continue;
    const ip = (port.hostIP ?? "") === "" ? "0.0.0.0" : (port.hostIP ?? "");
    found.push({ ip, port: port.hostPort ?? 0, protocol: port.protocol ?? "TCP" });
  }
}

function termMatches(term: NodeSelectorTerm, node: Node): boolean {
  const expressions = term.matchExpressions ?? [];
  const fields = term.matchFields ?? [];
  if (expressions.length === 0 && fields.length === 0) return false;
  const name = { "metadata.name": node.metadata.name };
  return (
    expressions.every((requirement) => nodeRequirementMatches(requirement, node.metadata.labels)) &&
    fields.every((requirement) => nodeRequirementMatches(requirement, name))
  );
}

function nodeRequirementMatches(
  requirement: NodeSelectorRequirement,
  labels: { readonly [key: string]: string } | undefined,
): boolean {
  if (requirement.operator !== "Gt" && requirement.operator !== "Lt") return requirementMatches(requirement, labels);
  const text = labels?.[requirement.key];
  const bound = requirement.values?.[0];
  if (text === undefined || bound === undefined) return false;
  if (!/^[+-]?\d+$/.test(text) || !/^[+-]?\d+$/.test(bound)) return false;
  return requirement.operator === "Gt" ? BigInt(text) > BigInt(bound) : BigInt(text) < BigInt(bound);
}
