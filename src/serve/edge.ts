import type { PacketNode } from "../network/packet.ts";
import type { Simulation } from "./clock/simulation.ts";
import type { WatchStreams } from "./http/watch-streams.ts";
import type { TokenHolder } from "./identity/authentication.ts";
import type { Documents } from "./openapi/documents.ts";
import type { LogLine } from "./pods/logs.ts";

/** What all requests of a server share. */
export interface Edge {
  readonly simulation: Simulation;
  readonly streams: WatchStreams;
  readonly tokens: Map<string, TokenHolder>;
  /** Tokens that pods find in their volumes, by the pod's uid. */
  readonly podTokens: Map<string, string>;
  readonly documents: Documents;
  /** Which clients connected to which endpoints before, by node: what session affinity goes by. */
  readonly recent: Map<string, PacketNode["recent"]>;
  /** Lines that containers printed about the requests that they answered, by container id. */
  readonly printed: Map<string, LogLine[]>;
  /** Requests answered, by "METHOD code". */
  readonly counts: Map<string, number>;
}
