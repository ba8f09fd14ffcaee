import { isObject } from "../../apiserver/patch/merge.ts";
import type { HttpRequest } from "../../apiserver/http/http.ts";
import type { Edge } from "../edge.ts";
import { forbiddenReply } from "../http/exchange.ts";
import type { Exchange } from "../http/exchange.ts";
import type { Reply } from "../http/reply.ts";
import { requestObject } from "../http/request-object.ts";

const PATH = "/apis/authentication.k8s.io/v1/tokenreviews";

/** POST of a TokenReview: whom a bearer token stands for. */
export function answerTokenReview(edge: Edge, exchange: Exchange, asked: HttpRequest): Reply | undefined {
  if (exchange.path !== PATH || asked.method !== "POST") return undefined;
  const no = forbiddenReply(exchange, { verb: "create", group: "authentication.k8s.io", resource: "tokenreviews" });
  if (no !== undefined) return no;
  const posted = requestObject(asked);
  const spec = isObject(posted["spec"]) ? posted["spec"] : {};
  const token = spec["token"];
  const holder = typeof token === "string" ? edge.tokens.get(token) : undefined;
  const good = holder !== undefined && (holder.expiresAt === undefined || holder.expiresAt > Date.now());
  const status = good
    ? {
        authenticated: true,
        user: {
          username: holder.user.name,
          ...(holder.uid !== undefined && { uid: holder.uid }),
          groups: holder.user.groups,
          ...(holder.extra !== undefined && { extra: holder.extra }),
        },
        audiences: ["https://kubernetes.default.svc.cluster.local"],
      }
    : { user: {}, error: "[invalid bearer token]" };
  return {
    code: 201,
    body: { kind: "TokenReview", apiVersion: "authentication.k8s.io/v1", metadata: {}, spec, status },
  };
}
