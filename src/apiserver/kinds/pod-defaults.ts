import type { Container, PodSpec, PodTemplateSpec, Probe, Volume } from "../../api/types/core-v1.ts";
import { mapItems, withDefaults } from "../defaults.ts";
import { withField } from "../../base/with-field.ts";

const POD_SPEC: Partial<PodSpec> = {
  restartPolicy: "Always",
  dnsPolicy: "ClusterFirst",
  schedulerName: "default-scheduler",
  terminationGracePeriodSeconds: 30,
  securityContext: {},
};

/** Defaults of a pod's spec, in pods and in templates. */
export function defaultPodSpec(spec: PodSpec, isPod: boolean): PodSpec {
  let result = withDefaults(spec, POD_SPEC);
  if (spec.serviceAccountName !== undefined && spec.serviceAccount === undefined)
    result = { ...result, serviceAccount: spec.serviceAccountName };
  else if (spec.serviceAccount !== undefined && spec.serviceAccountName === undefined)
    result = { ...result, serviceAccountName: spec.serviceAccount };
  if (result.containers !== undefined)
    result = withField(
      result,
      "containers",
      mapItems(result.containers, (container) => defaultContainer(container, isPod && spec.hostNetwork === true)),
    );
  if (result.initContainers !== undefined)
    result = withField(
      result,
      "initContainers",
      mapItems(result.initContainers, (container) => defaultContainer(container, isPod && spec.hostNetwork === true)),
    );
  if (result.ephemeralContainers !== undefined)
    result = withField(
      result,
      "ephemeralContainers",
      mapItems(
        result.ephemeralContainers,
        (container) => defaultContainer(container as Container, false) as typeof container,
      ),
    );
  if (result.volumes !== undefined) result = withField(result, "volumes", mapItems(result.volumes, defaultVolume));
  return result;
}

/** Defaults of a workload's pod template. */
export function defaultTemplate(template: PodTemplateSpec | undefined): PodTemplateSpec {
  const now: PodTemplateSpec = template ?? { spec: { containers: [] } };
  const filled = now.metadata === undefined ? ({ ...now, metadata: {} } as PodTemplateSpec) : now;
  return filled.spec === undefined ? filled : withField(filled, "spec", defaultPodSpec(filled.spec, false));
}

const CONTAINER: Partial<Container> = {
  resources: {},
  terminationMessagePath: "/dev/termination-log",
  terminationMessagePolicy: "File",
};

function defaultContainer(container: Container, hostNetwork: boolean): Container {
  let result = withDefaults(container, CONTAINER);
  if (result.imagePullPolicy === undefined)
    result = withField(result, "imagePullPolicy", pullPolicy(container.image ?? ""));
  if (result.ports !== undefined)
    result = withField(
      result,
      "ports",
      mapItems(result.ports, (port) => {
        const filled = port.protocol === undefined ? withField(port, "protocol", "TCP") : port;
        return hostNetwork && filled.hostPort === undefined
          ? withField(filled, "hostPort", filled.containerPort)
          : filled;
      }),
    );
  if (result.env !== undefined)
    result = withField(
      result,
      "env",
      mapItems(result.env, (env) => {
        const ref = env.valueFrom?.fieldRef;
        if (ref === undefined || ref.apiVersion !== undefined) return env;
        return { ...env, valueFrom: { ...env.valueFrom, fieldRef: { ...ref, apiVersion: "v1" } } };
      }),
    );
  if (result.livenessProbe !== undefined)
    result = withField(result, "livenessProbe", defaultProbe(result.livenessProbe));
  if (result.readinessProbe !== undefined)
    result = withField(result, "readinessProbe", defaultProbe(result.readinessProbe));
  if (result.startupProbe !== undefined) result = withField(result, "startupProbe", defaultProbe(result.startupProbe));
  return result.lifecycle === undefined ? result : defaultLifecycle(withoutStopSignal(result));
}

/** The stop signal is behind a feature gate that is off by default. */
function withoutStopSignal(container: Container): Container {
  if (container.lifecycle?.stopSignal === undefined) return container;
  const { lifecycle, ...rest } = container;
  const { stopSignal: _, ...hooks } = lifecycle;
  return Object.keys(hooks).length === 0 ? rest : { ...rest, lifecycle: hooks };
}

function defaultLifecycle(container: Container): Container {
  const { lifecycle } = container;
  if (lifecycle === undefined) return container;
  let result = lifecycle;
  for (const hook of ["postStart", "preStop"] as const) {
    const handler = result[hook];
    if (handler?.httpGet === undefined) continue;
    const httpGet = withDefaults(handler.httpGet, { path: "/", scheme: "HTTP" });
    if (httpGet !== handler.httpGet) result = { ...result, [hook]: { ...handler, httpGet } };
  }
  return withField(container, "lifecycle", result);
}

/** Always for images without a tag or with "latest"; a digest counts as a tag. */
const COMPONENT = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*";
const DOMAIN = "(?:(?=[^/]*[.:A-Z])|(?=localhost/))(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9.-]*[a-zA-Z0-9])(?::[0-9]+)?";
const IMAGE = new RegExp(
  `^(?:${DOMAIN}/)?${COMPONENT}(?:/${COMPONENT})*(?::(\\w[\\w.-]{0,127}))?(?:@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:([0-9a-fA-F]{32,}))?$`,
);

/** Always for the newest of an image; an image with another tag or a digest, and one without a form, only if absent. */
function pullPolicy(image: string): string {
  const parts = IMAGE.exec(image);
  if (parts === null || /^[0-9a-f]{64}$/.test(image)) return "IfNotPresent";
  const [, tag, digest] = parts;
  return tag === "latest" || (tag === undefined && digest === undefined) ? "Always" : "IfNotPresent";
}

function defaultProbe(probe: Probe): Probe {
  let result = withDefaults(probe, { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 });
  if (result.httpGet !== undefined)
    result = withField(result, "httpGet", withDefaults(result.httpGet, { path: "/", scheme: "HTTP" }));
  if (result.grpc !== undefined) result = withField(result, "grpc", withDefaults(result.grpc, { service: "" }));
  return result;
}

const SOURCES_WITH_MODE = ["configMap", "secret", "downwardAPI", "projected"] as const;

function defaultVolume(volume: Volume): Volume {
  let sources = 0;
  for (const key in volume) if (key !== "name") sources += 1;
  if (sources === 0) return { ...volume, emptyDir: {} };
  let result = volume;
  for (const key of SOURCES_WITH_MODE) {
    const source = result[key];
    if (source !== undefined && source.defaultMode === undefined)
      result = { ...result, [key]: { ...source, defaultMode: 420 } };
  }
  if (result.hostPath !== undefined && result.hostPath.type === undefined)
    result = { ...result, hostPath: { ...result.hostPath, type: "" } };
  if (result.projected !== undefined) result = defaultProjected(result);
  if (result.downwardAPI !== undefined) result = defaultDownward(result);
  if (result.image !== undefined && result.image.pullPolicy === undefined)
    result = { ...result, image: { ...result.image, pullPolicy: pullPolicy(result.image.reference ?? "") } };
  return result.ephemeral === undefined &&
    result.iscsi === undefined &&
    result.rbd === undefined &&
    result.azureDisk === undefined &&
    result.scaleIO === undefined
    ? result
    : defaultOtherSources(result);
}

function defaultOtherSources(volume: Volume): Volume {
  let result = volume;
  const template = result.ephemeral?.volumeClaimTemplate;
  if (template !== undefined && template.spec.volumeMode === undefined)
    result = {
      ...result,
      ephemeral: { volumeClaimTemplate: { ...template, spec: { ...template.spec, volumeMode: "Filesystem" } } },
    };
  if (result.iscsi !== undefined)
    result = withField(result, "iscsi", withDefaults(result.iscsi, { iscsiInterface: "default" }));
  if (result.rbd !== undefined)
    result = withField(
      result,
      "rbd",
      withDefaults(result.rbd, { pool: "rbd", user: "admin", keyring: "/etc/ceph/keyring" }),
    );
  if (result.azureDisk !== undefined)
    result = withField(
      result,
      "azureDisk",
      withDefaults(result.azureDisk, { cachingMode: "ReadWrite", kind: "Shared", fsType: "ext4", readOnly: false }),
    );
  if (result.scaleIO !== undefined)
    result = withField(
      result,
      "scaleIO",
      withDefaults(result.scaleIO, { storageMode: "ThinProvisioned", fsType: "xfs" }),
    );
  return result;
}

type Projected = NonNullable<Volume["projected"]>;
type Source = NonNullable<Projected["sources"]>[number];

function defaultProjected(volume: Volume): Volume {
  const projected = volume.projected;
  if (projected?.sources === undefined) return volume;
  const sources = mapItems(projected.sources, (source: Source) => {
    let result = source;
    if (result.serviceAccountToken !== undefined && result.serviceAccountToken.expirationSeconds === undefined)
      result = { ...result, serviceAccountToken: { ...result.serviceAccountToken, expirationSeconds: 3600 } };
    const items = result.downwardAPI?.items;
    if (items === undefined) return result;
    const filled = mapItems(items, defaultDownwardItem);
    return filled === items ? result : { ...result, downwardAPI: { ...result.downwardAPI, items: filled } };
  });
  return sources === projected.sources ? volume : { ...volume, projected: { ...projected, sources } };
}

function defaultDownward(volume: Volume): Volume {
  const items = volume.downwardAPI?.items;
  if (items === undefined) return volume;
  const filled = mapItems(items, defaultDownwardItem);
  return filled === items ? volume : { ...volume, downwardAPI: { ...volume.downwardAPI, items: filled } };
}

type DownwardItem = NonNullable<NonNullable<Volume["downwardAPI"]>["items"]>[number];

function defaultDownwardItem(item: DownwardItem): DownwardItem {
  if (item.fieldRef === undefined || item.fieldRef.apiVersion !== undefined) return item;
  return { ...item, fieldRef: { ...item.fieldRef, apiVersion: "v1" } };
}
