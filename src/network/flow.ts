import type { Millis } from "../base/units.ts";
import { canonicalIp } from "./address.ts";
import type { Kernel } from "./kernel.ts";
import { kernelTables } from "./kernel.ts";
import type { PacketOutcome } from "./packet.ts";
import { walkPacket } from "./packet.ts";

/** A UDP packet of a client that keeps its source port. */
export interface Datagram {
  readonly source: string;
  readonly sourcePort: number;
  readonly destination: string;
  readonly port: number;
  /** Device by which it comes in; "" when it starts on the node itself. */
  readonly device: string;
}

/** What a datagram meets on its node besides the kernel. */
export interface FlowContext {
  readonly addresses: readonly string[];
  readonly now: Millis;
  random(): number;
}

/**
 * Sends one datagram through a node and remembers its flow in the connection-tracking table. Later datagrams of the
 * flow go where the first one went, whatever the rules say by then, until the proxy deletes the entry.
 */
export function sendDatagram(kernel: Kernel, datagram: Datagram, context: FlowContext): PacketOutcome {
  const { source, sourcePort, port } = datagram;
  const destination = canonicalIp(datagram.destination);
  const known = kernel.conntrack.find(
    (entry) =>
      entry.protocol === "udp" &&
      entry.source === source &&
      entry.sourcePort === sourcePort &&
      entry.origDst === destination &&
      entry.origPort === port,
  );
  if (known !== undefined) {
    const translated = known.replySrc !== destination;
    const { replySrc: ip, replyPort } = known;
    return { outcome: "delivered", ip, port: replyPort, translated, masqueraded: false, chains: ["conntrack"] };
  }
  const node = { ...context, tables: kernelTables(kernel), recent: kernel.recent, random: () => context.random() };
  const outcome = walkPacket(node, { protocol: "udp", source, destination, port, device: datagram.device });
  if (outcome.outcome === "delivered") {
    const { ip: replySrc, port: replyPort } = outcome;
    kernel.conntrack.push({
      protocol: "udp",
      origDst: destination,
      origPort: port,
      replySrc,
      replyPort,
      source,
      sourcePort,
    });
  }
  return outcome;
}
