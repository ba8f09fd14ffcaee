import { deepEqual } from "../../api/equal.ts";
import { cast } from "../../base/units.ts";
import type { Service, ServicePort, ServiceSpec } from "../../api/types/core-v1.ts";
import { mapItems, withDefaults } from "../defaults.ts";
import { withField } from "../../base/with-field.ts";
import { validateService, validateServiceStatus, validateServiceUpdate } from "../validation/service.ts";
import { labelProblems } from "../name-rules.ts";
import type { Kind } from "../kind.ts";
import { serviceWarnings } from "../warnings/service.ts";

const read = (object: unknown): Service => cast<Service>(object);

/** core/v1 Service. */
export const service: Kind<Service> = {
  group: "",
  version: "v1",
  kind: "Service",
  plural: "services",
  storage: "services/specs",
  namespaced: true,
  shortNames: ["svc"],
  categories: ["all"],
  struct: "core/v1.Service",
  warnings: serviceWarnings,
  status: true,
  initialStatus: { loadBalancer: {} },
  createOnUpdate: true,
  deleteReturnsObject: true,
  nameProblems: labelProblems,
  fieldStyle: "own-list",
  fields: {
    "spec.clusterIP": (object) => read(object).spec?.clusterIP ?? "",
    "spec.type": (object) => read(object).spec?.type ?? "",
  },
  validate: validateService,
  validateUpdate: validateServiceUpdate,
  validateStatus: (object, _stored, errors) => validateServiceStatus(object, errors),
  defaults: (object) => withIpModes(withField(object, "spec", defaultSpec(object.spec ?? {}))),
  prepareCreate: (object) => withField(object, "spec", withClusterIps(object.spec)),
  prepareUpdate: (object, stored) => withField(object, "spec", keepAllocated(object.spec, stored.spec)),
};

/** Addresses of a load balancer are virtual ones unless it says otherwise. */
function withIpModes(object: Service): Service {
  const { loadBalancer } = object.status ?? {};
  if (object.spec?.type !== "LoadBalancer" || loadBalancer?.ingress === undefined) return object;
  const ingress = mapItems(loadBalancer.ingress, (one) =>
    (one.ip ?? "") === "" ? one : withDefaults(one, { ipMode: "VIP" }),
  );
  return withField(object, "status", withField(object.status ?? {}, "loadBalancer", { ...loadBalancer, ingress }));
}

function defaultSpec(spec: ServiceSpec): ServiceSpec {
  let result = withDefaults(spec, { type: "ClusterIP", sessionAffinity: "None" });
  if (result.ports !== undefined) result = withField(result, "ports", mapItems(result.ports, defaultPort));
  const { type } = result;
  if (result.sessionAffinity === "None" && result.sessionAffinityConfig !== undefined) {
    const { sessionAffinityConfig: _, ...rest } = result;
    result = rest;
  }
  if (result.sessionAffinity === "ClientIP" && result.sessionAffinityConfig?.clientIP?.timeoutSeconds === undefined)
    result = { ...result, sessionAffinityConfig: { clientIP: { timeoutSeconds: 10_800 } } };
  if (type === "ExternalName") return result;
  result = withDefaults(result, { internalTrafficPolicy: "Cluster" });
  const external = type === "NodePort" || type === "LoadBalancer" || (spec.externalIPs?.length ?? 0) > 0;
  if (external) result = withDefaults(result, { externalTrafficPolicy: "Cluster" });
  return type === "LoadBalancer" ? withDefaults(result, { allocateLoadBalancerNodePorts: true }) : result;
}

function defaultPort(port: ServicePort): ServicePort {
  const filled = withDefaults(port, { protocol: "TCP" });
  const { targetPort } = filled;
  if (targetPort !== undefined && targetPort !== 0 && targetPort !== "") return filled;
  return { ...filled, targetPort: filled.port };
}

/** A write without addresses keeps those that the type still needs; what the type does not know goes. */
function keepAllocated(given: ServiceSpec, stored: ServiceSpec): ServiceSpec {
  if (given === stored) return given;
  const { type } = given;
  if (type === "ExternalName" && stored.type !== "ExternalName") return dropCluster(given, stored);
  let result = given;
  if (type !== "ExternalName" && stored.type !== "ExternalName") {
    const { clusterIP = "", clusterIPs = [] } = result;
    if (clusterIP === "" && stored.clusterIP !== undefined) result = { ...result, clusterIP: stored.clusterIP };
    if (clusterIPs.length === 0 && stored.clusterIPs !== undefined)
      result = { ...result, clusterIPs: stored.clusterIPs };
  }
  result = linkedAddresses(result, stored);
  const wantsPorts = type === "NodePort" || (type === "LoadBalancer" && result.allocateLoadBalancerNodePorts !== false);
  if (wantsPorts && stored.ports !== undefined) result = keepNodePorts(result, stored.ports);
  if (type === "ClusterIP" && (stored.type === "NodePort" || stored.type === "LoadBalancer"))
    result = dropNodePorts(result, stored);
  if (result.healthCheckNodePort === undefined && stored.healthCheckNodePort !== undefined && wantsHealthCheck(result))
    result = { ...result, healthCheckNodePort: stored.healthCheckNodePort };
  return result;
}

function wantsHealthCheck(spec: ServiceSpec): boolean {
  return spec.type === "LoadBalancer" && spec.externalTrafficPolicy === "Local";
}

function keepNodePorts(spec: ServiceSpec, stored: readonly ServicePort[]): ServiceSpec {
  if (spec.ports === undefined) return spec;
  const taken = new Set(spec.ports.map((port) => port.nodePort));
  const ports = mapItems(spec.ports, (port) => {
    if (port.nodePort !== undefined && port.nodePort !== 0) return port;
    const old = stored.findLast((other) => (other.name ?? "") === (port.name ?? ""));
    return old?.nodePort === undefined || taken.has(old.nodePort) ? port : { ...port, nodePort: old.nodePort };
  });
  return withField(spec, "ports", ports);
}

/** clusterIP and clusterIPs of a client that changed or cleared only one of them. */
function linkedAddresses(spec: ServiceSpec, stored: ServiceSpec): ServiceSpec {
  const { clusterIP = "", clusterIPs = [] } = spec;
  const before = stored.clusterIPs ?? [];
  let list = clusterIPs;
  if (before.length > 0 && list.length === 0 && clusterIP === (stored.clusterIP ?? "")) list = before;
  if (clusterIP !== (stored.clusterIP ?? "") && deepEqual(list, before)) list = clusterIP === "" ? [] : [clusterIP];
  if (list === clusterIPs) return spec;
  const { clusterIPs: _, ...rest } = spec;
  return list.length === 0 ? rest : { ...rest, clusterIPs: list };
}

/** Node ports that the client only echoed go with the type. */
function dropNodePorts(spec: ServiceSpec, stored: ServiceSpec): ServiceSpec {
  let result = spec;
  const old = new Set(stored.ports?.map((port) => port.nodePort));
  if (result.ports !== undefined)
    result = withField(
      result,
      "ports",
      mapItems(result.ports, (port) => {
        if (port.nodePort === undefined || !old.has(port.nodePort)) return port;
        const { nodePort: _, ...rest } = port;
        return rest;
      }),
    );
  if (
    result.externalTrafficPolicy !== undefined &&
    result.externalTrafficPolicy === stored.externalTrafficPolicy &&
    (result.externalIPs?.length ?? 0) === 0
  ) {
    const { externalTrafficPolicy: _, ...rest } = result;
    result = rest;
  }
  if (
    result.allocateLoadBalancerNodePorts !== undefined &&
    result.allocateLoadBalancerNodePorts === stored.allocateLoadBalancerNodePorts
  ) {
    const { allocateLoadBalancerNodePorts: _, ...rest } = result;
    result = rest;
  }
  return result;
}

function dropCluster(spec: ServiceSpec, stored: ServiceSpec): ServiceSpec {
  const { clusterIP, clusterIPs, ipFamilies, ipFamilyPolicy, internalTrafficPolicy, ...rest } = spec;
  const kept: ServiceSpec = {
    ...rest,
    ...(clusterIP !== undefined && clusterIP !== stored.clusterIP && { clusterIP }),
    ...(clusterIPs !== undefined && clusterIP !== stored.clusterIP && { clusterIPs }),
    ...(ipFamilies !== undefined && ipFamilies[0] !== stored.ipFamilies?.[0] && { ipFamilies }),
    ...(ipFamilyPolicy !== undefined && ipFamilyPolicy !== stored.ipFamilyPolicy && { ipFamilyPolicy }),
    ...(internalTrafficPolicy !== undefined &&
      internalTrafficPolicy !== stored.internalTrafficPolicy && { internalTrafficPolicy }),
  };
  return dropNodePorts(kept, stored);
}

/** A client that knows only clusterIP means the list of it. */
function withClusterIps(spec: ServiceSpec): ServiceSpec {
  const { clusterIP = "", clusterIPs = [] } = spec;
  return clusterIP === "" || clusterIPs.length > 0 ? spec : { ...spec, clusterIPs: [clusterIP] };
}
