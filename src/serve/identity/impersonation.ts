import type { IncomingHttpHeaders } from "node:http";
import type { User } from "../../api/request.ts";
import { authorize } from "../../apiserver/authorization.ts";
import type { Etcd } from "../../etcd/etcd.ts";

/** The user whom a request speaks for (`kubectl --as`), or why the sender may not. */
export function impersonate(etcd: Etcd, sender: User, headers: IncomingHttpHeaders): User | { readonly why: string } {
  const name = first(headers["impersonate-user"]);
  const asked = list(headers["impersonate-group"]);
  if (name === undefined) {
    const rest = asked.length > 0 || Object.keys(headers).some((key) => key.startsWith("impersonate-"));
    return rest ? { why: "requested impersonation without a user" } : sender;
  }
  const account = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(name);
  const namespace = account?.[1];
  const refusals = [
    authorize(etcd, {
      user: sender,
      verb: "impersonate",
      group: "",
      resource: account === null ? "users" : "serviceaccounts",
      name: account?.[2] ?? name,
      ...(namespace !== undefined && { namespace }),
    }),
    ...asked.map((group) =>
      authorize(etcd, { user: sender, verb: "impersonate", group: "", resource: "groups", name: group }),
    ),
  ];
  const why = refusals.find((one) => one !== undefined);
  if (why !== undefined) return { why };
  const implied = namespace === undefined ? [] : ["system:serviceaccounts", `system:serviceaccounts:${namespace}`];
  const groups = asked.length > 0 ? asked : implied;
  const everyone = name === "system:anonymous" ? "system:unauthenticated" : "system:authenticated";
  return { name, groups: groups.includes(everyone) ? groups : [...groups, everyone] };
}

function first(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === "string" ? value : value?.[0];
}

function list(value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined) return [];
  return typeof value === "string" ? value.split(",").map((part) => part.trim()) : value;
}
