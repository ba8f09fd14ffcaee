import type { Container, Pod, Volume } from "../../api/types/core-v1.ts";
import type { Cluster } from "../../cluster/cluster.ts";
import { dataOf, fieldOf, hostnameOf } from "./environment.ts";

/** Files of a container by their absolute paths: what Kubernetes puts there, not what the image holds. */
export type Files = ReadonlyMap<string, string>;

const DNS_ADDRESS = "10.96.0.10";

/** Everything that a container can read of its mounts, and the files that the kubelet writes. */
export function filesOf(cluster: Cluster, pod: Pod, container: Container): Files {
  const host = hostnameOf(pod);
  const namespace = pod.metadata.namespace ?? "default";
  const files = new Map<string, string>([
    ["/etc/hostname", `${host}\n`],
    [
      "/etc/hosts",
      `# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n${pod.status?.podIP ?? ""}\t${host}\n`,
    ],
    [
      "/etc/resolv.conf",
      `search ${namespace}.svc.cluster.local svc.cluster.local cluster.local\nnameserver ${DNS_ADDRESS}\noptions ndots:5\n`,
    ],
  ]);
  for (const { name, mountPath, subPath } of container.volumeMounts ?? []) {
    const volume = pod.spec.volumes?.find((one) => one.name === name);
    if (volume === undefined) continue;
    const content = contentOf(cluster, pod, volume);
    if (subPath !== undefined && subPath !== "") {
      const only = content[subPath];
      if (only !== undefined) files.set(mountPath, only);
      continue;
    }
    files.set(`${mountPath.replace(/\/$/, "")}/`, "");
    for (const [path, text] of Object.entries(content)) files.set(`${mountPath.replace(/\/$/, "")}/${path}`, text);
  }
  return files;
}

/** Names in a directory, sorted; undefined when there is none. */
export function listDirectory(files: Files, directory: string): readonly string[] | undefined {
  const prefix = directory === "/" ? "/" : `${directory.replace(/\/+$/, "")}/`;
  const names = new Set<string>();
  let exists = false;
  for (const path of files.keys()) {
    if (!path.startsWith(prefix)) continue;
    exists = true;
    const name = path.slice(prefix.length).split("/")[0] ?? "";
    if (name !== "") names.add(name);
  }
  return exists ? [...names].sort() : undefined;
}

type Content = { readonly [path: string]: string };

interface Source {
  readonly configMap?: { readonly name?: string; readonly items?: readonly Item[] };
  readonly secret?: { readonly name?: string; readonly secretName?: string; readonly items?: readonly Item[] };
  readonly downwardAPI?: {
    readonly items?: readonly { readonly path: string; readonly fieldRef?: { readonly fieldPath: string } }[];
  };
  readonly serviceAccountToken?: { readonly path: string };
}

interface Item {
  readonly key: string;
  readonly path: string;
}

function contentOf(cluster: Cluster, pod: Pod, volume: Volume): Content {
  if (volume.projected === undefined) return sourceContent(cluster, pod, volume as Source);
  const content: { [path: string]: string } = {};
  for (const source of volume.projected.sources ?? [])
    Object.assign(content, sourceContent(cluster, pod, source as Source));
  return content;
}

function sourceContent(cluster: Cluster, pod: Pod, source: Source): Content {
  const { configMap, secret, downwardAPI, serviceAccountToken } = source;
  if (configMap !== undefined) return picked(dataOf(cluster, pod, "configmaps", configMap.name), configMap.items);
  if (secret !== undefined)
    return picked(dataOf(cluster, pod, "secrets", secret.secretName ?? secret.name), secret.items);
  if (downwardAPI !== undefined)
    return Object.fromEntries(
      (downwardAPI.items ?? []).map(({ path, fieldRef }) => [path, fieldOf(pod, fieldRef?.fieldPath ?? "") ?? ""]),
    );
  if (serviceAccountToken !== undefined)
    return { [serviceAccountToken.path]: `simulated.${pod.spec.serviceAccountName ?? "default"}.${pod.metadata.uid}` };
  return {};
}

function picked(data: Content, items: readonly Item[] | undefined): Content {
  if (items === undefined) return data;
  return Object.fromEntries(items.flatMap(({ key, path }) => (data[key] === undefined ? [] : [[path, data[key]]])));
}
