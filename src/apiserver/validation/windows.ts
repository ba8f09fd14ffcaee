import type { Container, PodSpec } from "../../api/types/core-v1.ts";
import type { FieldErrors } from "../field-errors.ts";

const WHY = "cannot be set for a windows pod";

type Fields = { readonly [field: string]: unknown };

/** Fields of a pod's security context, and of the pod itself, that only Linux knows, in upstream's order. */
const POD_FIELDS = [
  "securityContext.appArmorProfile",
  "securityContext.seLinuxOptions",
  "hostUsers",
  "hostPID",
  "hostIPC",
  "securityContext.seccompProfile",
  "securityContext.fsGroup",
  "securityContext.fsGroupChangePolicy",
  "securityContext.sysctls",
  "shareProcessNamespace",
  "securityContext.runAsUser",
  "securityContext.runAsGroup",
  "securityContext.supplementalGroups",
  "securityContext.supplementalGroupsPolicy",
  "securityContext.seLinuxChangePolicy",
];
const CONTAINER_FIELDS = [
  "appArmorProfile",
  "seLinuxOptions",
  "seccompProfile",
  "capabilities",
  "readOnlyRootFilesystem",
  "privileged",
  "allowPrivilegeEscalation",
  "procMount",
  "runAsUser",
  "runAsGroup",
];

/** Validates that a pod for Windows sets nothing that only Linux knows. */
export function windowsPod(spec: PodSpec, at: string, errors: FieldErrors): void {
  const pod: object = spec;
  const context: object = spec.securityContext ?? {};
  for (const path of POD_FIELDS) {
    const inner = path.startsWith("securityContext.") ? path.slice("securityContext.".length) : undefined;
    const value = inner === undefined ? (pod as Fields)[path] : (context as Fields)[inner];
    const isSwitch = path === "hostPID" || path === "hostIPC";
    if (value !== undefined && (!isSwitch || value === true)) errors.forbidden(`${at}.${path}`, WHY);
  }
  for (const { container, place } of placed(spec, at)) {
    const own: object = container.securityContext ?? {};
    for (const field of CONTAINER_FIELDS)
      if ((own as Fields)[field] !== undefined) errors.forbidden(`${place}.securityContext.${field}`, WHY);
  }
}

function placed(spec: PodSpec, at: string): readonly { readonly container: Container; readonly place: string }[] {
  const list = (containers: readonly Container[] | undefined, field: string): ReturnType<typeof placed> =>
    (containers ?? []).map((container, i) => ({ container, place: `${at}.${field}[${i}]` }));
  return [
    ...list(spec.initContainers, "initContainers"),
    ...list(spec.containers, "containers"),
    ...list(spec.ephemeralContainers, "ephemeralContainers"),
  ];
}

/** Validates HostProcess containers: all or none of a pod, and only on the host's network. */
export function hostProcess(spec: PodSpec, at: string, errors: FieldErrors): void {
  const pod = spec.securityContext?.windowsOptions?.hostProcess;
  const containers = placed(spec, at);
  let count = 0;
  for (const { container, place } of containers) {
    const own = container.securityContext?.windowsOptions?.hostProcess;
    if (pod !== undefined && own !== undefined && pod !== own)
      errors.invalid(
        `${place}.securityContext.windowsOptions.hostProcess`,
        own,
        `pod hostProcess value must be identical if both are specified, was ${pod}`,
      );
    if (own ?? pod ?? false) count += 1;
  }
  if (count === 0) return;
  if (count !== containers.length)
    errors.invalid(
      at,
      "",
      "If pod contains any hostProcess containers then all containers must be HostProcess containers",
    );
  if (spec.hostNetwork !== true)
    errors.invalid(`${at}.hostNetwork`, false, "hostNetwork must be true if pod contains any hostProcess containers");
}
