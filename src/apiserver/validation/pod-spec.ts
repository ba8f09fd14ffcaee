import type { Container, PodSpec } from "../../api/types/core-v1.ts";
import type { FieldErrors } from "../field-errors.ts";
import { validateLabels } from "../metadata.ts";
import { labelProblems, subdomainProblems } from "../name-rules.ts";
import { complaints, IP_FORM, isIp, oneOf, qualifiedName } from "./common.ts";
import { container } from "./container.ts";
import type { ContainerContext } from "./container.ts";
import { affinity, spread, tolerations } from "./scheduling.ts";
import { podSecurity } from "./security-context.ts";
import { volumes } from "./volumes.ts";
import { hostProcess, windowsPod } from "./windows.ts";

const SECONDS_RANGE = "must be between 1 and 2147483647, inclusive";
const SECONDS_MAX = 2_147_483_647;

/** Validates a pod's spec, in a pod or a template. */
export function podSpec(spec: PodSpec, at: string, errors: FieldErrors): void {
  const context = {
    volumes: volumes(spec.volumes, `${at}.volumes`, errors),
    gracePeriodSeconds: spec.terminationGracePeriodSeconds ?? 30,
    names: new Set<string>(),
  };
  containers(spec, at, errors, context);
  oneOf(spec.restartPolicy, ["Always", "OnFailure", "Never"], `${at}.restartPolicy`, errors, "as given");
  oneOf(
    spec.dnsPolicy,
    ["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"],
    `${at}.dnsPolicy`,
    errors,
    "as given",
  );
  validateLabels(spec.nodeSelector, `${at}.nodeSelector`, errors);
  host(spec, at, errors);
  podSecurity(spec, `${at}.securityContext`, errors);
  affinity(spec.affinity, `${at}.affinity`, errors);
  dns(spec, at, errors);
  for (const [i, gate] of (spec.readinessGates ?? []).entries())
    qualifiedName(gate.conditionType, `${at}.readinessGates[${i}].conditionType`, errors);
  gates(spec, at, errors);
  spread(spec, `${at}.topologySpreadConstraints`, errors);
  named(spec, at, errors);
  tolerations(spec.tolerations, `${at}.tolerations`, errors);
  for (const [i, { ip }] of (spec.hostAliases ?? []).entries())
    if (!isIp(ip ?? "")) errors.invalid(`${at}.hostAliases[${i}].ip`, ip, IP_FORM);
  oneOf(spec.preemptionPolicy, ["Never", "PreemptLowerPriority"], `${at}.preemptionPolicy`, errors);
  operatingSystem(spec, at, errors);
  hostProcess(spec, at, errors);
}

function containers(spec: PodSpec, at: string, errors: FieldErrors, pod: Omit<ContainerContext, "kind">): void {
  if ((spec.containers?.length ?? 0) === 0) errors.required(`${at}.containers`);
  for (const [i, value] of (spec.containers ?? []).entries())
    container(value, `${at}.containers[${i}]`, errors, { kind: "container", ...pod });
  hostPorts(spec.containers ?? [], `${at}.containers`, errors);
  for (const [i, value] of (spec.initContainers ?? []).entries())
    container(value, `${at}.initContainers[${i}]`, errors, { kind: "init", ...pod });
  for (const [i, value] of (spec.ephemeralContainers ?? []).entries())
    container(value as Container, `${at}.ephemeralContainers[${i}]`, errors, { kind: "ephemeral", ...pod });
}

function hostPorts(list: readonly Container[], at: string, errors: FieldErrors): void {
  const seen = new Set<string>();
  for (const [i, value] of list.entries())
    for (const [j, { hostPort = 0, protocol = "TCP", hostIP = "" }] of (value.ports ?? []).entries()) {
      if (hostPort === 0) continue;
      const text = `${protocol}/${hostIP}/${hostPort}`;
      if (seen.has(text)) errors.duplicate(`${at}[${i}].ports[${j}].hostPort`, text);
      seen.add(text);
    }
}

function host(spec: PodSpec, at: string, errors: FieldErrors): void {
  if (spec.hostUsers === false)
    for (const key of ["hostNetwork", "hostPID", "hostIPC"] as const)
      if (spec[key] === true) errors.forbidden(`${at}.${key}`, "when `hostUsers` is false");
  if (spec.shareProcessNamespace === true && spec.hostPID === true)
    errors.invalid(`${at}.shareProcessNamespace`, true, "ShareProcessNamespace and HostPID cannot both be enabled");
  if (spec.hostNetwork !== true) return;
  for (const [i, value] of (spec.containers ?? []).entries())
    for (const [j, { hostPort, containerPort }] of (value.ports ?? []).entries())
      if (hostPort !== undefined && hostPort !== containerPort)
        errors.invalid(
          `${at}.containers[${i}].ports[${j}].containerPort`,
          containerPort,
          "must match `hostPort` when `hostNetwork` is true",
        );
}

const NAMESERVERS_MAX = 3;
const SEARCH = /^_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?(\._?[a-z0-9]([-_a-z0-9]*[a-z0-9])?)*$/;
const SEARCH_FORM =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?(\\._?[a-z0-9]([-_a-z0-9]*[a-z0-9])?)*')";

function dns(spec: PodSpec, at: string, errors: FieldErrors): void {
  const config = spec.dnsConfig;
  const servers = config?.nameservers ?? [];
  if (spec.dnsPolicy === "None") {
    if (config === undefined) errors.required(`${at}.dnsConfig`, "must provide `dnsConfig` when `dnsPolicy` is None");
    else if (servers.length === 0)
      errors.required(
        `${at}.dnsConfig.nameservers`,
        "must provide at least one DNS nameserver when `dnsPolicy` is None",
      );
  }
  if (servers.length > NAMESERVERS_MAX)
    errors.invalid(`${at}.dnsConfig.nameservers`, servers, `must not have more than ${NAMESERVERS_MAX} nameservers`);
  for (const [i, server] of servers.entries())
    if (!isIp(server)) errors.invalid(`${at}.dnsConfig.nameservers[${i}]`, server, IP_FORM);
  for (const [i, search] of (config?.searches ?? []).entries()) {
    const name = search === "." ? search : search.replace(/\.$/, "");
    const field = `${at}.dnsConfig.searches[${i}]`;
    if (name.length > 253) errors.invalid(field, name, "must be no more than 253 characters");
    if (name !== "." && !SEARCH.test(name)) errors.invalid(field, name, SEARCH_FORM);
  }
}

function gates(spec: PodSpec, at: string, errors: FieldErrors): void {
  const seen = new Set<string>();
  for (const [i, { name }] of (spec.schedulingGates ?? []).entries()) {
    qualifiedName(name, `${at}.schedulingGates[${i}]`, errors);
    if (seen.has(name)) errors.duplicate(`${at}.schedulingGates[${i}]`, name);
    seen.add(name);
  }
}

function named(spec: PodSpec, at: string, errors: FieldErrors): void {
  for (const key of ["serviceAccountName", "nodeName", "priorityClassName", "runtimeClassName"] as const) {
    const name = spec[key];
    if (key === "nodeName" && name !== undefined && (spec.schedulingGates?.length ?? 0) > 0)
      errors.forbidden(`${at}.nodeName`, "cannot be set until all schedulingGates have been cleared");
    if (name !== undefined && name !== "") complaints(subdomainProblems(name), name, `${at}.${key}`, errors);
  }
  const { activeDeadlineSeconds: deadline, hostname, subdomain } = spec;
  if (deadline !== undefined && (deadline < 1 || deadline > SECONDS_MAX))
    errors.invalid(`${at}.activeDeadlineSeconds`, deadline, SECONDS_RANGE);
  if (hostname !== undefined && hostname !== "") dottedLabel(hostname, `${at}.hostname`, errors);
  if (subdomain !== undefined && subdomain !== "") dottedLabel(subdomain, `${at}.subdomain`, errors);
}

function dottedLabel(name: string, at: string, errors: FieldErrors): void {
  complaints(labelProblems(name), name, at, errors);
}

function operatingSystem(spec: PodSpec, at: string, errors: FieldErrors): void {
  if (spec.os === undefined) return;
  if ((spec.os.name ?? "") === "") errors.required(`${at}.os.name`, "cannot be empty");
  else if (spec.os.name !== "linux" && spec.os.name !== "windows")
    errors.notSupported(`${at}.os`, spec.os.name, ["linux", "windows"]);
  if (spec.os.name === "linux" && spec.securityContext?.windowsOptions !== undefined)
    errors.forbidden(`${at}.securityContext.windowsOptions`, "windows options cannot be set for a linux pod");
  if (spec.os.name === "windows") windowsPod(spec, at, errors);
}
