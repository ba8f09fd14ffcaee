import { timestamp } from "../../base/time.ts";
import { cast } from "../../base/units.ts";
import type { User } from "../../api/request.ts";
import { deepEqual } from "../../api/equal.ts";
import { handleHttp } from "../../apiserver/http/http.ts";
import type { HttpResponse } from "../../apiserver/http/http.ts";
import { eventBody, PLAIN } from "../../apiserver/http/form.ts";
import type { Form } from "../../apiserver/http/form.ts";
import type { Watch } from "../../apiserver/server.ts";
import type { CaseOutcome, Conformance, Difference } from "./conformance.ts";
import { newFixture } from "./apiserver-fixture.ts";
import type { Fixture } from "./apiserver-fixture.ts";
import { isObject, Normaliser } from "./apiserver-normalise.ts";
import type { NormalForm } from "./apiserver-normalise.ts";

interface Answer {
  readonly code?: number;
  readonly warn?: readonly string[];
  readonly b?: unknown;
  readonly events?: readonly unknown[];
}

interface Step {
  readonly m: string;
  readonly p: string;
  readonly n?: string;
  readonly h?: { readonly [name: string]: string };
  readonly b?: unknown;
  readonly raw?: string;
  readonly r?: Answer;
}

interface Case {
  readonly id: string;
  readonly group: string;
  readonly managed?: boolean;
  readonly steps: readonly Step[];
}

/** What came of one step; a watch's events come at the end of the case. */
interface Took {
  readonly step: Step;
  readonly answer: HttpResponse | undefined;
  events?: readonly unknown[];
}

/** Replays recorded requests to kube-apiserver: a decision is one step's answer. */
export const apiserverConformance: Conformance = {
  area: "apiserver",
  recognises(line) {
    const { steps } = line;
    return (
      Array.isArray(steps) &&
      steps.every((step) => isObject(step) && typeof step["m"] === "string" && typeof step["p"] === "string")
    );
  },
  replay: (line) => replayCase(cast<Case>(line)),
};

function replayCase(recorded: Case): CaseOutcome {
  const fixture = newFixture();
  const from = fixture.context().now;
  const took: Took[] = [];
  for (const step of recorded.steps) took.push(takeStep(fixture, step, took));
  for (const done of took)
    if (done.answer?.watch !== undefined) done.events = drain(fixture, done.answer.watch, done.answer.form ?? PLAIN);
    else if (done.step.m === "WATCH" && done.answer?.code === 200) done.events = [done.answer.body];
  const to = fixture.context().now;
  const sent = recorded.steps.map(({ p, b }) => p + (JSON.stringify(b) ?? "")).join("");
  const answers = took.flatMap(({ answer, events }) => [answer?.body, ...(events ?? [])]);
  const normaliser = new Normaliser(sent, answers, formOf(recorded), from, to);
  const differences: Difference[] = [];
  let decisions = 0;
  for (const [i, done] of took.entries()) {
    const { r: expected } = done.step;
    if (expected === undefined) continue;
    decisions += 1;
    const actual = normalAnswer(normaliser, done);
    const wanted = {
      code: expected.code ?? 0,
      warn: expected.warn ?? [],
      b: expected.b ?? null,
      events: expected.events ?? [],
    };
    if (!sameAnswer(wanted, actual))
      differences.push({ where: `${i}: ${done.step.m} ${done.step.p}`, expected: wanted, actual });
  }
  const disagree = differences.length;
  return {
    family: recorded.group,
    name: recorded.id,
    decisions,
    agree: decisions - disagree,
    disagree,
    notSupported: 0,
    differences: differences.slice(0, 3),
  };
}

/** Validation cases drop what the server gives an object; only some cases keep who owns its fields. */
function formOf({ group, managed }: Case): NormalForm {
  return { dropsSystemFields: group === "validation", keepsManagers: managed === true };
}

/** Whom the recorded server knew by a token. */
const TOKENS: { readonly [credentials: string]: User } = {
  "Bearer oracle-alice": { name: "alice", groups: ["system:authenticated"] },
};

function takeStep(fixture: Fixture, step: Step, before: readonly Took[]): Took {
  const { server } = fixture;
  if (step.m === "COMPACT") {
    server.etcd.compact(server.etcd.revision);
    return { step, answer: undefined };
  }
  const context = fixture.context();
  const fill = (text: string): string =>
    text.replaceAll(/\$\{(now(?:[+-]\d+s)?|[\w-]+:[^}]+)\}/g, (_, expression: string) =>
      placeholder(expression, before, context.now),
    );
  const body = step.b === undefined ? undefined : (JSON.parse(fill(JSON.stringify(step.b))) as unknown);
  const user = TOKENS[step.h?.["Authorization"] ?? ""];
  const request = {
    method: step.m === "WATCH" ? "GET" : step.m,
    path: fill(step.p),
    headers: { "User-Agent": "oracle", ...step.h },
    ...(user !== undefined && { user }),
    ...(body !== undefined && { body }),
    ...(step.raw !== undefined && { text: fill(step.raw) }),
  };
  return { step, answer: handleHttp(server, request, context) };
}

/** "0:metadata.uid" from an earlier answer, or "now-905s". */
function placeholder(expression: string, before: readonly Took[], now: number): string {
  const time = /^now([+-]\d+)s$/.exec(expression);
  if (time !== null) return timestamp(now + Number(time[1]) * 1000);
  if (expression === "now") return timestamp(now);
  const colon = expression.indexOf(":");
  const which = expression.slice(0, colon);
  const source = before.find((done, i) => String(i) === which || done.step.n === which);
  let value: unknown = source?.answer?.body;
  for (const part of expression.slice(colon + 1).split(".")) {
    const [, name = part, index] = /^(.*?)\[(\d+)\]$/.exec(part) ?? [];
    value = isObject(value) ? value[name] : undefined;
    if (index !== undefined && Array.isArray(value)) value = value[Number(index)];
  }
  return typeof value === "string" ? value : JSON.stringify(value ?? "");
}

function drain(fixture: Fixture, watch: Watch, form: Form): readonly unknown[] {
  const { now } = fixture.context();
  return fixture.server
    .drain(watch)
    .map((event, i) => ({ type: event.type, object: eventBody(form, event, now, i === 0) }));
}

interface NormalAnswer {
  readonly code: number;
  readonly warn: readonly string[];
  readonly b: unknown;
  readonly events: readonly unknown[];
}

function normalAnswer(normaliser: Normaliser, { step, answer, events }: Took): NormalAnswer {
  return {
    code: answer?.code ?? 0,
    warn: (answer?.warnings ?? []).map((text) => normaliser.text(text)),
    b: step.m === "WATCH" && answer?.code === 200 ? null : (normaliser.value(answer?.body ?? null) ?? null),
    events: (events ?? []).map((event) => normaliser.value(event)),
  };
}

/**
 * Equal but for what upstream prints of its internal types, and a list's version, which is any that is late enough. Of a
 * text that begins with a number only that was recorded.
 */
function sameAnswer(expected: NormalAnswer, actual: NormalAnswer): boolean {
  if (typeof expected.b === "number" && typeof actual.b === "string")
    return expected.code === actual.code && Number.parseInt(actual.b, 10) === expected.b;
  if (expected.code !== actual.code || !deepEqual(expected.warn, actual.warn)) return false;
  return (
    deepEqual(comparable(expected.b), comparable(actual.b)) &&
    deepEqual(comparable(expected.events), comparable(actual.events))
  );
}

const LIST_KIND = /List$/;

function comparable(value: unknown, key = ""): unknown {
  if (typeof value === "string") return key === "message" ? comparableMessage(value) : value;
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    return items.map((item) => comparable(item, key));
  }
  if (!isObject(value)) return value;
  const result: { [key: string]: unknown } = {};
  const isList = typeof value["kind"] === "string" && LIST_KIND.test(value["kind"]) && Array.isArray(value["items"]);
  for (const name of Object.keys(value)) {
    const inner = value[name];
    if (isList && name === "metadata" && isObject(inner)) result[name] = { ...inner, resourceVersion: "list" };
    else result[name] = comparable(inner, name);
  }
  return result;
}

/** Drops diffs and the JSON of internal Go types from a message. */
function comparableMessage(text: string): string {
  const plain = text.includes("Forbidden: ") ? text.replace(/\n@@[^]*\n/, "") : text;
  const dumped = plain.replaceAll(/Invalid value: "\{.*?\}": (?=[a-z])/g, "Invalid value: …: ");
  return dumped.replaceAll(/Invalid value: [[{].*?[\]}]: (?=[a-z`A-Z])/g, "Invalid value: …: ");
}
