import type {
  Container,
  ContainerPort,
  PodAffinityTerm,
  PodSpec,
  WeightedPodAffinityTerm,
} from "../../api/types/core-v1.ts";
import type { ObjectMeta } from "../../api/types/meta-v1.ts";
import { isObject } from "../patch/merge.ts";
import { fractionalWarnings } from "./amounts.ts";
import { ipWarnings } from "./ip.ts";
import { deprecatedLabel, nodeTermWarnings } from "./node-labels.ts";
import { claimSpecWarnings } from "./claim.ts";
import { overlappingPaths } from "./volume-paths.ts";

type Meta = Partial<ObjectMeta> | undefined;

/** A container and where it stands, in upstream's order: init, ordinary, ephemeral. */
interface Placed {
  readonly container: Container;
  readonly at: string;
}

/** Warnings about a pod, or the pod template that stands at `at`. */
export function podWarnings(spec: PodSpec | undefined, meta: Meta, at: string = ""): readonly string[] {
  if (spec === undefined) return [];
  const prefix = at === "" ? "" : `${at}.`;
  const root = `${prefix}spec`;
  const containers = placedContainers(spec, root);
  return [
    ...schedulingWarnings(spec, root),
    ...annotationWarnings(meta, `${prefix}metadata.annotations`),
    ...volumeWarnings(spec, root),
    ...nameWarnings(spec, root),
    ...fractionalWarnings(spec.overhead, `${root}.overhead`, ["memory", "ephemeral-storage"]),
    ...profileWarnings(spec, meta, `${prefix}metadata.annotations`),
    ...containers.flatMap((placed) => containerWarnings(placed, spec, meta, at === "" ? undefined : prefix)),
    ...portWarnings(containers),
    ...portNameWarnings(containers),
    ...((spec.terminationGracePeriodSeconds ?? 0) < 0
      ? [`${root}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1`]
      : []),
    ...podAffinityWarnings(spec, root),
    ...(spec.dnsConfig?.nameservers ?? []).flatMap((ip, i) => ipWarnings(ip, `${root}.dnsConfig.nameservers[${i}]`)),
    ...(spec.hostAliases ?? []).flatMap(({ ip }, i) => ipWarnings(ip, `${root}.hostAliases[${i}].ip`)),
  ];
}

function placedContainers(spec: PodSpec, root: string): readonly Placed[] {
  const place = (list: readonly Container[] | undefined, field: string): readonly Placed[] =>
    (list ?? []).map((container, i) => ({ container, at: `${root}.${field}[${i}]` }));
  return [
    ...place(spec.initContainers, "initContainers"),
    ...place(spec.containers, "containers"),
    ...place(spec.ephemeralContainers, "ephemeralContainers"),
  ];
}

const NO_SELECTOR = "a null labelSelector results in matching no pod";

function schedulingWarnings(spec: PodSpec, root: string): readonly string[] {
  const warnings: string[] = [];
  for (const key of Object.keys(spec.nodeSelector ?? {})) {
    const message = deprecatedLabel(key);
    if (message !== undefined) warnings.push(`${root}.nodeSelector[${key}]: ${message}`);
  }
  const affinity = spec.affinity?.nodeAffinity;
  const required = affinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const at = `${root}.affinity.nodeAffinity`;
  for (const [i, term] of required.entries())
    warnings.push(
      ...nodeTermWarnings(term, `${at}.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[${i}]`, false),
    );
  for (const [i, { preference }] of (affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).entries())
    warnings.push(
      ...nodeTermWarnings(preference, `${at}.preferredDuringSchedulingIgnoredDuringExecution[${i}].preference`, true),
    );
  for (const [i, { topologyKey, labelSelector }] of (spec.topologySpreadConstraints ?? []).entries()) {
    const message = deprecatedLabel(topologyKey);
    const where = `${root}.topologySpreadConstraints[${i}]`;
    if (message !== undefined) warnings.push(`${where}.topologyKey: ${topologyKey} is ${message}`);
    if (labelSelector === undefined) warnings.push(`${where}.labelSelector: ${NO_SELECTOR}`);
  }
  return warnings;
}

const DEPRECATED_ANNOTATIONS: readonly (readonly [key: string, message: string])[] = [
  ["scheduler.alpha.kubernetes.io/critical-pod", 'non-functional in v1.16+; use the "priorityClassName" field instead'],
  ["security.alpha.kubernetes.io/sysctls", 'non-functional in v1.11+; use the "sysctls" field instead'],
  ["security.alpha.kubernetes.io/unsafe-sysctls", 'non-functional in v1.11+; use the "sysctls" field instead'],
];

function annotationWarnings(meta: Meta, at: string): readonly string[] {
  return DEPRECATED_ANNOTATIONS.filter(([key]) => meta?.annotations?.[key] !== undefined).map(
    ([key, message]) => `${at}[${key}]: ${message}`,
  );
}

const VOLUMES: readonly (readonly [field: string, since: string])[] = [
  ["photonPersistentDisk", "deprecated in v1.11, non-functional in v1.16+"],
  ["gitRepo", "deprecated in v1.11, and disabled by default in v1.33+"],
  ["scaleIO", "deprecated in v1.16, non-functional in v1.22+"],
  ["flocker", "deprecated in v1.22, non-functional in v1.25+"],
  ["storageOS", "deprecated in v1.22, non-functional in v1.25+"],
  ["quobyte", "deprecated in v1.22, non-functional in v1.25+"],
  ["glusterfs", "deprecated in v1.25, non-functional in v1.26+"],
  ["cephfs", "deprecated in v1.28, non-functional in v1.31+"],
  ["rbd", "deprecated in v1.28, non-functional in v1.31+"],
];

function volumeWarnings(spec: PodSpec, root: string): readonly string[] {
  const warnings: string[] = [];
  for (const [i, volume] of (spec.volumes ?? []).entries()) {
    const at = `${root}.volumes[${i}]`;
    const fields: object = volume;
    const claim = volume.ephemeral?.volumeClaimTemplate;
    for (const [field, since] of VOLUMES) {
      if (field === "cephfs" && claim !== undefined)
        warnings.push(...claimSpecWarnings(claim.spec, `${at}.ephemeral.volumeClaimTemplate.spec`));
      if (isObject(fields) && fields[field] !== undefined) warnings.push(`${at}.${field}: ${since}`);
    }
  }
  return [...warnings, ...overlappingPaths(spec.volumes ?? [])];
}

function nameWarnings(spec: PodSpec, root: string): readonly string[] {
  const warnings: string[] = [];
  const addresses = new Set<string>();
  for (const [i, { ip }] of (spec.hostAliases ?? []).entries()) {
    if (addresses.has(ip)) warnings.push(`${root}.hostAliases[${i}].ip: duplicate ip ${JSON.stringify(ip)}`);
    addresses.add(ip);
  }
  const names = new Set<string>();
  const secrets = spec.imagePullSecrets ?? [];
  for (const [i, { name = "" }] of secrets.entries()) {
    if (names.has(name)) warnings.push(`${root}.imagePullSecrets[${i}].name: duplicate name ${JSON.stringify(name)}`);
    names.add(name);
  }
  for (const [i, { name = "" }] of secrets.entries())
    if (name === "") warnings.push(`${root}.imagePullSecrets[${i}].name: invalid empty name ""`);
  return warnings;
}

const SECCOMP_OLD = 'non-functional in v1.27+; use the "seccompProfile" field instead';

function profileWarnings(spec: PodSpec, meta: Meta, at: string): readonly string[] {
  const key = "seccomp.security.alpha.kubernetes.io/pod";
  if (spec.securityContext?.seccompProfile !== undefined || meta?.annotations?.[key] === undefined) return [];
  return [`${at}[${key}]: ${SECCOMP_OLD}`];
}

/** `template` is the prefix of a template's paths; a pod's own AppArmor annotations are not warned about here. */
function containerWarnings(
  { container, at }: Placed,
  spec: PodSpec,
  meta: Meta,
  template: string | undefined,
): readonly string[] {
  const warnings: string[] = [];
  const notes = `${template ?? ""}metadata.annotations`;
  const seccomp = `container.seccomp.security.alpha.kubernetes.io/${container.name}`;
  if (container.securityContext?.seccompProfile === undefined && meta?.annotations?.[seccomp] !== undefined)
    warnings.push(`${notes}[${seccomp}]: ${SECCOMP_OLD}`);
  const apparmor = `container.apparmor.security.beta.kubernetes.io/${container.name}`;
  const profile = meta?.annotations?.[apparmor];
  if (template !== undefined && container.securityContext?.appArmorProfile === undefined && profile !== undefined)
    if (!isProfile(spec, profile))
      warnings.push(`${notes}[${apparmor}]: deprecated since v1.30; use the "appArmorProfile" field instead`);
  for (const name of ["memory", "ephemeral-storage"])
    for (const group of ["limits", "requests"] as const)
      warnings.push(...fractionalWarnings(container.resources?.[group], `${at}.resources.${group}`, [name]));
  return [...warnings, ...envWarnings(container, at)];
}

/** Whether the pod's own AppArmor profile says the same as an annotation. */
function isProfile(spec: PodSpec, annotation: string): boolean {
  const profile = spec.securityContext?.appArmorProfile;
  if (profile === undefined) return false;
  if (annotation === "runtime/default") return profile.type === "RuntimeDefault";
  if (annotation === "unconfined") return profile.type === "Unconfined";
  return profile.type === "Localhost" && annotation === `localhost/${profile.localhostProfile ?? ""}`;
}

function envWarnings(container: Container, at: string): readonly string[] {
  const warnings: string[] = [];
  const names = new Set<string>();
  for (const [i, { name, value = "", valueFrom }] of (container.env ?? []).entries()) {
    const reference = `$(${name})`;
    const hides = valueFrom !== undefined || value === reference || !value.includes(reference);
    if (names.has(name) && hides)
      warnings.push(
        `${at}.env[${i}]: hides previous definition of ${JSON.stringify(name)}, which may be dropped when using apply`,
      );
    names.add(name);
  }
  return warnings;
}

function portWarnings(containers: readonly Placed[]): readonly string[] {
  const warnings: string[] = [];
  const known = new Map<string, { readonly at: string; readonly port: ContainerPort }[]>();
  for (const { container, at: place } of containers)
    for (const [i, port] of (container.ports ?? []).entries()) {
      const at = `${place}.ports[${i}]`;
      const { hostIP = "", hostPort = 0, containerPort, protocol = "TCP", name = "" } = port;
      if (hostIP !== "" && hostPort === 0)
        warnings.push(
          `${at}: hostIP set without hostPort: {Name:${name} HostPort:0 ContainerPort:${containerPort} Protocol:${protocol} HostIP:${hostIP}}`,
        );
      const key = `${containerPort}/${protocol}`;
      const others = known.get(key) ?? [];
      for (const other of others) {
        const clash = portClash(port, other.port);
        if (clash !== undefined) warnings.push(`${at}: ${clash} port definition with ${other.at}`);
      }
      known.set(key, [...others, { at, port }]);
    }
  return warnings;
}

function portClash(a: ContainerPort, b: ContainerPort): string | undefined {
  const [ipA, ipB, portA, portB] = [a.hostIP ?? "", b.hostIP ?? "", a.hostPort ?? 0, b.hostPort ?? 0];
  if (ipA === ipB && portA === portB) return "duplicate";
  if (portA === 0 || portB === 0) return "overlapping";
  return portA === portB && (ipA === "") !== (ipB === "") ? "dangerously ambiguous" : undefined;
}

function portNameWarnings(containers: readonly Placed[]): readonly string[] {
  const warnings: string[] = [];
  const known = new Map<string, string>();
  for (const { container, at } of containers)
    for (const [i, { name = "" }] of (container.ports ?? []).entries()) {
      if (name === "") continue;
      const other = known.get(name);
      if (other === undefined) known.set(name, `${at}.ports[${i}]`);
      else
        warnings.push(
          `${at}.ports[${i}]: duplicate port name ${JSON.stringify(name)} with ${other}, services and probes that select ports by name will use ${other}`,
        );
    }
  return warnings;
}

function podAffinityWarnings(spec: PodSpec, root: string): readonly string[] {
  const warnings: string[] = [];
  for (const kind of ["podAffinity", "podAntiAffinity"] as const) {
    const affinity = spec.affinity?.[kind];
    const at = `${root}.affinity.${kind}`;
    const required: readonly PodAffinityTerm[] = affinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
    const preferred: readonly WeightedPodAffinityTerm[] =
      affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
    for (const [i, term] of required.entries())
      if (term.labelSelector === undefined)
        warnings.push(`${at}.requiredDuringSchedulingIgnoredDuringExecution[${i}].labelSelector: ${NO_SELECTOR}`);
    for (const [i, { podAffinityTerm }] of preferred.entries())
      if (podAffinityTerm.labelSelector === undefined)
        warnings.push(
          `${at}.preferredDuringSchedulingIgnoredDuringExecution[${i}].podAffinityTerm.labelSelector: ${NO_SELECTOR}`,
        );
  }
  return warnings;
}
