import { timestamp } from "../../base/time.ts";
import { cast } from "../../base/units.ts";
import type { User } from "../../api/request.ts";
import { discoveryDocuments } from "../../apiserver/discovery/discovery.ts";
import { handleHttp } from "../../apiserver/http/http.ts";
import type { HttpResponse } from "../../apiserver/http/http.ts";
import { newFixture } from "./apiserver-fixture.ts";
import type { Fixture } from "./apiserver-fixture.ts";
import { isObject, Normaliser } from "./apiserver-normalise.ts";
import type { CaseOutcome, Conformance, Difference } from "./conformance.ts";
import { sameKubectlAnswer } from "./kubectl-compare.ts";
import { fillPlaceholders, learn, recall } from "./kubectl-names.ts";
import type { Names } from "./kubectl-names.ts";

/** A request of the set-up ("m") or a command of kubectl with the requests that it sent ("k"). */
interface Step {
  readonly m?: string;
  readonly p?: string;
  readonly n?: string;
  readonly h?: { readonly [name: string]: string };
  readonly b?: unknown;
  readonly k?: readonly string[];
  readonly r?: { readonly code?: number; readonly b?: unknown; readonly http?: readonly Sent[] };
}

/** One request of kubectl; `ref` stands for a discovery or OpenAPI document. */
interface Sent {
  readonly m: string;
  readonly p: string;
  readonly h?: { readonly [name: string]: string };
  readonly b?: unknown;
  readonly code: number;
  readonly r?: unknown;
  readonly ref?: string;
}

interface Case {
  readonly id: string;
  readonly group: string;
  readonly steps: readonly Step[];
}

/** A request that was sent again, and what it was answered with. */
interface Took {
  /** Absent: a request of the set-up, which is no decision. */
  readonly command?: string;
  readonly sent: Sent;
  readonly answer: HttpResponse;
  readonly events?: readonly unknown[];
}

/** Bodies that are not what the API server alone answers: a kubelet's streams. */
const STREAMS = /\/pods\/[^/]+\/(?:exec|attach|portforward)\b/;
const ADMIN: User = { name: "kubernetes-admin", groups: ["system:masters", "system:authenticated"] };

/** Replays what kubectl asked kube-apiserver: a decision is one request. `hasDocument`: OpenAPI documents that are served. */
export function kubectlConformance(hasDocument: (path: string) => boolean): Conformance {
  return {
    area: "kubectl",
    recognises(line) {
      const { steps } = line;
      return Array.isArray(steps) && steps.some((step) => isObject(step) && Array.isArray(step["k"]));
    },
    replay: (line) => replayCase(cast<Case>(line), hasDocument),
  };
}

function replayCase(recorded: Case, hasDocument: (path: string) => boolean): CaseOutcome {
  const fixture = newFixture();
  const names: Names = new Map();
  const from = fixture.context().now;
  const took: Took[] = [];
  const named = new Map<string, unknown>();
  let decisions = 0;
  let agree = 0;
  let notSupported = 0;
  for (const [index, step] of recorded.steps.entries()) {
    if (step.k === undefined) {
      const { m = "GET", p = "/", h, b, r } = step;
      const filled = fillPlaceholders(JSON.stringify({ p, b }), named, fixture.context().now);
      const { p: path, b: body } = JSON.parse(filled) as { readonly p: string; readonly b?: unknown };
      const sent = { m, p: path, ...(h !== undefined && { h }), b: body, code: 0, r: r?.b };
      const done = take(fixture, names, ADMIN, sent);
      learn(names, r?.b, done.answer.body);
      named.set(step.n ?? String(index), done.answer.body);
      took.push({ sent, ...done });
      continue;
    }
    const user = userOf(step.k);
    for (const sent of step.r?.http ?? []) {
      decisions += 1;
      if (sent.ref !== undefined) {
        if (isServed(sent.p, hasDocument)) agree += 1;
        else notSupported += 1;
        continue;
      }
      if (STREAMS.test(sent.p)) {
        notSupported += 1;
        continue;
      }
      const done = take(fixture, names, user, sent);
      learn(names, sent.r, done.events ?? done.answer.body);
      took.push({ command: step.k.join(" "), sent, ...done });
    }
  }
  const differences = compare(recorded, took, from, fixture.context().now);
  const disagree = differences.length;
  agree += took.filter(({ command }) => command !== undefined).length - disagree;
  return {
    family: recorded.group,
    name: recorded.id,
    decisions,
    agree,
    disagree,
    notSupported,
    differences: differences.slice(0, 3),
  };
}

function compare(recorded: Case, took: readonly Took[], from: number, to: number): Difference[] {
  const sent = recorded.steps
    .flatMap((step) => [{ p: step.p ?? "", b: step.b }, ...(step.r?.http ?? [])])
    .map(({ p, b }) => p + (JSON.stringify(b) ?? ""))
    .join("");
  const answers = took.flatMap(({ answer, events }) => [answer.body, ...(events ?? [])]);
  const normaliser = new Normaliser(sent, answers, { dropsSystemFields: false, keepsManagers: false }, from, to);
  const differences: Difference[] = [];
  for (const { command, sent: request, answer, events } of took) {
    const expected = { code: request.code, body: request.r ?? null };
    const actual = { code: answer.code, body: normaliser.value(events ?? answer.body ?? null) };
    if (command !== undefined && !sameKubectlAnswer(expected, actual))
      differences.push({ where: `kubectl ${command}: ${request.m} ${request.p}`, expected, actual });
  }
  return differences;
}

function take(
  fixture: Fixture,
  names: Names,
  user: User,
  sent: Sent,
): { readonly answer: HttpResponse; readonly events?: readonly unknown[] } {
  const context = fixture.context();
  const { m, h, b } = sent;
  const fill = (text: string): string => recall(names, text, timestamp(context.now));
  const text = typeof b === "string" ? fill(b) : undefined;
  const body = b === undefined || text !== undefined ? undefined : (JSON.parse(fill(JSON.stringify(b))) as unknown);
  const answer = handleHttp(
    fixture.server,
    {
      method: m,
      path: fill(sent.p).replaceAll("timeoutSeconds=N", "timeoutSeconds=60"),
      headers: { "User-Agent": "kubectl", ...h },
      ...(body !== undefined && { body }),
      ...(text !== undefined && { text }),
      user,
    },
    context,
  );
  if (answer.watch === undefined) return { answer };
  const events = fixture.server.drain(answer.watch).map(({ type, object }) => ({ type, object }));
  return { answer, events };
}

/** The administrator, or whom `--as` names. */
function userOf(args: readonly string[]): User {
  const name = args.find((arg) => arg.startsWith("--as="))?.slice("--as=".length);
  return name === undefined ? ADMIN : { name, groups: ["system:authenticated"] };
}

function isServed(target: string, hasDocument: (path: string) => boolean): boolean {
  const path = target.split("?")[0] ?? "";
  const { aggregated, plain } = discoveryDocuments("SERVER");
  return aggregated.has(path) || plain.has(path) || hasDocument(path);
}
