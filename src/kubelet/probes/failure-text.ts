import type { Probe } from "../../api/types/core-v1.ts";
import type { ContainerRecord } from "../cri/runtime-state.ts";
import type { ProbeKind } from "./probe-worker.ts";

/** The message of the Unhealthy event of a look that did not succeed. */
export function failureText(
  kind: ProbeKind,
  probe: Probe,
  answer: "fail" | "hang" | "error",
  podIp: string | undefined,
  record: ContainerRecord | undefined,
): string {
  const name = `${kind[0]?.toUpperCase() ?? ""}${kind.slice(1)}`;
  if (answer === "error")
    return `${name} probe errored and resulted in unknown state: rpc error: code = Unknown desc = cannot exec`;
  return `${name} probe failed: ${answer === "hang" ? hung(probe, podIp) : refused(probe, podIp, record)}`;
}

function hung(probe: Probe, podIp = ""): string {
  const timeout = `${probe.timeoutSeconds ?? 1}s`;
  if (probe.exec !== undefined)
    return `command timed out: "${(probe.exec.command ?? []).join(" ")}" timed out after ${timeout}`;
  if (probe.httpGet !== undefined) {
    const { scheme = "HTTP", host = podIp, port, path = "/" } = probe.httpGet;
    const url = `${scheme.toLowerCase()}://${host}:${port}${path}`;
    return `Get "${url}": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`;
  }
  if (probe.grpc !== undefined)
    return `timeout: failed to connect service "${podIp}:${probe.grpc.port}" within ${timeout}`;
  return `dial tcp ${podIp}:${probe.tcpSocket?.port ?? ""}: i/o timeout`;
}

function refused(probe: Probe, podIp: string | undefined, record: ContainerRecord | undefined): string {
  if (probe.exec !== undefined) return record?.behaviour.probeOutput ?? "";
  if (probe.httpGet !== undefined) return "HTTP probe failed with statuscode: 503";
  if (probe.grpc !== undefined) return 'service unhealthy (responded with "NOT_SERVING")';
  return `dial tcp ${podIp ?? ""}:${probe.tcpSocket?.port ?? ""}: connect: connection refused`;
}
