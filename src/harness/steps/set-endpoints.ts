import { z } from "zod";
import { flag, text, whole, word } from "../plan/fields.ts";
import { failure, refused, success } from "./failure.ts";
import type { StepProgram } from "./step-program.ts";

interface SetEndpointsParams {
  /** A Service without selector. */
  readonly service: string;
  readonly namespace: string;
  readonly addresses: readonly string[];
  readonly ports: readonly {
    readonly name?: string;
    readonly port: number;
    readonly protocol: "TCP" | "UDP" | "SCTP";
  }[];
  readonly ready: boolean;
}

interface SetEndpointsState {
  readonly params: SetEndpointsParams;
  readonly phase: "get" | "write";
}

const params: z.ZodType<SetEndpointsParams> = z.strictObject({
  service: text,
  namespace: text.default("default"),
  addresses: z.array(text),
  ports: z.array(
    z.strictObject({
      name: text.exactOptional(),
      port: whole(1, 65_535),
      protocol: word("TCP", "UDP", "SCTP").default("TCP"),
    }),
  ),
  ready: flag.default(true),
});

/** Writes an EndpointSlice by hand, as for a database outside of the cluster: kubectl apply of the slice "<service>-manual". */
export const setEndpoints: StepProgram<SetEndpointsParams, SetEndpointsState> = {
  name: "set-endpoints",
  params,
  start: (given) => ({ params: given, phase: "get" }),
  next(state, input) {
    const { service, namespace } = state.params;
    const place = { resource: "endpointslices.discovery.k8s.io", namespace };
    const name = `${service}-manual`;
    const get = { state: { ...state, phase: "get" as const }, requests: [{ verb: "get" as const, ...place, name }] };
    if (input.type !== "replies") return get;
    const reply = input.replies[0];
    if (state.phase === "get") {
      const writing = { ...state, phase: "write" as const };
      if (refused(reply, "NotFound"))
        return { state: writing, requests: [{ verb: "create", ...place, body: sliceOf(state.params, name) }] };
      if (reply === undefined || !reply.response.ok) return { state, done: failure(reply?.response) };
      const { endpoints, ports } = sliceOf(state.params, name);
      return {
        state: writing,
        requests: [{ verb: "patch", ...place, name, patchType: "merge", body: { endpoints, ports } }],
      };
    }
    if (refused(reply, "AlreadyExists") || refused(reply, "Conflict")) return get;
    return {
      state,
      done: reply?.response.ok === true ? success(`endpoints of ${service} set`) : failure(reply?.response),
    };
  },
};

function sliceOf(
  given: SetEndpointsParams,
  name: string,
): { readonly endpoints: unknown; readonly ports: unknown; readonly [field: string]: unknown } {
  const ipv6 = given.addresses.some((address) => address.includes(":"));
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: {
      name,
      namespace: given.namespace,
      labels: { "kubernetes.io/service-name": given.service, "endpointslice.kubernetes.io/managed-by": "staff" },
    },
    addressType: ipv6 ? "IPv6" : "IPv4",
    endpoints: given.addresses.map((address) => ({ addresses: [address], conditions: { ready: given.ready } })),
    ports: given.ports.map((port) => ({ name: port.name ?? "", port: port.port, protocol: port.protocol })),
  };
}
