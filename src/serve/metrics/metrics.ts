import type { Edge } from "../edge.ts";
import { failure } from "../../apiserver/failure.ts";
import type { Exchange } from "../http/exchange.ts";
import { refusal } from "../http/reply.ts";
import type { Reply } from "../http/reply.ts";

/** `/metrics` in Prometheus' text format: kube-apiserver's names where it has them. */
export function answerMetrics(edge: Edge, { user, simulation }: Exchange): Reply {
  if (!user.groups.includes("system:masters"))
    return refusal(
      failure(403, "Forbidden", `forbidden: User ${JSON.stringify(user.name)} cannot get path "/metrics"`, {}),
    );
  const { cluster } = simulation;
  const lines = [
    "# HELP apiserver_request_total Counter of requests that clients of this server sent, by verb and HTTP code.",
    "# TYPE apiserver_request_total counter",
    ...[...edge.counts].map(([key, n]) => {
      const [verb = "", code = ""] = key.split(" ");
      return `apiserver_request_total{verb="${verb}",code="${code}"} ${n}`;
    }),
    "# HELP apiserver_longrunning_requests Watches that are open.",
    "# TYPE apiserver_longrunning_requests gauge",
    `apiserver_longrunning_requests{verb="WATCH"} ${edge.streams.size}`,
    "# HELP apiserver_resource_objects Number of stored objects by kind.",
    "# TYPE apiserver_resource_objects gauge",
    ...[...cluster.state.etcd.tables].map(
      ([resource, table]) => `apiserver_resource_objects{resource="${resource}"} ${table.values.size}`,
    ),
    "# HELP etcd_debugging_mvcc_current_revision The current revision of the store.",
    "# TYPE etcd_debugging_mvcc_current_revision gauge",
    `etcd_debugging_mvcc_current_revision ${cluster.world.revision}`,
    "# HELP shakedown_virtual_seconds Virtual time since the cluster was switched on.",
    "# TYPE shakedown_virtual_seconds gauge",
    `shakedown_virtual_seconds ${cluster.now / 1000}`,
    "# HELP shakedown_events_total Events of the simulation that were carried out.",
    "# TYPE shakedown_events_total counter",
    `shakedown_events_total ${cluster.events}`,
  ];
  return { code: 200, body: `${lines.join("\n")}\n`, type: "text/plain; version=0.0.4; charset=utf-8" };
}
