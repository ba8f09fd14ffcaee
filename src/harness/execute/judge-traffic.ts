import { cast } from "../../base/units.ts";
import { Random } from "../../base/random.ts";
import type { Service } from "../../api/types/core-v1.ts";
import type { Cluster } from "../../cluster/cluster.ts";
import { routeConnections } from "../../network/route.ts";
import type { CheckResult } from "../steps/check-result.ts";
import { routeViewOf } from "./route-view.ts";

/** Sends the packets of an open `check: {traffic}` through the rules of the nodes and judges who answered. */
export function judgeTraffic(check: CheckResult, cluster: Cluster): CheckResult {
  const { traffic } = check;
  if (traffic === undefined) return check;
  const key = traffic.service.includes("/") ? traffic.service : `default/${traffic.service}`;
  const service = cast<Service | undefined>(cluster.world.objects("services").get(key));
  const port = service?.spec.ports?.find(
    (one) => traffic.port === undefined || one.name === traffic.port || one.port === traffic.port,
  );
  if (service === undefined || port === undefined)
    return {
      ...check,
      verdict: "failed",
      sentence: `Service ${key} with port ${traffic.port ?? "any"} was expected to exist`,
    };
  const random = new Random(`traffic ${check.step}`);
  const [name, namespace] = [service.metadata.name, service.metadata.namespace ?? "default"];
  const node = traffic.nodePort ?? [...cluster.world.objects("nodes").keys()][0] ?? "";
  const from =
    traffic.nodePort !== undefined
      ? "outside/203.0.113.7"
      : traffic.from !== undefined
        ? podOf(traffic.from)
        : `node/${node}`;
  const to =
    traffic.nodePort !== undefined
      ? `${node}:${port.nodePort ?? 0}`
      : `${traffic.from === undefined ? (service.spec.clusterIP ?? "") : `${name}.${namespace}`}:${port.port}`;
  const report = routeConnections(routeViewOf(cluster), {
    from,
    to,
    count: traffic.count,
    random: () => random.next("packet"),
  });
  const answered = new Set(report.delivered.map(({ pod, ip }) => pod ?? ip)).size;
  const lost = report.failures[0];
  const held = answered === traffic.reaches && (traffic.reaches === 0 || lost === undefined);
  const found =
    lost === undefined ? `${answered} answered` : `${answered} answered and ${lost.count} failed: ${lost.sentence}`;
  return {
    at: check.at,
    step: check.step,
    verdict: held ? "held" : "failed",
    sentence: `${traffic.count} connections to Service ${key} reach ${traffic.reaches} pods${held ? "" : `: ${found}`}`,
    traffic,
  };
}

function podOf(from: string): string {
  return from.includes("/") ? from : `default/${from}`;
}
