import { Etcd } from "../../etcd/etcd.ts";
import { ApiServer } from "../../apiserver/server.ts";
import type { ApiServerOptions } from "../../apiserver/server.ts";
import { userPolicy } from "../../apiserver/authorization/bootstrap-policy.ts";
import { parseTimestamp } from "../../base/time.ts";
import { Random } from "../../base/random.ts";
import type { Millis } from "../../base/units.ts";
import type { ServerContext } from "../../apiserver/server.ts";

/** A fresh server as the recordings found it, with its own clock and randomness. */
export interface Fixture {
  readonly server: ApiServer;
  /** Moves the clock on a little and yields the surroundings of the next request. */
  readonly context: () => ServerContext;
}

const NAMESPACES = ["kube-system", "kube-public", "default", "t", "kube-node-lease"];
/** The day on which the answers were recorded: ages of what has a date of its own depend on it. */
const RECORDED_AT: Millis = parseTimestamp("2026-11-21T12:00:00Z");
const STEP_MS: Millis = 10;

/** Builds the cluster before a case: five namespaces, service accounts in two, the kubernetes Service, two classes. */
export function newFixture(options: ApiServerOptions = {}): Fixture {
  const server = new ApiServer(new Etcd(), { requireServiceAccount: true, managedFields: true, ...options });
  const random = new Random("conformance");
  let now: Millis = RECORDED_AT;
  const context = (): ServerContext => ({ now: (now += STEP_MS), random: (stream) => random.next(stream) });
  const create = (resource: string, namespace: string | undefined, body: object): void => {
    server.handle({ verb: "create", resource, ...(namespace !== undefined && { namespace }), body }, context());
  };
  for (const name of NAMESPACES) create("namespaces", undefined, { metadata: { name } });
  for (const namespace of ["default", "t"]) create("serviceaccounts", namespace, { metadata: { name: "default" } });
  const port = { name: "https", port: 443, targetPort: 6443 };
  create("services", "default", { metadata: { name: "kubernetes" }, spec: { clusterIP: "10.96.0.1", ports: [port] } });
  const system = [
    {
      name: "system-node-critical",
      value: 2_000_001_000,
      description: "Used for system critical pods that must not be moved from their current node.",
    },
    {
      name: "system-cluster-critical",
      value: 2_000_000_000,
      description:
        "Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.",
    },
  ];
  for (const { name, value, description } of system)
    create("priorityclasses.scheduling.k8s.io", undefined, { metadata: { name }, value, description });
  const resources: { readonly [kind: string]: string } = {
    ClusterRole: "clusterroles.rbac.authorization.k8s.io",
    ClusterRoleBinding: "clusterrolebindings.rbac.authorization.k8s.io",
  };
  for (const policy of userPolicy()) create(resources[policy.kind] ?? "", undefined, policy);
  const tracking = {
    metadata: { name: "kube-apiserver-legacy-service-account-token-tracking" },
    data: { since: "2026-11-21" },
  };
  create("configmaps", "kube-system", tracking);
  server.etcd.compact(server.etcd.revision);
  return { server, context };
}
