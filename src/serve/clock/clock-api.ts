import { isObject } from "../../apiserver/patch/merge.ts";
import { badRequest, METHOD_NOT_ALLOWED } from "../../apiserver/failure.ts";
import type { HttpRequest } from "../../apiserver/http/http.ts";
import { timestamp } from "../../base/time.ts";
import { HOUR, MINUTE, SECOND } from "../../base/units.ts";
import type { Millis } from "../../base/units.ts";
import { forbiddenReply } from "../http/exchange.ts";
import type { Exchange } from "../http/exchange.ts";
import { NOTHING_HERE, refusal } from "../http/reply.ts";
import type { Reply } from "../http/reply.ts";
import { requestObject } from "../http/request-object.ts";
import { parseCondition } from "./condition.ts";
import { sessionPlan } from "./session-plan.ts";
import type { Simulation, Speed } from "./simulation.ts";

const GROUP = "/apis/shakedown.dev/v1/clocks";
const LIMIT_MS: Millis = HOUR;

type Json = { readonly [field: string]: unknown };

/** shakedown.dev/v1: the clock as an object, and what can be done with it as subresources of POST. */
export async function answerClock(exchange: Exchange, asked: HttpRequest): Promise<Reply | undefined> {
  const { path, simulation } = exchange;
  if (!path.startsWith(GROUP)) return undefined;
  const [name, action, ...more] = path.slice(GROUP.length + 1).split("/");
  if ((name !== "" && name !== undefined && name !== "cluster") || more.length > 0) return NOTHING_HERE;
  const verb = asked.method === "GET" ? "get" : "update";
  const no = forbiddenReply(exchange, { verb, group: "shakedown.dev", resource: "clocks", name: "cluster" });
  if (no !== undefined) return no;
  const body = requestObject(asked);
  if (asked.method === "GET") {
    if (action === "plan") return { code: 200, body: sessionPlan(simulation, "session"), type: "application/yaml" };
    if (action !== undefined) return NOTHING_HERE;
    if (name === undefined || name === "")
      return {
        code: 200,
        body: { kind: "ClockList", apiVersion: "shakedown.dev/v1", metadata: {}, items: [clockOf(simulation)] },
      };
    return { code: 200, body: clockOf(simulation) };
  }
  if (asked.method === "PATCH" && action === undefined) return setSpeed(simulation, body);
  if (asked.method !== "POST") return refusal(METHOD_NOT_ALLOWED);
  return act(simulation, action ?? "", body);
}

async function act(simulation: Simulation, action: string, body: Json): Promise<Reply> {
  switch (action) {
    case "step": {
      const by = durationOf(body["by"]);
      if (by === undefined) return wrong("by", 'a duration such as "10s"', body["by"]);
      await simulation.runUntil(simulation.now + by, () => false);
      return { code: 200, body: clockOf(simulation) };
    }
    case "seek": {
      const to = durationOf(body["to"]);
      if (to === undefined) return wrong("to", 'an instant such as "42s"', body["to"]);
      await simulation.seek(to);
      return { code: 200, body: clockOf(simulation) };
    }
    case "run-until": {
      const condition = parseCondition(String(body["condition"] ?? ""));
      if (typeof condition === "string") return refusal(badRequest(`condition: ${condition}`));
      const within = durationOf(body["within"]) ?? LIMIT_MS;
      const held = await simulation.runUntil(simulation.now + within, () => condition(simulation.cluster));
      return { code: 200, body: { ...clockOf(simulation), held } };
    }
    default:
      return NOTHING_HERE;
  }
}

function setSpeed(simulation: Simulation, body: Json): Reply {
  const spec = isObject(body["spec"]) ? body["spec"] : {};
  const speed = parseSpeed(spec["speed"]);
  if (speed === undefined) return wrong("spec.speed", '"1x", "100x", "max" or "paused"', spec["speed"]);
  simulation.setSpeed(speed);
  return { code: 200, body: clockOf(simulation) };
}

/** "1x", "2.5x", "max", "paused". */
export function parseSpeed(value: unknown): Speed | undefined {
  if (value === "paused") return 0;
  if (value === "max") return Number.POSITIVE_INFINITY;
  const factor = typeof value === "string" ? Number(/^(\d+(?:\.\d+)?)x$/.exec(value)?.[1] ?? "0") : 0;
  return factor > 0 ? factor : undefined;
}

function printSpeed(speed: Speed): string {
  if (speed === 0) return "paused";
  return Number.isFinite(speed) ? `${speed}x` : "max";
}

/** The clock as clients read it; times in seconds since the cluster was switched on at `start`. */
export function clockOf(simulation: Simulation): Json {
  const { cluster, now, end, speed } = simulation;
  return {
    kind: "Clock",
    apiVersion: "shakedown.dev/v1",
    metadata: { name: "cluster", resourceVersion: String(cluster.world.revision) },
    spec: { speed: printSpeed(speed) },
    status: {
      now: `${now / SECOND}s`,
      end: `${end / SECOND}s`,
      start: timestamp(0),
      events: cluster.events,
      writes: simulation.journal.length,
    },
  };
}

const UNITS: { readonly [unit: string]: Millis } = { ms: 1, s: SECOND, m: MINUTE, h: HOUR };

function durationOf(value: unknown): Millis | undefined {
  if (typeof value !== "string" || !/^(?:\d+(?:\.\d+)?(?:ms|s|m|h))+$/.test(value)) return undefined;
  let total = 0;
  for (const [, number, unit = "s"] of value.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g))
    total += Number(number) * (UNITS[unit] ?? SECOND);
  return Math.round(total);
}

function wrong(field: string, expected: string, found: unknown): Reply {
  return refusal(badRequest(`${field}: expected ${expected}, found ${JSON.stringify(found) ?? "nothing"}`));
}
