import { cast } from "../../base/units.ts";
import type { Container, PodSpec, SELinuxOptions } from "../../api/types/core-v1.ts";

const DEFAULT_CAPABILITIES = new Set([
  "AUDIT_WRITE",
  "CHOWN",
  "DAC_OVERRIDE",
  "FOWNER",
  "FSETID",
  "KILL",
  "MKNOD",
  "NET_BIND_SERVICE",
  "SETFCAP",
  "SETGID",
  "SETPCAP",
  "SETUID",
  "SYS_CHROOT",
]);
const SAFE_SYSCTLS = new Set([
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
]);
const FREE_VOLUMES = new Set([
  "configMap",
  "csi",
  "downwardAPI",
  "emptyDir",
  "ephemeral",
  "image",
  "persistentVolumeClaim",
  "projected",
  "secret",
]);

/** All containers of a pod, init containers first, as upstream visits them. */
function allContainers(spec: PodSpec): readonly Container[] {
  return [
    ...(spec.initContainers ?? []),
    ...spec.containers,
    ...cast<readonly Container[]>(spec.ephemeralContainers ?? []),
  ];
}

/** A complaint: what it is about, and the details in brackets. */
type Check = (spec: PodSpec) => string | undefined;

/** A check with the minor version since which the levels ask for it. */
interface Since {
  readonly check: Check;
  readonly minor: number;
}

const quoted = (names: readonly string[]): string => names.map((name) => JSON.stringify(name)).join(", ");
const plural = (word: string, count: number): string => (count === 1 ? word : `${word}s`);

/** `containers "c", "d"`. */
function containersText(containers: readonly Container[]): string {
  return `${plural("container", containers.length)} ${quoted(containers.map((container) => container.name))}`;
}

const hostNamespaces: Check = (spec) => {
  const set = (["hostNetwork", "hostPID", "hostIPC"] as const).filter((key) => spec[key] === true);
  return set.length === 0 ? undefined : `host namespaces (${set.map((key) => `${key}=true`).join(", ")})`;
};

const hostPorts: Check = (spec) => {
  const found = allContainers(spec).filter(
    (container) => container.ports?.some((port) => (port.hostPort ?? 0) !== 0) === true,
  );
  const ports = [
    ...new Set(
      found.flatMap((container) =>
        (container.ports ?? []).flatMap(({ hostPort = 0 }) => (hostPort === 0 ? [] : [hostPort])),
      ),
    ),
  ];
  if (found.length === 0) return undefined;
  return `hostPort (${containersText(found)} ${found.length === 1 ? "uses" : "use"} ${plural("hostPort", ports.length)} ${ports.join(", ")})`;
};

const privileged: Check = (spec) => {
  const found = allContainers(spec).filter((container) => container.securityContext?.privileged === true);
  return found.length === 0
    ? undefined
    : `privileged (${containersText(found)} must not set securityContext.privileged=true)`;
};

const capabilities: Check = (spec) => {
  const found = allContainers(spec).filter(
    (container) => forbiddenCapabilities(container, DEFAULT_CAPABILITIES).length > 0,
  );
  if (found.length === 0) return undefined;
  return `non-default capabilities (${notIncluded(found, DEFAULT_CAPABILITIES)})`;
};

function forbiddenCapabilities(container: Container, allowed: ReadonlySet<string>): readonly string[] {
  return (container.securityContext?.capabilities?.add ?? []).filter((name) => !allowed.has(name));
}

function notIncluded(found: readonly Container[], allowed: ReadonlySet<string>): string {
  const names = [...new Set(found.flatMap((container) => forbiddenCapabilities(container, allowed)))].sort();
  return `${containersText(found)} must not include ${quoted(names)} in securityContext.capabilities.add`;
}

const hostPaths: Check = (spec) => {
  const names = (spec.volumes ?? []).filter((volume) => volume.hostPath !== undefined).map((volume) => volume.name);
  return names.length === 0 ? undefined : `hostPath volumes (${plural("volume", names.length)} ${quoted(names)})`;
};

const sysctls: Check = (spec) => {
  const names = (spec.securityContext?.sysctls ?? []).map(({ name }) => name).filter((name) => !SAFE_SYSCTLS.has(name));
  return names.length === 0 ? undefined : `forbidden sysctls (${names.join(", ")})`;
};

const hostProcess: Check = (spec) => {
  const onPod = spec.securityContext?.windowsOptions?.hostProcess === true;
  const found = allContainers(spec).filter(
    (container) => container.securityContext?.windowsOptions?.hostProcess === true,
  );
  if (!onPod && found.length === 0) return undefined;
  const who = [...(onPod ? ["pod"] : []), ...(found.length > 0 ? [containersText(found)] : [])].join(" and ");
  return `hostProcess (${who} must not set securityContext.windowsOptions.hostProcess=true)`;
};

const seccompBaseline: Check = (spec) => {
  const onPod = spec.securityContext?.seccompProfile?.type === "Unconfined";
  const found = allContainers(spec).filter(
    (container) => container.securityContext?.seccompProfile?.type === "Unconfined",
  );
  if (!onPod && found.length === 0) return undefined;
  const who = [...(onPod ? ["pod"] : []), ...(found.length > 0 ? [containersText(found)] : [])].join(" and ");
  return `seccompProfile (${who} must not set securityContext.seccompProfile.type to "Unconfined")`;
};

const procMount: Check = (spec) => {
  const found = allContainers(spec).filter(
    (container) => (container.securityContext?.procMount ?? "Default") !== "Default",
  );
  return found.length === 0
    ? undefined
    : `procMount (${containersText(found)} must not set securityContext.procMount to "Unmasked")`;
};

const appArmor: Check = (spec) => {
  const found = allContainers(spec).filter(
    (container) => container.securityContext?.appArmorProfile?.type === "Unconfined",
  );
  return found.length === 0
    ? undefined
    : `forbidden AppArmor profile (${containersText(found)} must not set AppArmor profile type to "Unconfined")`;
};

const hostProbes: Check = (spec) => {
  const hostsOf = ({ livenessProbe, readinessProbe, startupProbe, lifecycle }: Container): readonly string[] =>
    [livenessProbe, readinessProbe, startupProbe, lifecycle?.postStart, lifecycle?.preStop]
      .flatMap((handler) => [handler?.httpGet?.host ?? "", handler?.tcpSocket?.host ?? ""])
      .filter((host) => host !== "");
  const found = allContainers(spec).filter((container) => hostsOf(container).length > 0);
  if (found.length === 0) return undefined;
  const hosts = [...new Set(found.flatMap(hostsOf))].sort();
  return `probe or lifecycle host (${containersText(found)} ${found.length === 1 ? "uses" : "use"} probe or lifecycle ${plural("host", hosts.length)} ${quoted(hosts)})`;
};

const SELINUX_TYPES = new Set(["", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"]);

const seLinuxOptions: Check = (spec) => {
  const isBad = ({ type = "", user = "", role = "" }: SELinuxOptions): boolean =>
    !SELINUX_TYPES.has(type) || user !== "" || role !== "";
  const onPod = spec.securityContext?.seLinuxOptions;
  const found = allContainers(spec).filter((container) => isBad(container.securityContext?.seLinuxOptions ?? {}));
  const bad = [onPod ?? {}, ...found.map((container) => container.securityContext?.seLinuxOptions ?? {})].filter(isBad);
  if (bad.length === 0) return undefined;
  const who = [...(isBad(onPod ?? {}) ? ["pod"] : []), ...(found.length > 0 ? [containersText(found)] : [])];
  const types = [...new Set(bad.map(({ type = "" }) => type))].filter((type) => !SELINUX_TYPES.has(type)).sort();
  const what = [
    ...(types.length > 0 ? [`${plural("type", types.length)} ${quoted(types)}`] : []),
    ...(bad.some(({ user = "" }) => user !== "") ? ["user may not be set"] : []),
    ...(bad.some(({ role = "" }) => role !== "") ? ["role may not be set"] : []),
  ];
  return `seLinuxOptions (${who.join(" and ")} set forbidden securityContext.seLinuxOptions: ${what.join("; ")})`;
};

const always = (check: Check): Since => ({ check, minor: 0 });

/** Baseline checks of which the restricted level has no stricter form, by their upstream ids. */
const COMMON: readonly Since[] = [
  always(appArmor),
  always(hostNamespaces),
  always(hostPorts),
  { check: hostProbes, minor: 34 },
  always(privileged),
  always(seLinuxOptions),
  always(sysctls),
  always(hostProcess),
];

const BASELINE: readonly Since[] = [
  always(appArmor),
  always(capabilities),
  always(hostNamespaces),
  always(hostPaths),
  always(hostPorts),
  { check: hostProbes, minor: 34 },
  always(privileged),
  always((spec) => (spec.hostUsers === false ? undefined : procMount(spec))),
  always(seLinuxOptions),
  { check: seccompBaseline, minor: 19 },
  always(sysctls),
  always(hostProcess),
];

/** What the baseline level of a minor version forbids in a pod, in upstream's words. */
export function baselineViolations(spec: PodSpec, minor: number): readonly string[] {
  return order(BASELINE, spec, minor);
}

function order(checks: readonly Since[], spec: PodSpec, version: number): readonly string[] {
  return checks.flatMap(({ check, minor }) => (version < minor ? [] : (check(spec) ?? [])));
}

const escalation: Check = (spec) => {
  const found = allContainers(spec).filter(
    (container) => container.securityContext?.allowPrivilegeEscalation !== false,
  );
  return found.length === 0
    ? undefined
    : `allowPrivilegeEscalation != false (${containersText(found)} must set securityContext.allowPrivilegeEscalation=false)`;
};

const ADDABLE = new Set(["NET_BIND_SERVICE"]);

const dropAll: Check = (spec) => {
  const keeps = allContainers(spec).filter(
    (container) => container.securityContext?.capabilities?.drop?.includes("ALL") !== true,
  );
  const adds = allContainers(spec).filter((container) => forbiddenCapabilities(container, ADDABLE).length > 0);
  const parts: string[] = [];
  if (keeps.length > 0) parts.push(`${containersText(keeps)} must set securityContext.capabilities.drop=["ALL"]`);
  if (adds.length > 0) parts.push(notIncluded(adds, ADDABLE));
  return parts.length === 0 ? undefined : `unrestricted capabilities (${parts.join("; ")})`;
};

const volumeTypes: Check = (spec) => {
  const bad = (spec.volumes ?? []).flatMap((volume) => {
    const type = Object.keys(volume).find((key) => key !== "name" && !FREE_VOLUMES.has(key));
    return type === undefined ? [] : [{ name: volume.name, type }];
  });
  if (bad.length === 0) return undefined;
  const types = [...new Set(bad.map(({ type }) => type))].sort();
  const verb = bad.length === 1 ? "uses" : "use";
  return `restricted volume types (${plural("volume", bad.length)} ${quoted(bad.map(({ name }) => name))} ${verb} restricted volume ${plural("type", types.length)} ${quoted(types)})`;
};

const nonRoot: Check = (spec) => {
  const onPod = spec.securityContext?.runAsNonRoot;
  const explicit = allContainers(spec).filter((container) => container.securityContext?.runAsNonRoot === false);
  const implicit = allContainers(spec).filter((container) => container.securityContext?.runAsNonRoot === undefined);
  if (explicit.length > 0)
    return `runAsNonRoot != true (${containersText(explicit)} must not set securityContext.runAsNonRoot=false)`;
  if (onPod === false && implicit.length > 0)
    return "runAsNonRoot != true (pod must not set securityContext.runAsNonRoot=false)";
  if (onPod === true || implicit.length === 0) return undefined;
  return `runAsNonRoot != true (pod or ${containersText(implicit)} must set securityContext.runAsNonRoot=true)`;
};

const rootUser: Check = (spec) => {
  const onPod = spec.securityContext?.runAsUser === 0;
  const found = allContainers(spec).filter((container) => container.securityContext?.runAsUser === 0);
  if (!onPod && found.length === 0) return undefined;
  const who = [...(onPod ? ["pod"] : []), ...(found.length > 0 ? [containersText(found)] : [])].join(" and ");
  return `runAsUser=0 (${who} must not set runAsUser=0)`;
};

const SECCOMP = new Set(["RuntimeDefault", "Localhost"]);

const seccompRestricted: Check = (spec) => {
  const unconfined = seccompBaseline(spec);
  if (unconfined !== undefined) return unconfined;
  if (SECCOMP.has(spec.securityContext?.seccompProfile?.type ?? "")) return undefined;
  const found = allContainers(spec).filter(
    (container) => !SECCOMP.has(container.securityContext?.seccompProfile?.type ?? ""),
  );
  if (found.length === 0) return undefined;
  return `seccompProfile (pod or ${containersText(found)} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")`;
};

/** Pods in a user namespace of their own may run as its root. */
const unlessOwnUsers =
  (check: Check): Check =>
  (spec) =>
    spec.hostUsers === false ? undefined : check(spec);

const RESTRICTED: readonly Since[] = [
  ...COMMON,
  { check: escalation, minor: 8 },
  { check: dropAll, minor: 22 },
  always(procMount),
  always(volumeTypes),
  always(unlessOwnUsers(nonRoot)),
  { check: unlessOwnUsers(rootUser), minor: 23 },
  { check: seccompRestricted, minor: 19 },
];

/** What the restricted level of a minor version forbids in a pod, in upstream's words. */
export function restrictedViolations(spec: PodSpec, minor: number): readonly string[] {
  return order(RESTRICTED, spec, minor);
}
