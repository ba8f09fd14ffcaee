import { withField } from "../../base/with-field.ts";
import { keyOf } from "../../api/object.ts";
import { cast } from "../../base/units.ts";
import type { Container, Pod, PodSpec, ServiceAccount, Volume } from "../../api/types/core-v1.ts";
import { mapItems } from "../defaults.ts";
import { forbidden } from "../failure.ts";
import type { Failure } from "../failure.ts";
import type { Kind } from "../kind.ts";
import { randomSuffix } from "../names.ts";
import type { Call, Server } from "../server-state.ts";

const MOUNT_PATH = "/var/run/secrets/kubernetes.io/serviceaccount";
const MIRROR = "kubernetes.io/config.mirror";

const PROJECTED: NonNullable<Volume["projected"]> = {
  defaultMode: 420,
  sources: [
    { serviceAccountToken: { expirationSeconds: 3607, path: "token" } },
    { configMap: { items: [{ key: "ca.crt", path: "ca.crt" }], name: "kube-root-ca.crt" } },
    {
      downwardAPI: { items: [{ fieldRef: { apiVersion: "v1", fieldPath: "metadata.namespace" }, path: "namespace" }] },
    },
  ],
};

/** What admission adds to a pod's spec. */
export type SpecChanges = { -readonly [key in keyof PodSpec]?: PodSpec[key] };

/** ServiceAccount: names the account of a pod, mounts its token and lends its image pull secrets. */
export function addServiceAccount(
  server: Server,
  kind: Kind,
  pod: Pod,
  changes: SpecChanges,
  call: Call,
): Failure | undefined {
  const { spec } = pod;
  if (server.options.serviceAccountAdmission === false || pod.metadata.annotations?.[MIRROR] !== undefined)
    return undefined;
  const name = spec.serviceAccountName ?? spec.serviceAccount ?? "default";
  const namespace = pod.metadata.namespace ?? "";
  const found = server.etcd.get("serviceaccounts", keyOf(namespace, name));
  if (found === undefined && (name !== "default" || server.options.requireServiceAccount === true))
    return forbidden(
      kind,
      pod.metadata.name,
      `error looking up service account ${namespace}/${name}: serviceaccount "${name}" not found`,
    );
  changes.serviceAccountName = name;
  changes.serviceAccount = name;
  if (found === undefined) return undefined;
  const account = cast<ServiceAccount>(found);
  if (spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true) addToken(spec, changes, call);
  if (spec.imagePullSecrets === undefined && account.imagePullSecrets !== undefined)
    changes.imagePullSecrets = account.imagePullSecrets;
  return undefined;
}

function addToken(spec: PodSpec, changes: SpecChanges, call: Call): void {
  const own = spec.volumes?.find((volume) => volume.name.startsWith("kube-api-access-"));
  const name = own?.name ?? `kube-api-access-${randomSuffix(call.context, "apiserver/token-volume")}`;
  let mounted = false;
  const mount = (container: Container): Container => {
    const mounts = container.volumeMounts ?? [];
    if (mounts.some((other) => other.mountPath === MOUNT_PATH)) return container;
    mounted = true;
    return withField(container, "volumeMounts", [...mounts, { mountPath: MOUNT_PATH, name, readOnly: true }]);
  };
  const containers = mapItems(spec.containers ?? [], mount);
  const initContainers = spec.initContainers === undefined ? undefined : mapItems(spec.initContainers, mount);
  if (!mounted) return;
  changes.containers = containers;
  if (initContainers !== undefined) changes.initContainers = initContainers;
  if (own === undefined) changes.volumes = [...(spec.volumes ?? []), { name, projected: PROJECTED }];
}
