import type { Container, EnvVar, VolumeMount } from "../../api/types/core-v1.ts";
import type { FieldErrors } from "../field-errors.ts";
import { labelProblems, subdomainProblems } from "../name-rules.ts";
import { complaints, oneOf, portNameProblems, portNumber } from "./common.ts";
import { lifecycle, probe } from "./probe.ts";
import { resources } from "./resources.ts";
import { containerSecurity } from "./security-context.ts";

/** What the validation of one container needs to know of its pod. */
export interface ContainerContext {
  readonly volumes: ReadonlyMap<string, { readonly block: boolean }>;
  readonly gracePeriodSeconds: number;
  readonly kind: "container" | "init" | "ephemeral";
  /** Names used so far, over containers of all kinds. */
  readonly names: Set<string>;
}

const PULL_POLICIES = ["Always", "IfNotPresent", "Never"];

/** Validates one container. */
export function container(value: Container, at: string, errors: FieldErrors, context: ContainerContext): void {
  const { name } = value;
  if (name === undefined || name === "") errors.required(`${at}.name`);
  else complaints(labelProblems(name), name, `${at}.name`, errors);
  if (name !== "" && context.names.has(name)) errors.duplicate(`${at}.name`, name);
  else context.names.add(name);
  const { image } = value;
  if (image === undefined || image === "") errors.required(`${at}.image`);
  else if (image.trim() !== image) errors.invalid(`${at}.image`, image, "must not have leading or trailing whitespace");
  ports(value, at, errors);
  for (const [i, entry] of (value.env ?? []).entries()) environment(entry, `${at}.env[${i}]`, errors);
  for (const [i, source] of (value.envFrom ?? []).entries()) {
    const count = Number(source.configMapRef !== undefined) + Number(source.secretRef !== undefined);
    if (count === 0) errors.invalid(`${at}.envFrom`, "", "must specify one of: `configMapRef` or `secretRef`");
    const named = source.configMapRef === undefined ? "secretRef" : "configMapRef";
    const reference = source.configMapRef ?? source.secretRef;
    if (reference !== undefined && (reference.name ?? "") === "") errors.required(`${at}.envFrom[${i}].${named}.name`);
  }
  mounts(value, at, errors, context);
  oneOf(value.imagePullPolicy, PULL_POLICIES, `${at}.imagePullPolicy`, errors);
  if (context.kind === "ephemeral") forbiddenForEphemeral(value, at, errors);
  resources(value.resources, `${at}.resources`, errors);
  oneOf(
    value.terminationMessagePolicy,
    ["File", "FallbackToLogsOnError"],
    `${at}.terminationMessagePolicy`,
    errors,
    "as given",
  );
  resizePolicies(value.resizePolicy ?? [], `${at}.resizePolicy`, errors);
  if (context.kind !== "ephemeral") probes(value, at, errors, context);
  containerSecurity(value.securityContext, `${at}.securityContext`, errors);
  if (value.restartPolicy !== undefined)
    oneOf(value.restartPolicy, ["Always", "Never", "OnFailure"], `${at}.restartPolicy`, errors);
}

const NOT_EPHEMERAL = ["ports", "livenessProbe", "readinessProbe", "startupProbe", "lifecycle"] as const;

function forbiddenForEphemeral(value: Container, at: string, errors: FieldErrors): void {
  for (const field of NOT_EPHEMERAL)
    if (value[field] !== undefined) errors.forbidden(`${at}.${field}`, "cannot be set for an Ephemeral Container");
  if (value.resources?.limits !== undefined || value.resources?.requests !== undefined)
    errors.forbidden(`${at}.resources`, "cannot be set for an Ephemeral Container");
}

function probes(value: Container, at: string, errors: FieldErrors, context: ContainerContext): void {
  const sidecar = value.restartPolicy === "Always";
  if (context.kind === "init" && !sidecar) {
    for (const field of ["lifecycle", "livenessProbe", "readinessProbe", "startupProbe"] as const)
      if (value[field] !== undefined)
        errors.forbidden(`${at}.${field}`, "may not be set for init containers without restartPolicy=Always");
    return;
  }
  lifecycle(value.lifecycle, `${at}.lifecycle`, errors, context.gracePeriodSeconds);
  probe(value.livenessProbe, `${at}.livenessProbe`, errors);
  if (value.livenessProbe !== undefined && value.livenessProbe.successThreshold !== 1)
    errors.invalid(`${at}.livenessProbe.successThreshold`, value.livenessProbe.successThreshold, "must be 1");
  probe(value.readinessProbe, `${at}.readinessProbe`, errors);
  if (value.readinessProbe?.terminationGracePeriodSeconds !== undefined)
    errors.invalid(
      `${at}.readinessProbe.terminationGracePeriodSeconds`,
      value.readinessProbe.terminationGracePeriodSeconds,
      "must not be set for readinessProbes",
    );
  probe(value.startupProbe, `${at}.startupProbe`, errors);
  if (value.startupProbe !== undefined && value.startupProbe.successThreshold !== 1)
    errors.invalid(`${at}.startupProbe.successThreshold`, value.startupProbe.successThreshold, "must be 1");
}

function ports(value: Container, at: string, errors: FieldErrors): void {
  const names = new Set<string>();
  for (const [i, port] of (value.ports ?? []).entries()) {
    const field = `${at}.ports[${i}]`;
    if (port.name !== undefined && port.name !== "") {
      const problems = portNameProblems(port.name);
      if (problems.length > 0) complaints(problems, port.name, `${field}.name`, errors);
      else if (names.has(port.name)) errors.duplicate(`${field}.name`, port.name);
      else names.add(port.name);
    }
    if ((port.containerPort ?? 0) === 0) errors.required(`${field}.containerPort`);
    else portNumber(port.containerPort, `${field}.containerPort`, errors);
    if (port.hostPort !== undefined && port.hostPort !== 0) portNumber(port.hostPort, `${field}.hostPort`, errors);
    oneOf(port.protocol, ["SCTP", "TCP", "UDP"], `${field}.protocol`, errors);
  }
}

const FIELD_PATHS = new Set([
  "metadata.name",
  "metadata.namespace",
  "metadata.uid",
  "spec.nodeName",
  "spec.serviceAccountName",
  "status.hostIP",
  "status.hostIPs",
  "status.podIP",
  "status.podIPs",
]);
const RESOURCES = [
  "limits.cpu",
  "limits.ephemeral-storage",
  "limits.memory",
  "requests.cpu",
  "requests.ephemeral-storage",
  "requests.memory",
];

function environment(entry: EnvVar, at: string, errors: FieldErrors): void {
  if (entry.name === undefined || entry.name === "") errors.required(`${at}.name`);
  const from = entry.valueFrom;
  if (from === undefined) return;
  const field = `${at}.valueFrom`;
  const sources = ["fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef", "fileKeyRef"].filter(
    (key) => from[key as keyof typeof from] !== undefined,
  );
  if (from.fieldRef !== undefined) fieldPath(from.fieldRef.fieldPath, `${field}.fieldRef.fieldPath`, errors);
  const { resourceFieldRef: resource } = from;
  if (resource !== undefined) {
    if ((resource.resource ?? "") === "") errors.required(`${field}.resourceFieldRef.resource`);
    else if (!RESOURCES.includes(resource.resource))
      errors.notSupported(`${field}.resourceFieldRef.resource`, resource.resource, RESOURCES);
    else divisor(resource.resource, resource.divisor, `${field}.resourceFieldRef.divisor`, errors);
  }
  for (const key of ["configMapKeyRef", "secretKeyRef"] as const) {
    const reference = from[key];
    if (reference === undefined) continue;
    complaints(subdomainProblems(reference.name ?? ""), reference.name ?? "", `${field}.${key}.name`, errors);
    if ((reference.key ?? "") === "") errors.required(`${field}.${key}.key`);
  }
  if (sources.length === 0)
    errors.invalid(
      field,
      "",
      "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`",
    );
  else if ((entry.value ?? "") !== "") errors.invalid(field, "", "may not be specified when `value` is not empty");
  else if (sources.length > 1) errors.invalid(field, "", "may not have more than one field specified at a time");
}

function fieldPath(path: string | undefined, at: string, errors: FieldErrors): void {
  if (path === undefined || path === "") errors.required(at);
  else if (!FIELD_PATHS.has(path) && !/^metadata\.(annotations|labels)\['.*'\]$/.test(path))
    errors.invalid(at, path, `error converting fieldPath: field label not supported: ${path}`);
}

const DIVISORS: { readonly [resource: string]: readonly string[] } = {
  cpu: ["1m", "1"],
  memory: [],
  "ephemeral-storage": [],
};

function divisor(resource: string, value: string | undefined, at: string, errors: FieldErrors): void {
  const kind = resource.split(".")[1] ?? "";
  const allowed = DIVISORS[kind];
  if (kind !== "cpu" || allowed === undefined || value === undefined || value === "0" || allowed.includes(value))
    return;
  errors.invalid(at, resource, "only divisor's values 1m and 1 are supported with the cpu resource");
}

function resizePolicies(
  policies: readonly { readonly resourceName?: string; readonly restartPolicy?: string }[],
  field: string,
  errors: FieldErrors,
): void {
  const seen = new Set<string>();
  for (const [i, { resourceName = "", restartPolicy = "" }] of policies.entries()) {
    if (seen.has(resourceName)) errors.duplicate(`${field}[${i}]`, resourceName);
    seen.add(resourceName);
    if (resourceName === "") errors.required(field);
    else oneOf(resourceName, ["cpu", "memory"], field, errors);
    if (restartPolicy === "") errors.required(field);
    else oneOf(restartPolicy, ["NotRequired", "RestartContainer"], field, errors);
  }
}

function mounts(value: Container, at: string, errors: FieldErrors, context: ContainerContext): void {
  const paths = new Set<string>();
  for (const [i, mount] of (value.volumeMounts ?? []).entries()) {
    const field = `${at}.volumeMounts[${i}]`;
    const volume = context.volumes.get(mount.name);
    if ((mount.name ?? "") === "") errors.required(`${field}.name`);
    if (volume === undefined) errors.notFound(`${field}.name`, mount.name);
    if ((mount.mountPath ?? "") === "") errors.required(`${field}.mountPath`);
    else if (paths.has(mount.mountPath)) errors.invalid(`${field}.mountPath`, mount.mountPath, "must be unique");
    paths.add(mount.mountPath);
    mountDetails(mount, `${at}.volumeMounts`, errors);
  }
  for (const [i, device] of (value.volumeDevices ?? []).entries()) {
    const field = `${at}.volumeDevices[${i}]`;
    const volume = context.volumes.get(device.name);
    if ((device.name ?? "") === "") errors.required(`${field}.name`);
    if ((device.devicePath ?? "") === "") errors.required(`${field}.devicePath`);
    if (volume === undefined && (device.name ?? "") !== "") errors.notFound(`${field}.name`, device.name);
    else if (volume?.block === false)
      errors.invalid(
        `${field}.name`,
        device.name,
        "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode",
      );
  }
}

function mountDetails(mount: VolumeMount, at: string, errors: FieldErrors): void {
  for (const key of ["subPath", "subPathExpr"] as const) {
    const path = mount[key];
    if (path !== undefined && path !== "") relativePath(path, `${at}.${key}`, errors);
  }
  oneOf(mount.mountPropagation, ["Bidirectional", "HostToContainer", "None"], `${at}.mountPropagation`, errors);
  if (mount.recursiveReadOnly !== undefined && mount.recursiveReadOnly !== "Disabled" && mount.readOnly !== true)
    errors.forbidden(`${at}.recursiveReadOnly`, "may only be specified when readOnly is true");
}

/** A path below a volume's root. */
export function relativePath(path: string, at: string, errors: FieldErrors): void {
  if (path.startsWith("/")) errors.invalid(at, path, "must be a relative path");
  if (path.split("/").includes("..")) errors.invalid(at, path, "must not contain '..'");
}
