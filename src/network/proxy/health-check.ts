import { serviceEndpoints } from "./endpoints.ts";
import type { Proxier } from "./proxier.ts";

/** A health check node port of a Service, and the number of local ready endpoints that it reports. */
export interface HealthCheck {
  readonly service: string;
  readonly port: number;
  readonly localEndpoints: number;
}

/** The health check node ports that the proxy serves on its node. */
export function healthChecks(proxier: Proxier, nodeName: string): readonly HealthCheck[] {
  const checks: HealthCheck[] = [];
  for (const [service, ports] of proxier.services) {
    const port = ports.find((candidate) => candidate.healthCheckNodePort !== 0);
    if (port === undefined) continue;
    const local = new Set<string>();
    for (const list of serviceEndpoints(proxier.endpoints.get(service) ?? []).byPort.values()) {
      for (const endpoint of list) if (endpoint.ready && endpoint.nodeName === nodeName) local.add(endpoint.ip);
    }
    checks.push({ service, port: port.healthCheckNodePort, localEndpoints: local.size });
  }
  return checks;
}
