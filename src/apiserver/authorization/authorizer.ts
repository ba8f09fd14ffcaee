import type { Etcd } from "../../etcd/etcd.ts";
import { grantOf, refusal } from "../authorization.ts";
import type { Attributes } from "../authorization.ts";
import { abacAllows } from "./abac.ts";
import type { AbacPolicy } from "./abac.ts";
import { nodeRefusal } from "./node.ts";

/** What an authorizer of one's own says: yes, no for good, or nothing, which leaves it to the next. */
export interface Decision {
  readonly decision: "allow" | "deny" | "no opinion";
  readonly reason?: string;
}

/** An entry of --authorization-mode; a webhook is a function. */
export type AuthorizationMode =
  | "Node"
  | "RBAC"
  | "AlwaysAllow"
  | "AlwaysDeny"
  | { readonly abac: readonly AbacPolicy[] }
  | { readonly webhook: (attributes: Attributes) => Decision };

export const DEFAULT_MODES: readonly AuthorizationMode[] = ["Node", "RBAC"];

/** Asks the authorizers in order, the first opinion counts: undefined when the request may go on, else why not. */
export function authorizeBy(
  modes: readonly AuthorizationMode[],
  etcd: Etcd,
  attributes: Attributes,
): string | undefined {
  if (attributes.user.groups.includes("system:masters")) return undefined;
  const reasons: string[] = [];
  for (const mode of modes) {
    const { decision, reason = "" } = decide(mode, etcd, attributes);
    if (decision === "allow") return undefined;
    if (reason !== "") reasons.push(reason);
    if (decision === "deny") break;
  }
  return refusal(attributes) + (reasons.length === 0 ? "" : `: ${reasons.join("\n")}`);
}

function decide(mode: AuthorizationMode, etcd: Etcd, attributes: Attributes): Decision {
  const opinion = (allowed: boolean, reason: string = ""): Decision =>
    allowed ? { decision: "allow" } : { decision: "no opinion", reason };
  if (typeof mode === "object")
    return "abac" in mode ? opinion(abacAllows(mode.abac, attributes), "No policy matched.") : mode.webhook(attributes);
  switch (mode) {
    case "Node": {
      const reason = nodeRefusal(etcd, attributes);
      return opinion(reason === undefined, reason);
    }
    case "RBAC": {
      const problems: string[] = [];
      const granted = grantOf(etcd, attributes, problems) !== undefined;
      return opinion(granted, problems.length === 0 ? "" : `RBAC: ${problems.join(", ")}`);
    }
    case "AlwaysAllow":
      return { decision: "allow" };
    case "AlwaysDeny":
      return { decision: "no opinion", reason: "Everything is forbidden." };
  }
}
