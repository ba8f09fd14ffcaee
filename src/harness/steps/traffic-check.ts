import { z } from "zod";
import { text, whole } from "../plan/fields.ts";

/** Packets to a Service that must reach given pods; judged by the harness, which can walk the rendered rules. */
export interface TrafficCheck {
  /** Key "namespace/name", or a name in namespace default. */
  readonly service: string;
  /** Name of a port of the Service, or its number; absent: the first. */
  readonly port?: string | number;
  /** From this pod; absent and no `nodePort`: from any node. */
  readonly from?: string;
  /** Enter through the node port of this node. */
  readonly nodePort?: string;
  /** Connections to open; default 100. */
  readonly count: number;
  /** Number of different pods that must answer. */
  readonly reaches: number;
  /** Version that every answer must tell (`version` of the image rule). */
  readonly version?: string;
}

/** Schema of `check: {traffic: …}`. */
export const trafficCheck: z.ZodType<TrafficCheck> = z.strictObject({
  service: text,
  port: z.union([text, whole(1, 65_535)]).exactOptional(),
  from: text.exactOptional(),
  nodePort: text.exactOptional(),
  count: whole(1, 100_000).default(100),
  reaches: whole(0),
  version: text.exactOptional(),
});
