import fc from "fast-check";
import type { Service } from "../../src/api/types/core-v1.ts";
import type { EndpointSlice } from "../../src/api/types/discovery-v1.ts";

/** One endpoint of a random service. */
export interface EndpointPlan {
  readonly ip: number;
  readonly node: number;
  readonly state: "ready" | "unready" | "terminating" | "dead";
  readonly hint: boolean;
}

/** One random service with its endpoints. */
export interface ServicePlan {
  readonly name: number;
  readonly type: "ClusterIP" | "NodePort" | "LoadBalancer";
  readonly external: "Cluster" | "Local";
  readonly internal: "Cluster" | "Local";
  readonly sticky: boolean;
  readonly ranges: boolean;
  readonly protocol: "TCP" | "UDP";
  readonly endpoints: readonly EndpointPlan[];
}

export const nodeNames = ["node-a", "node-b", "node-c"];

const endpointPlan: fc.Arbitrary<EndpointPlan> = fc.record({
  ip: fc.nat(15),
  node: fc.nat(2),
  state: fc.constantFrom("ready", "ready", "unready", "terminating", "dead"),
  hint: fc.boolean(),
});

/** Random services; names repeat, so that a list is also a history of one service. */
export const servicePlan: fc.Arbitrary<ServicePlan> = fc.record({
  name: fc.nat(3),
  type: fc.constantFrom("ClusterIP", "NodePort", "LoadBalancer"),
  external: fc.constantFrom("Cluster", "Local"),
  internal: fc.constantFrom("Cluster", "Local"),
  sticky: fc.boolean(),
  ranges: fc.boolean(),
  protocol: fc.constantFrom("TCP", "UDP"),
  endpoints: fc.array(endpointPlan, { maxLength: 6 }),
});

/** The Service of a plan. */
export function serviceOf(plan: ServicePlan): Service {
  const external = plan.type !== "ClusterIP";
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: {
      namespace: "default",
      name: `s${plan.name}`,
      uid: `uid-${plan.name}`,
      resourceVersion: "1",
      creationTimestamp: "2026-01-01T00:00:00Z",
    },
    spec: {
      type: plan.type,
      clusterIP: `10.96.0.${plan.name + 10}`,
      clusterIPs: [`10.96.0.${plan.name + 10}`],
      ipFamilies: ["IPv4"],
      internalTrafficPolicy: plan.internal,
      ...(external && { externalTrafficPolicy: plan.external }),
      ...(plan.sticky && { sessionAffinity: "ClientIP", sessionAffinityConfig: { clientIP: { timeoutSeconds: 10 } } }),
      ...(plan.type === "LoadBalancer" && plan.ranges && { loadBalancerSourceRanges: ["192.0.2.0/25"] }),
      ...(plan.type === "LoadBalancer" && { healthCheckNodePort: 32_000 + plan.name }),
      ports: [{ name: "web", port: 80, protocol: plan.protocol, ...(external && { nodePort: 30_000 + plan.name }) }],
    },
    status: { loadBalancer: plan.type === "LoadBalancer" ? { ingress: [{ ip: `203.0.113.${plan.name + 1}` }] } : {} },
  };
}

/** The slice of a plan. */
export function sliceOf(plan: ServicePlan): EndpointSlice {
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: {
      namespace: "default",
      name: `s${plan.name}-1`,
      uid: `slice-${plan.name}`,
      resourceVersion: "1",
      creationTimestamp: "2026-01-01T00:00:00Z",
      labels: { "kubernetes.io/service-name": `s${plan.name}` },
    },
    addressType: "IPv4",
    ports: [{ name: "web", port: 8080, protocol: plan.protocol }],
    endpoints: plan.endpoints.map(({ ip, node, state, hint }) => ({
      addresses: [`10.244.${node}.${ip + 2}`],
      conditions: {
        ready: state === "ready",
        serving: state === "ready" || state === "terminating",
        terminating: state === "terminating" || state === "dead",
      },
      nodeName: nodeNames[node] ?? "",
      zone: `zone-${node}`,
      ...(hint && { hints: { forZones: [{ name: `zone-${node}` }] } }),
    })),
  };
}
