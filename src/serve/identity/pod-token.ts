import { randomBytes, randomUUID } from "node:crypto";
import type { Pod } from "../../api/types/core-v1.ts";
import type { Edge } from "../edge.ts";

const EXTRA = "authentication.kubernetes.io";

/**
 * The token that a pod finds in its volumes, in the three parts of a JSON Web Token, of which none says anything: it stands
 * for the pod's service account, and a review says which pod and node have it.
 */
export function podToken({ simulation, tokens, podTokens }: Edge, pod: Pod): string {
  const { namespace = "default", name, uid = "" } = pod.metadata;
  const known = podTokens.get(uid);
  if (known !== undefined) return known;
  const { serviceAccountName = "default", nodeName = "" } = pod.spec;
  const { world } = simulation.cluster;
  const account = world.objects("serviceaccounts").get(`${namespace}/${serviceAccountName}`);
  const token = [256, 384, 2048].map((bits) => randomBytes(bits / 8).toString("base64url")).join(".");
  tokens.set(token, {
    user: {
      name: `system:serviceaccount:${namespace}:${serviceAccountName}`,
      groups: ["system:serviceaccounts", `system:serviceaccounts:${namespace}`, "system:authenticated"],
    },
    uid: account?.metadata.uid ?? "",
    extra: {
      [`${EXTRA}/credential-id`]: [`JTI=${randomUUID()}`],
      [`${EXTRA}/node-name`]: [nodeName],
      [`${EXTRA}/node-uid`]: [world.objects("nodes").get(nodeName)?.metadata.uid ?? ""],
      [`${EXTRA}/pod-name`]: [name],
      [`${EXTRA}/pod-uid`]: [uid],
    },
  });
  podTokens.set(uid, token);
  return token;
}
