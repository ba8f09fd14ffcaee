import { cast } from "../../base/units.ts";
import { quantityMilli } from "../../api/quantity.ts";
import type { ConfigMap, Container, Node, Pod, Secret, Service } from "../../api/types/core-v1.ts";
import type { Cluster } from "../../cluster/cluster.ts";

/** Environment variables of a container, in the order in which `env` prints them. */
export type Environment = ReadonlyMap<string, string>;

/** What the kubelet and the runtime put into a container's environment. */
export function environmentOf(cluster: Cluster, pod: Pod, container: Container): Environment {
  const env = new Map<string, string>([
    ["PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
    ["HOSTNAME", hostnameOf(pod)],
  ]);
  for (const { configMapRef, secretRef, prefix = "" } of container.envFrom ?? []) {
    const data = {
      ...dataOf(cluster, pod, "configmaps", configMapRef?.name),
      ...dataOf(cluster, pod, "secrets", secretRef?.name),
    };
    for (const [key, value] of Object.entries(data)) env.set(prefix + key, value);
  }
  for (const [key, value] of serviceVariables(cluster, pod)) env.set(key, value);
  for (const { name, value, valueFrom } of container.env ?? []) {
    if (valueFrom === undefined) env.set(name, expand(value ?? "", env));
    else {
      const { configMapKeyRef, secretKeyRef, fieldRef, resourceFieldRef } = valueFrom;
      const found =
        dataOf(cluster, pod, "configmaps", configMapKeyRef?.name)[configMapKeyRef?.key ?? ""] ??
        dataOf(cluster, pod, "secrets", secretKeyRef?.name)[secretKeyRef?.key ?? ""] ??
        (fieldRef === undefined ? undefined : fieldOf(pod, fieldRef.fieldPath)) ??
        (resourceFieldRef === undefined ? undefined : resourceFieldOf(cluster, pod, container, resourceFieldRef));
      if (found !== undefined) env.set(name, found);
    }
  }
  env.set("HOME", "/root");
  return env;
}

/** The name that a pod's containers see as their host's. */
export function hostnameOf(pod: Pod): string {
  const { hostname, hostNetwork, nodeName } = pod.spec;
  return hostNetwork === true ? (nodeName ?? "") : (hostname ?? pod.metadata.name);
}

/** Data of a ConfigMap or Secret as texts. */
export function dataOf(
  cluster: Cluster,
  pod: Pod,
  resource: "configmaps" | "secrets",
  name: string | undefined,
): { readonly [key: string]: string } {
  const object =
    name === undefined ? undefined : cluster.world.objects(resource).get(`${pod.metadata.namespace ?? ""}/${name}`);
  if (object === undefined) return {};
  if (resource === "configmaps") return cast<ConfigMap>(object).data ?? {};
  const data = cast<Secret>(object).data ?? {};
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, Buffer.from(String(value), "base64").toString("utf8")]),
  );
}

/** The value of a downward API field. */
export function fieldOf(pod: Pod, path: string): string | undefined {
  const keyed = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(path);
  if (keyed !== null) {
    const map = keyed[1] === "labels" ? pod.metadata.labels : pod.metadata.annotations;
    return map?.[keyed[2] ?? ""] ?? "";
  }
  switch (path) {
    case "metadata.labels":
    case "metadata.annotations": {
      const map = path === "metadata.labels" ? pod.metadata.labels : pod.metadata.annotations;
      return Object.entries(map ?? {})
        .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
        .join("\n");
    }
    case "metadata.name":
      return pod.metadata.name;
    case "metadata.namespace":
      return pod.metadata.namespace ?? "";
    case "metadata.uid":
      return pod.metadata.uid;
    case "spec.nodeName":
      return pod.spec.nodeName ?? "";
    case "spec.serviceAccountName":
      return pod.spec.serviceAccountName ?? "";
    case "status.hostIP":
      return pod.status?.hostIP ?? "";
    case "status.podIP":
      return pod.status?.podIP ?? "";
    default:
      return undefined;
  }
}

/** A downward API field about resources. */
export interface ResourceField {
  readonly containerName?: string;
  readonly resource: string;
  readonly divisor?: string | number;
}

/** The value of such a field: rounded up to whole divisors; without a limit, what the node can allocate. */
export function resourceFieldOf(
  cluster: Cluster,
  pod: Pod,
  own: Container | undefined,
  { containerName, resource, divisor }: ResourceField,
): string {
  const container = containerName === undefined ? own : pod.spec.containers.find(({ name }) => name === containerName);
  const [kind = "", name = ""] = resource.split(".");
  const amounts = kind === "limits" ? container?.resources?.limits : container?.resources?.requests;
  const node = cast<Node | undefined>(cluster.world.objects("nodes").get(pod.spec.nodeName ?? ""));
  const amount = amounts?.[name] ?? (kind === "limits" ? node?.status?.allocatable?.[name] : undefined) ?? "0";
  const by = divisor === undefined || String(divisor) === "0" ? "1" : String(divisor);
  return String(Math.ceil(quantityMilli(amount) / quantityMilli(by)));
}

/** "$(NAME)" stands for a variable, in values, commands and arguments alike; "$$" is a dollar. */
export function expand(text: string, env: Environment): string {
  return text.replaceAll(/\$\$|\$\(([\w.-]+)\)/g, (all, name: string | undefined) =>
    name === undefined ? "$" : (env.get(name) ?? all),
  );
}

/** WEB_SERVICE_HOST and the rest, for the Services that were there before the pod; the API's own always. */
function* serviceVariables(cluster: Cluster, pod: Pod): Iterable<[string, string]> {
  const created = pod.metadata.creationTimestamp ?? "";
  for (const object of cluster.world.objects("services").values()) {
    const service = cast<Service>(object);
    const { name, namespace, creationTimestamp = "" } = service.metadata;
    const isApi = namespace === "default" && name === "kubernetes";
    const visible =
      pod.spec.enableServiceLinks !== false && namespace === pod.metadata.namespace && creationTimestamp <= created;
    const { clusterIP = "None", ports = [] } = service.spec;
    const [first] = ports;
    if ((!isApi && !visible) || clusterIP === "None" || clusterIP === "" || first === undefined) continue;
    const prefix = name.toUpperCase().replaceAll("-", "_");
    yield [`${prefix}_SERVICE_HOST`, clusterIP];
    yield [`${prefix}_SERVICE_PORT`, String(first.port)];
    for (const { name: portName, port } of ports)
      if (portName !== undefined && portName !== "")
        yield [`${prefix}_SERVICE_PORT_${portName.toUpperCase().replaceAll("-", "_")}`, String(port)];
    yield [`${prefix}_PORT`, `tcp://${clusterIP}:${first.port}`];
    for (const { port, protocol = "TCP" } of ports) {
      const key = `${prefix}_PORT_${port}_${protocol}`;
      const lower = protocol.toLowerCase();
      yield [key, `${lower}://${clusterIP}:${port}`];
      yield [`${key}_PROTO`, lower];
      yield [`${key}_PORT`, String(port)];
      yield [`${key}_ADDR`, clusterIP];
    }
  }
}
