import { timestamp } from "../base/time.ts";
import type { Request, User } from "../api/request.ts";
import type { Status } from "../api/status.ts";
import type { ServerContext } from "./server-context.ts";

/** An event of audit.k8s.io/v1 at the level Metadata: who did what to what, and what came of it. */
export interface AuditEvent {
  readonly kind: "Event";
  readonly apiVersion: "audit.k8s.io/v1";
  readonly level: "Metadata";
  readonly stage: "ResponseComplete";
  readonly verb: string;
  readonly user: { readonly username: string; readonly groups: readonly string[] };
  readonly objectRef?: {
    readonly resource: string;
    readonly namespace?: string;
    readonly name?: string;
    readonly apiGroup?: string;
    readonly subresource?: string;
  };
  readonly responseStatus: { readonly code: number; readonly status?: string; readonly reason?: string };
  readonly requestReceivedTimestamp: string;
  readonly stageTimestamp: string;
}

/** Hears of every answered request. */
export type AuditSink = (event: AuditEvent) => void;

const UNNAMED: User = { name: "system:apiserver", groups: ["system:masters"] };

/** What the audit log says of a request and its answer. */
export function auditEvent(
  request: Pick<Request, "verb" | "resource" | "namespace" | "name" | "subresource">,
  user: User | undefined,
  code: number,
  status: Status | undefined,
  { now }: Pick<ServerContext, "now">,
): AuditEvent {
  const dot = request.resource.indexOf(".");
  const [resource, apiGroup] =
    dot < 0 ? [request.resource, ""] : [request.resource.slice(0, dot), request.resource.slice(dot + 1)];
  const { namespace, name, subresource } = request;
  return {
    kind: "Event",
    apiVersion: "audit.k8s.io/v1",
    level: "Metadata",
    stage: "ResponseComplete",
    verb: request.verb,
    user: { username: (user ?? UNNAMED).name, groups: (user ?? UNNAMED).groups },
    objectRef: {
      resource,
      ...(namespace !== undefined && { namespace }),
      ...(name !== undefined && { name }),
      ...(apiGroup !== "" && { apiGroup }),
      ...(subresource !== undefined && { subresource }),
    },
    responseStatus: {
      code,
      ...(status?.status !== undefined && { status: status.status }),
      ...(status?.reason !== undefined && { reason: status.reason }),
    },
    requestReceivedTimestamp: timestamp(now),
    stageTimestamp: timestamp(now),
  };
}
