import type { Container, Pod, Volume } from "../../api/types/core-v1.ts";
import type { Cluster } from "../../cluster/cluster.ts";
import { dataOf, fieldOf, hostnameOf, resourceFieldOf } from "./environment.ts";
import type { ResourceField } from "./environment.ts";

/** A file or directory as `stat` shows it. */
export interface File {
  readonly text: string;
  /** Permission bits. */
  readonly mode: number;
  /** "tmpfs" for what is kept in memory. */
  readonly fileSystem: "tmpfs" | "ext4";
}

/** Files of a container by their absolute paths, directories with a slash at the end: what Kubernetes puts there, not the image. */
export type Files = ReadonlyMap<string, File>;

const DNS_ADDRESS = "10.96.0.10";
const NODE_DNS_ADDRESS = "192.0.2.53";

/** Everything that a container can read of its mounts, and the files that the kubelet writes. */
export function filesOf(cluster: Cluster, pod: Pod, container: Container, token: () => string): Files {
  const host = hostnameOf(pod);
  const plain = (text: string): File => ({ text, mode: 0o644, fileSystem: "ext4" });
  const files = new Map<string, File>([
    ["/etc/hostname", plain(`${host}\n`)],
    [
      "/etc/hosts",
      plain(
        `# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n${pod.status?.podIP ?? ""}\t${host}\n${aliases(pod)}`,
      ),
    ],
    ["/etc/resolv.conf", plain(resolverFile(pod))],
  ]);
  for (const { name, mountPath, subPath } of container.volumeMounts ?? []) {
    const volume = pod.spec.volumes?.find((one) => one.name === name);
    if (volume === undefined) continue;
    const content = contentOf(cluster, pod, volume, token);
    const fileSystem = inMemory(volume) ? "tmpfs" : "ext4";
    const file = ({ text, mode }: Entry): File => ({ text, mode, fileSystem });
    if (subPath !== undefined && subPath !== "") {
      const only = content[subPath];
      if (only !== undefined) files.set(mountPath, file(only));
      continue;
    }
    const root = mountPath.replace(/\/$/, "");
    files.set(`${root}/`, { text: "", mode: 0o777, fileSystem });
    for (const [path, entry] of Object.entries(content)) files.set(`${root}/${path}`, file(entry));
  }
  return files;
}

/** /etc/resolv.conf: the cluster's DNS or the node's, by the pod's dnsPolicy, with what its dnsConfig adds. */
function resolverFile({ metadata, spec }: Pod): string {
  const { dnsPolicy = "ClusterFirst", dnsConfig = {}, hostNetwork = false } = spec;
  const { nameservers = [], searches = [], options = [] } = dnsConfig;
  const ofCluster = dnsPolicy === "ClusterFirstWithHostNet" || (dnsPolicy === "ClusterFirst" && !hostNetwork);
  const domain = "svc.cluster.local";
  const search = ofCluster ? [`${metadata.namespace ?? "default"}.${domain}`, domain, "cluster.local"] : [];
  const servers = ofCluster ? [DNS_ADDRESS] : dnsPolicy === "None" ? [] : [NODE_DNS_ADDRESS];
  const shown = options.map(({ name = "", value }) => (value === undefined ? name : `${name}:${value}`));
  const own = ofCluster && !options.some(({ name }) => name === "ndots") ? ["ndots:5"] : [];
  const line = (word: string, values: readonly string[]): string =>
    values.length === 0 ? "" : `${word} ${values.join(" ")}\n`;
  return [
    line("search", [...new Set([...search, ...searches])]),
    ...[...new Set([...servers, ...nameservers])].map((one) => line("nameserver", [one])),
    line("options", [...own, ...shown]),
  ].join("");
}

/** The lines of /etc/hosts for the names that a pod gives to addresses. */
function aliases({ spec }: Pod): string {
  if (spec.hostAliases === undefined || spec.hostAliases.length === 0) return "";
  const lines = spec.hostAliases.map(({ ip, hostnames = [] }) => `${[ip, ...hostnames].join("\t")}\n`);
  return `\n# Entries added by HostAliases.\n${lines.join("")}`;
}

function inMemory({ emptyDir, secret, projected, downwardAPI }: Volume): boolean {
  return emptyDir?.medium === "Memory" || secret !== undefined || projected !== undefined || downwardAPI !== undefined;
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

interface Entry {
  readonly text: string;
  readonly mode: number;
}

type Content = { readonly [path: string]: Entry };

interface Item {
  readonly key: string;
  readonly path: string;
  readonly mode?: number;
}

interface DownwardItem {
  readonly path: string;
  readonly mode?: number;
  readonly fieldRef?: { readonly fieldPath: string };
  readonly resourceFieldRef?: ResourceField;
}

interface Source {
  readonly configMap?: { readonly name?: string; readonly items?: readonly Item[]; readonly defaultMode?: number };
  readonly secret?: {
    readonly name?: string;
    readonly secretName?: string;
    readonly items?: readonly Item[];
    readonly defaultMode?: number;
  };
  readonly downwardAPI?: { readonly items?: readonly DownwardItem[]; readonly defaultMode?: number };
  readonly serviceAccountToken?: { readonly path: string };
}

const MODE = 0o644;

function contentOf(cluster: Cluster, pod: Pod, volume: Volume, token: () => string): Content {
  if (volume.projected === undefined) return sourceContent(cluster, pod, volume as Source, undefined);
  const content: { [path: string]: Entry } = {};
  const { sources = [], defaultMode } = volume.projected;
  for (const source of sources as readonly Source[]) {
    const path = source.serviceAccountToken?.path;
    if (path === undefined) Object.assign(content, sourceContent(cluster, pod, source, defaultMode));
    else content[path] = { text: token(), mode: defaultMode ?? MODE };
  }
  return content;
}

function sourceContent(cluster: Cluster, pod: Pod, source: Source, projectedMode: number | undefined): Content {
  const { configMap, secret, downwardAPI } = source;
  if (configMap !== undefined)
    return picked(
      dataOf(cluster, pod, "configmaps", configMap.name),
      configMap.items,
      configMap.defaultMode ?? projectedMode,
    );
  if (secret !== undefined)
    return picked(
      dataOf(cluster, pod, "secrets", secret.secretName ?? secret.name),
      secret.items,
      secret.defaultMode ?? projectedMode,
    );
  const defaultMode = downwardAPI?.defaultMode ?? projectedMode ?? MODE;
  if (downwardAPI !== undefined)
    return Object.fromEntries(
      (downwardAPI.items ?? []).map(({ path, mode = defaultMode, fieldRef, resourceFieldRef }) => {
        const text =
          resourceFieldRef === undefined
            ? (fieldOf(pod, fieldRef?.fieldPath ?? "") ?? "")
            : resourceFieldOf(cluster, pod, undefined, resourceFieldRef);
        return [path, { text, mode }];
      }),
    );
  return {};
}

function picked(
  data: { readonly [key: string]: string },
  items: readonly Item[] | undefined,
  defaultMode: number | undefined,
): Content {
  const all = items ?? Object.keys(data).map((key): Item => ({ key, path: key }));
  return Object.fromEntries(
    all.flatMap(({ key, path, mode = defaultMode ?? MODE }) => {
      const text = data[key];
      return text === undefined ? [] : [[path, { text, mode }]];
    }),
  );
}
