import { randomBytes } from "node:crypto";
import { cast } from "../../base/units.ts";
import { failure, invalid, notFound } from "../../apiserver/failure.ts";
import { FieldErrors } from "../../apiserver/field-errors.ts";
import type { HttpRequest } from "../../apiserver/http/http.ts";
import { kindOf } from "../../apiserver/kinds/index.ts";
import type { Edge } from "../edge.ts";
import { forbiddenReply } from "../http/exchange.ts";
import type { Exchange } from "../http/exchange.ts";
import { refusal } from "../http/reply.ts";
import type { Reply } from "../http/reply.ts";
import { requestObject } from "../http/request-object.ts";
import { wallTimestamp } from "../http/timestamps.ts";

const PATH = /^\/api\/v1\/namespaces\/([^/]+)\/serviceaccounts\/([^/]+)\/token$/;
const LEAST_S = 600;
const DEFAULT_S = 3600;

/** `kubectl create token`: a bearer token that stands for a service account. */
export function answerTokenRequest(edge: Edge, exchange: Exchange, asked: HttpRequest): Reply | undefined {
  const [, namespace, name] = PATH.exec(exchange.path) ?? [];
  if (namespace === undefined || name === undefined || asked.method !== "POST") return undefined;
  const where = { namespace, name };
  const no = forbiddenReply(exchange, { verb: "create", resource: "serviceaccounts", subresource: "token", ...where });
  if (no !== undefined) return no;
  const body = cast<{ spec?: { expirationSeconds?: number; audiences?: readonly string[] } }>(requestObject(asked));
  const seconds = body.spec?.expirationSeconds ?? DEFAULT_S;
  const errors = new FieldErrors();
  if (seconds < LEAST_S)
    errors.invalid("spec.expirationSeconds", seconds, "may not specify a duration less than 10 minutes");
  if (errors.causes.length > 0) return refusal(invalid("TokenRequest", "authentication.k8s.io", "", errors.causes));
  const kind = kindOf("serviceaccounts");
  if (kind === undefined || !exchange.simulation.cluster.world.objects("serviceaccounts").has(`${namespace}/${name}`))
    return refusal(kind === undefined ? failure(404, "NotFound", "not found") : notFound(kind, name));
  const token = randomBytes(32).toString("base64url");
  const expiresAt = Date.now() + seconds * 1000;
  edge.tokens.set(token, {
    user: {
      name: `system:serviceaccount:${namespace}:${name}`,
      groups: ["system:serviceaccounts", `system:serviceaccounts:${namespace}`, "system:authenticated"],
    },
    expiresAt,
  });
  return {
    code: 201,
    body: {
      kind: "TokenRequest",
      apiVersion: "authentication.k8s.io/v1",
      metadata: { name, namespace, creationTimestamp: wallTimestamp(Date.now() - exchange.simulation.offset) },
      spec: { audiences: ["https://kubernetes.default.svc.cluster.local"], expirationSeconds: seconds },
      status: { token, expirationTimestamp: wallTimestamp(expiresAt - exchange.simulation.offset) },
    },
  };
}
