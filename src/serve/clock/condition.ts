import type { ApiObject } from "../../api/object.ts";
import { isObject } from "../../apiserver/patch/merge.ts";
import { KINDS } from "../../apiserver/kinds/index.ts";
import { resourceOf } from "../../apiserver/kind.ts";
import type { Kind } from "../../apiserver/kind.ts";
import { discoveryDocuments } from "../../apiserver/discovery/discovery.ts";
import type { Cluster } from "../../cluster/cluster.ts";

/** A state of the cluster that can be waited for. */
export type Condition = (cluster: Cluster) => boolean;

const FORM =
  /^([\w.-]+)\/([\w.-]+)(?:\s+-n\s+([\w-]+))?\s+(?:(exists|deleted)|(\.[\w.[\]-]+)=(.*)|([A-Z]\w+)(?:=(True|False|Unknown))?)$/;

/** "deployment/web Available", "pod/p Ready=False", "deploy/web .status.readyReplicas=3", "pod/p deleted"; or a sentence. */
export function parseCondition(text: string): Condition | string {
  const m = FORM.exec(text.trim());
  if (m === null)
    return `expected a condition such as "deployment/web Available", "pod/p .status.phase=Running" or "pod/p -n shop deleted", found ${JSON.stringify(text)}`;
  const [, type = "", name = "", namespace = "default", presence, path, value = "", condition, status = "True"] = m;
  const kind = kindCalled(type);
  if (kind === undefined) return `expected a kind of object before the slash, found ${JSON.stringify(type)}`;
  const key = kind.namespaced ? `${namespace}/${name}` : name;
  const resource = resourceOf(kind);
  const find = (cluster: Cluster): ApiObject | undefined => cluster.world.objects(resource).get(key);
  if (presence !== undefined) return (cluster) => (find(cluster) !== undefined) === (presence === "exists");
  if (path !== undefined) return (cluster) => printed(valueAt(find(cluster), path)) === value;
  return (cluster) => hasCondition(find(cluster), condition ?? "", status);
}

function hasCondition(object: ApiObject | undefined, type: string, status: string): boolean {
  const conditions = valueAt(object, ".status.conditions");
  return (
    Array.isArray(conditions) &&
    conditions.some((one: unknown) => isObject(one) && one["type"] === type && one["status"] === status)
  );
}

function valueAt(object: unknown, path: string): unknown {
  let value = object;
  for (const part of path.split(/[.[\]]+/).filter((one) => one !== "")) {
    if (Array.isArray(value)) value = (value as readonly unknown[])[Number(part)];
    else value = isObject(value) ? value[part] : undefined;
  }
  return value;
}

function printed(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}

/** The kind that a user calls so: "deployment", "deployments.apps", "deploy". */
function kindCalled(word: string): Kind | undefined {
  const lower = word.toLowerCase();
  const direct = KINDS.find(
    (kind) => kind.kind.toLowerCase() === lower || kind.plural === lower || resourceOf(kind) === lower,
  );
  if (direct !== undefined) return direct;
  for (const [path, list] of discoveryDocuments("").plain) {
    const { resources } = list as {
      readonly resources?: readonly { readonly name: string; readonly shortNames?: readonly string[] }[];
    };
    const found = resources?.find(({ shortNames }) => shortNames?.includes(lower) === true);
    if (found === undefined) continue;
    const group = path.startsWith("/apis/") ? (path.split("/")[2] ?? "") : "";
    return KINDS.find((kind) => kind.plural === found.name && kind.group === group);
  }
  return undefined;
}
