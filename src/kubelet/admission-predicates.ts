import { requiredAffinityMatches } from "../api/node-selector.ts";
import type { Node, Pod } from "../api/types/core-v1.ts";
import { cast } from "../base/units.ts";
import type { Rejection } from "./admission.ts";
import type { Kubelet } from "./state.ts";

/** Sysctls that need no permission (the kubelet's safe set). */
const SAFE_SYSCTLS: readonly string[] = [
  "kernel.shm_rmid_forced",
  "net.ipv4.ip_local_port_range",
  "net.ipv4.tcp_syncookies",
  "net.ipv4.ping_group_range",
  "net.ipv4.ip_unprivileged_port_start",
  "net.ipv4.ip_local_reserved_ports",
  "net.ipv4.tcp_keepalive_time",
  "net.ipv4.tcp_fin_timeout",
  "net.ipv4.tcp_keepalive_intvl",
  "net.ipv4.tcp_keepalive_probes",
  "net.ipv4.tcp_rmem",
  "net.ipv4.tcp_wmem",
];

/** Whether the node's labels and name fit the pod's node selector and required node affinity. */
export function nodeMismatch({ io, config }: Kubelet, pod: Pod): Rejection | undefined {
  const node = io.listers.of("nodes").get(config.node);
  const own = { metadata: { name: config.node, labels: config.labels ?? {} } };
  if (requiredAffinityMatches(pod.spec, cast<Node>(node ?? own))) return undefined;
  return {
    reason: "NodeAffinity",
    message: "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector",
  };
}

/** Pods that this kind of node cannot run: another operating system, sysctls that nobody has allowed. */
export function unsupported(pod: Pod): Rejection | undefined {
  const os = pod.spec.os?.name;
  if (os !== undefined && os !== "linux")
    return { reason: "PodOSNotSupported", message: "Failed to admit pod as the OS field doesn't match node OS" };
  for (const { name } of pod.spec.securityContext?.sysctls ?? []) {
    if (!SAFE_SYSCTLS.includes(name.replaceAll("/", ".")))
      return { reason: "SysctlForbidden", message: `forbidden sysctl: "${name}" not allowlisted` };
  }
  return undefined;
}
