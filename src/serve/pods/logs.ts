import { microTimestamp, parseTimestamp } from "../../base/time.ts";
import type { Millis } from "../../base/units.ts";
import { isFailure, badRequest } from "../../apiserver/failure.ts";
import type { Failure } from "../../apiserver/failure.ts";
import type { ContainerRecord } from "../../kubelet/cri/runtime-state.ts";
import type { Edge } from "../edge.ts";
import { forbiddenReply } from "../http/exchange.ts";
import type { Exchange } from "../http/exchange.ts";
import { refusal } from "../http/reply.ts";
import type { Reply } from "../http/reply.ts";
import { toVirtual, toWall } from "../http/timestamps.ts";
import { findContainer, findPod, kubeletProblem } from "./find.ts";
import type { FoundContainer } from "./find.ts";
import { commandOutput } from "./shell/output.ts";
import { startLines } from "./programs.ts";

/** A line of a container's log. */
export interface LogLine {
  readonly at: Millis;
  readonly line: string;
}

const FOLLOW_MS = 200;
const SIGTERM_EXIT = 143;
const SIGKILL_EXIT = 137;

/** GET …/pods/NAME/log: what a container printed, as a text or, followed, as a stream. */
export function answerLogs(edge: Edge, exchange: Exchange, namespace: string, name: string): Reply | "handled" {
  const no = forbiddenReply(exchange, { verb: "get", resource: "pods", subresource: "log", namespace, name });
  if (no !== undefined) return no;
  const { query, simulation } = exchange;
  const pod = findPod(simulation.cluster, namespace, name);
  if ("ok" in pod) return refusal(pod);
  const found = findContainer(simulation.cluster, pod, query.get("container") ?? undefined);
  if (isFailure(found)) return refusal(found);
  if ((pod.spec.nodeName ?? "") === "") return { code: 204, body: "" };
  const deaf = kubeletProblem(simulation.cluster, pod, `containerLogs/${namespace}/${name}/${found.container.name}`);
  if (deaf !== undefined) return refusal(deaf);
  const record = recordOf(found, isTrue(query.get("previous")));
  if (isFailure(record)) return refusal(record);
  if (isTrue(query.get("follow"))) {
    follow(edge, exchange, found, record);
    return "handled";
  }
  const lines = selected(logLines(edge, found, record), query, simulation.now, simulation.offset);
  const text = printed(lines, isTrue(query.get("timestamps")), simulation.offset);
  const limit = Number(query.get("limitBytes") ?? "");
  return { code: 200, body: limit > 0 ? text.slice(0, limit) : text, type: "text/plain" };
}

/** The newest attempt's log as one text, with the selection that a query asks for. */
export function logText(edge: Edge, found: FoundContainer, query: URLSearchParams): string {
  const [record] = found.records;
  if (record === undefined) return "";
  const { now, offset } = edge.simulation;
  return printed(selected(logLines(edge, found, record), query, now, offset), isTrue(query.get("timestamps")), offset);
}

function isTrue(text: string | null): boolean {
  return text === "true" || text === "1";
}

function recordOf({ pod, container, records }: FoundContainer, previous: boolean): ContainerRecord | Failure {
  const { name } = pod.metadata;
  const started = records.filter(({ startedAt }) => startedAt !== undefined);
  const record = previous ? started[1] : started[0];
  if (record !== undefined) return record;
  if (previous)
    return badRequest(
      `previous terminated container ${JSON.stringify(container.name)} in pod ${JSON.stringify(name)} not found`,
    );
  const statuses = [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])];
  const reason = statuses.find((one) => one.name === container.name)?.state?.waiting?.reason ?? "ContainerCreating";
  const why = reason === "ErrImagePull" || reason === "ImagePullBackOff" ? "trying and failing to pull image" : reason;
  return badRequest(
    `container ${JSON.stringify(container.name)} in pod ${JSON.stringify(name)} is waiting to start: ${why}`,
  );
}

/** Everything that one attempt of a container has printed so far. */
export function logLines(edge: Edge, found: FoundContainer, record: ContainerRecord): readonly LogLine[] {
  const { pod } = found;
  const start = record.startedAt ?? record.createdAt;
  const output = commandOutput(edge, found);
  const lines = (output ?? startLines(record, pod.metadata.name, start)).map((line) => ({ at: start, line }));
  for (const line of edge.printed.get(record.id) ?? []) if (line.at <= edge.simulation.now) lines.push(line);
  if (record.state !== "exited" || record.finishedAt === undefined) return lines;
  if (record.exitCode === SIGTERM_EXIT) lines.push({ at: record.finishedAt, line: "received SIGTERM, shutting down" });
  else if (record.exitCode !== 0 && record.exitCode !== SIGKILL_EXIT && record.message !== undefined)
    lines.push({ at: record.finishedAt, line: record.message });
  return lines;
}

function selected(lines: readonly LogLine[], query: URLSearchParams, now: Millis, offset: number): readonly LogLine[] {
  const seconds = Number(query.get("sinceSeconds") ?? "");
  const time = query.get("sinceTime");
  const since =
    seconds > 0 ? now - seconds * 1000 : time === null ? undefined : parseTimestamp(toVirtual(time, offset));
  const kept = since === undefined || Number.isNaN(since) ? lines : lines.filter(({ at }) => at >= since);
  const tail = query.get("tailLines");
  return tail === null ? kept : kept.slice(Math.max(0, kept.length - Math.max(0, Number(tail))));
}

function printed(lines: readonly LogLine[], stamped: boolean, offset: number): string {
  return lines
    .map(({ at, line }) => `${stamped ? `${nanoTimestamp(at + offset)} ` : ""}${toWall(line, offset)}\n`)
    .join("");
}

/** The kubelet's log stamps have nine digits. */
function nanoTimestamp(at: Millis): string {
  return microTimestamp(at).replace("Z", "000Z");
}

function follow(
  edge: Edge,
  { query, response, simulation }: Exchange,
  found: FoundContainer,
  first: ContainerRecord,
): void {
  response.writeHead(200, { "Content-Type": "text/plain", "Transfer-Encoding": "chunked" });
  response.flushHeaders();
  const stamped = isTrue(query.get("timestamps"));
  let sent = 0;
  let begun = false;
  const { namespace = "", name } = found.pod.metadata;
  const timer = setInterval(() => push(), FOLLOW_MS);
  const stop = (): void => {
    clearInterval(timer);
    response.end();
  };
  const push = (): void => {
    const pod = findPod(simulation.cluster, namespace, name);
    const now = "ok" in pod ? undefined : findContainer(simulation.cluster, pod, found.container.name);
    const record = now === undefined || isFailure(now) ? undefined : now.records.find(({ id }) => id === first.id);
    if (now === undefined || isFailure(now) || record === undefined) return stop();
    const lines = logLines(edge, now, record);
    const fresh = begun ? lines.slice(sent) : selected(lines, query, simulation.now, simulation.offset);
    begun = true;
    sent = lines.length;
    if (fresh.length > 0) response.write(printed(fresh, stamped, simulation.offset));
    if (record.state === "exited") stop();
  };
  response.on("close", () => clearInterval(timer));
  push();
}
