import { withField } from "../base/with-field.ts";
import { cast } from "../base/units.ts";
import type { ApiObject } from "../api/object.ts";
import { objectKey } from "../api/object.ts";
import type { Service, ServicePort, ServiceSpec } from "../api/types/core-v1.ts";
import { withIpFamilies } from "./ip-families.ts";
import { formatIp, parseIp } from "./ip.ts";
import { invalid, internalError } from "./failure.ts";
import type { Failure } from "./failure.ts";
import { FieldErrors } from "./field-errors.ts";
import type { Kind } from "./kind.ts";
import type { Call, Server } from "./server-state.ts";

const NODE_PORT_FIRST = 30_000;
const NODE_PORT_LAST = 32_767;
/** Dynamic node ports are drawn above the band that is kept for chosen ones. */
const NODE_PORT_DYNAMIC = NODE_PORT_FIRST + 86;

/** Addresses and ports in use by services other than the one in hand. */
interface Used {
  readonly addresses: Set<string>;
  readonly nodePorts: Set<number>;
}

/** Gives a Service its cluster addresses and node ports; other kinds pass. */
export function allocate(
  server: Server,
  kind: Kind,
  object: ApiObject,
  stored: ApiObject | undefined,
  call: Call,
): ApiObject | Failure {
  if (kind.plural !== "services") return object;
  const service = cast<Service>(object);
  const before = stored === undefined ? undefined : cast<Service>(stored).spec;
  if (service.spec === before) return object;
  const used = inUse(server, objectKey(object));
  const errors = new FieldErrors();
  const familiar = withIpFamilies(service.spec, before, errors);
  const addressed = errors.causes.length > 0 ? familiar : allocateAddress(server, familiar, object, used, errors, call);
  if (addressed === undefined) return internalError("failed to allocate a serviceIP: range is full");
  if (errors.causes.length > 0) return invalid(kind.kind, kind.group, object.metadata.name, errors.causes);
  const ported = allocatePorts(addressed, used, errors, call);
  if (errors.causes.length > 0) return invalid(kind.kind, kind.group, object.metadata.name, errors.causes);
  return ported === service.spec ? object : cast<ApiObject>({ ...service, spec: ported });
}

function inUse(server: Server, key: string): Used {
  const used: Used = { addresses: new Set(), nodePorts: new Set() };
  const blind = server.options.mutants?.has("SVC-01") === true ? server.etcd.revision : Number.POSITIVE_INFINITY;
  for (const [other, object] of server.etcd.objects("services")) {
    if (other === key) continue;
    // The repair pass frees what it finds allocated before the Service itself was seen: a write that is one revision old.
    if (Number(object.metadata.resourceVersion) >= blind) continue;
    const { clusterIPs, clusterIP, ports, healthCheckNodePort } = cast<Service>(object).spec;
    for (const address of clusterIPs ?? (clusterIP === undefined ? [] : [clusterIP])) used.addresses.add(address);
    for (const { nodePort } of ports ?? []) if (nodePort !== undefined) used.nodePorts.add(nodePort);
    if (healthCheckNodePort !== undefined) used.nodePorts.add(healthCheckNodePort);
  }
  return used;
}

function allocateAddress(
  server: Server,
  spec: ServiceSpec,
  object: ApiObject,
  used: Used,
  errors: FieldErrors,
  call: Call,
): ServiceSpec | undefined {
  if (spec.type === "ExternalName" || spec.clusterIP === "None") return spec;
  const wanted = spec.clusterIP ?? "";
  const drawn = wanted === "" ? drawAddress(server, used, call) : wanted;
  if (drawn === undefined) return undefined;
  const what = wanted === "" ? "failed to allocate IP" : `failed to allocate IP ${wanted}`;
  const refuse = (why: string): void =>
    errors.invalid("spec.clusterIPs", spec.clusterIPs ?? [wanted], `${what}: ${why}`);
  if (used.addresses.has(drawn)) refuse("provided IP is already allocated");
  else if (!inRange(server, drawn)) refuse("the provided network does not match the current range");
  else if ((object.metadata.name ?? "") === "")
    refuse(`IPAddress.networking.k8s.io ${JSON.stringify(drawn)} is invalid: spec.parentRef.name: Required value`);
  return wanted === "" ? withField(withField(spec, "clusterIP", drawn), "clusterIPs", [drawn]) : spec;
}

function rangeOf(server: Server): { readonly first: number; readonly size: number } {
  const [base = "10.96.0.0", bits = "12"] = (server.options.serviceCidr ?? "10.96.0.0/12").split("/");
  return { first: parseIp(base) ?? 0, size: 2 ** (32 - Number(bits)) };
}

/** Neither the first nor the last address of the range is given to a Service. */
function inRange(server: Server, address: string): boolean {
  const { first, size } = rangeOf(server);
  const at = (parseIp(address) ?? 0) - first;
  return at > 0 && at < size - 1;
}

/** A free address of the upper band of the range, from a random start onwards. */
function drawAddress(server: Server, used: Used, call: Call): string | undefined {
  const { first, size } = rangeOf(server);
  const offset = Math.min(Math.max(16, size / 16), 256, size / 2);
  const blind = server.options.mutants?.has("SVC-01") === true;
  const start = blind ? 0 : Math.floor(call.context.random("apiserver/clusterIP") * (size - offset - 1));
  for (let i = 0; i < size - offset - 1; i++) {
    const address = formatIp(first + offset + ((start + i) % (size - offset - 1)));
    if (!used.addresses.has(address)) return address;
  }
  return undefined;
}

function allocatePorts(spec: ServiceSpec, used: Used, errors: FieldErrors, call: Call): ServiceSpec {
  const needed =
    spec.type === "NodePort" || (spec.type === "LoadBalancer" && spec.allocateLoadBalancerNodePorts !== false);
  let result = spec;
  const own = new Map<number, Set<string>>();
  if (spec.ports !== undefined && (needed || spec.type === "LoadBalancer")) {
    const ports = spec.ports.map((port, i) => {
      const { nodePort } = port;
      if (nodePort !== undefined && nodePort !== 0) {
        checkPort(port, nodePort, i, used, own, errors);
        return port;
      }
      return needed ? { ...port, nodePort: drawPort(port, used, own, spec.ports ?? [], call) } : port;
    });
    if (ports.some((port, i) => port !== spec.ports?.[i])) result = { ...result, ports };
  }
  if (spec.type === "LoadBalancer" && spec.externalTrafficPolicy === "Local" && (spec.healthCheckNodePort ?? 0) === 0)
    result = { ...result, healthCheckNodePort: draw(used, own, call) };
  return result;
}

function checkPort(
  port: ServicePort,
  nodePort: number,
  i: number,
  used: Used,
  own: Map<number, Set<string>>,
  errors: FieldErrors,
): void {
  const field = `spec.ports[${i}].nodePort`;
  if (nodePort < NODE_PORT_FIRST || nodePort > NODE_PORT_LAST)
    errors.invalid(field, nodePort, "provided port is not in the valid range. The range of valid ports is 30000-32767");
  else if (used.nodePorts.has(nodePort)) errors.invalid(field, nodePort, "provided port is already allocated");
  const protocols = own.get(nodePort) ?? new Set();
  own.set(nodePort, protocols.add(port.protocol ?? "TCP"));
}

/** One port number serves several protocols of the same port. */
function drawPort(
  port: ServicePort,
  used: Used,
  own: Map<number, Set<string>>,
  ports: readonly ServicePort[],
  call: Call,
): number {
  const sibling = ports.find(
    (other) => other !== port && other.port === port.port && other.nodePort !== undefined && other.nodePort !== 0,
  );
  return sibling?.nodePort ?? draw(used, own, call);
}

function draw(used: Used, own: Map<number, Set<string>>, call: Call): number {
  const size = NODE_PORT_LAST - NODE_PORT_DYNAMIC + 1;
  const start = Math.floor(call.context.random("apiserver/nodePort") * size);
  for (let i = 0; i < size; i++) {
    const nodePort = NODE_PORT_DYNAMIC + ((start + i) % size);
    if (used.nodePorts.has(nodePort) || own.has(nodePort)) continue;
    own.set(nodePort, new Set());
    return nodePort;
  }
  return NODE_PORT_DYNAMIC;
}
