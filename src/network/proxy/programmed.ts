import type { EndpointSlice } from "../../api/types/discovery-v1.ts";
import type { EndpointInfo } from "./endpoints.ts";
import { serviceEndpoints } from "./endpoints.ts";
import type { ServicePortInfo } from "./service-port.ts";

/** What a proxy wrote for one Service, as the inputs of its rules: the rules themselves follow from it. */
export interface Programmed {
  readonly ports: readonly ServicePortInfo[];
  /** Slices of the Service that the proxy had seen, by name. */
  readonly slices: readonly EndpointSlice[];
  /** False when written in large-cluster mode. */
  readonly comments: boolean;
}

/** The endpoints of one port, sorted. */
export function portEndpoints(
  programmed: Pick<Programmed, "slices">,
  port: ServicePortInfo,
  mutants: ReadonlySet<string>,
): readonly EndpointInfo[] {
  return serviceEndpoints(programmed.slices, mutants).byPort.get(port.key) ?? [];
}

/** Endpoints of all ports of a Service, counted for large-cluster mode. */
export function countEndpoints(
  ports: readonly ServicePortInfo[] | undefined,
  slices: readonly EndpointSlice[] | undefined,
  mutants: ReadonlySet<string>,
): number {
  if (ports === undefined || slices === undefined) return 0;
  const { byPort } = serviceEndpoints(slices, mutants);
  let count = 0;
  for (const port of ports) count += byPort.get(port.key)?.length ?? 0;
  return count;
}
