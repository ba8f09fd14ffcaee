import type { User } from "../../api/request.ts";
import type { Attributes } from "../authorization.ts";
import { authorizeBy, DEFAULT_MODES } from "../authorization/authorizer.ts";
import type { AuthorizationMode } from "../authorization/authorizer.ts";
import { failure } from "../failure.ts";
import type { Failure } from "../failure.ts";
import type { Etcd } from "../../etcd/etcd.ts";

const ANONYMOUS: User = { name: "system:anonymous", groups: ["system:unauthenticated"] };
const ADMIN: User = { name: "kubernetes-admin", groups: ["system:masters"] };

type Headers = { readonly [name: string]: string } | undefined;

/** Who decides, and what the decision rests on. */
interface Authority {
  readonly etcd: Etcd;
  readonly authorization?: readonly AuthorizationMode[];
}

/** Who sends a request that no edge has authenticated: nobody, or the administrator; undefined with a foreign token. */
export function senderOf(headers: Headers): User | undefined {
  const credentials = headers?.["Authorization"];
  if (credentials === "none") return ANONYMOUS;
  return credentials?.startsWith("Bearer ") === true ? undefined : ADMIN;
}

/** Whom the sender speaks for. */
export function impersonated(headers: Headers): User | undefined {
  const name = headers?.["Impersonate-User"];
  if (name === undefined) return undefined;
  const group = headers?.["Impersonate-Group"];
  const account = ACCOUNT.exec(name)?.[1];
  const groups = account === undefined ? [] : ["system:serviceaccounts", `system:serviceaccounts:${account}`];
  return { name, groups: [...groups, ...(group === undefined ? [] : [group]), "system:authenticated"] };
}

const ACCOUNT = /^system:serviceaccount:([^:]+):(.*)$/;

/** Authorization comes before it is known whether the object exists, and after that to speak for somebody else. */
export function accessProblem(authority: Authority, sender: User, attributes: Attributes): Failure | undefined {
  const modes = authority.authorization ?? DEFAULT_MODES;
  const ask = (asked: Attributes): string | undefined => authorizeBy(modes, authority.etcd, asked);
  const { user } = attributes;
  if (user !== sender && ask(impersonation(sender, user)) !== undefined) {
    const what = ACCOUNT.test(user.name) ? "serviceaccount" : "user-info";
    const why = ask({ ...attributes, user: sender, verb: `impersonate-on:${what}:${attributes.verb}` });
    if (why !== undefined) return refused(attributes, why);
  }
  const why = ask(attributes);
  return why === undefined ? undefined : refused(attributes, why);
}

function impersonation(sender: User, { name }: User): Attributes {
  const [, namespace, account] = ACCOUNT.exec(name) ?? [];
  const asks = { user: sender, verb: "impersonate", group: "" };
  return namespace === undefined || account === undefined
    ? { ...asks, resource: "users", name }
    : { ...asks, resource: "serviceaccounts", namespace, name: account };
}

/** `pods "p" is forbidden: User "alice" cannot …`, or `forbidden: User "alice" cannot get path "/metrics"`. */
function refused({ group, resource, path, verb, name, subresource }: Attributes, why: string): Failure {
  if (path !== undefined) return failure(403, "Forbidden", `forbidden: ${why}`, {});
  const named = name !== undefined && (verb !== "create" || subresource !== undefined);
  const full = group === "" ? resource : `${resource}.${group}`;
  return failure(403, "Forbidden", `${full}${named ? ` ${JSON.stringify(name)}` : ""} is forbidden: ${why}`, {
    ...(named && { name }),
    ...(group !== "" && { group }),
    kind: resource,
  });
}
