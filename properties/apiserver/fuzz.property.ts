import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Random } from "../../src/base/random.ts";
import { newFixture } from "../../src/harness/conformance/apiserver-fixture.ts";
import { eventBody, PLAIN } from "../../src/apiserver/http/form.ts";
import { handleHttp } from "../../src/apiserver/http/http.ts";
import type { ApiServer, ServerContext } from "../../src/apiserver/server.ts";
import type { HttpRequest } from "../../src/apiserver/http/http.ts";
import { mutatedRequest, recordedRequests } from "./mutated-requests.ts";

/** SHAKEDOWN_FUZZ=100000 asks for as many requests. */
const REQUESTS = Number(process.env["SHAKEDOWN_FUZZ"] ?? 3000);
const PER_SERVER = 300;
const SLOWEST_MS = 50;

/** A text, where no resource answers; a Status or an object everywhere else. */
function isAnswer(code: number, body: unknown): boolean {
  if (typeof body === "string" || (body === undefined && code === 200)) return true;
  if (typeof body !== "object" || body === null) return false;
  const status = body as { readonly kind?: unknown; readonly code?: unknown; readonly message?: unknown };
  return code < 400 || (status.kind === "Status" && status.code === code && typeof status.message === "string");
}

/** Milliseconds of the quickest of three more tries: a busy machine stops any one of them. */
function again(server: ApiServer, request: HttpRequest, context: () => ServerContext): number {
  const tries = [0, 1, 2].map(() => {
    const started = process.hrtime.bigint();
    handleHttp(server, request, context());
    return Number(process.hrtime.bigint() - started) / 1e6;
  });
  return Math.min(...tries);
}

describe("API server", () => {
  it("answers mutated requests with an object or a Status, never an exception, each within 50 ms", () => {
    const recorded = recordedRequests();
    const slow: { readonly ms: number; readonly request: HttpRequest }[] = [];
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const random = new Random(seed);
        const { server, context } = newFixture();
        for (let i = 0; i < PER_SERVER; i++) {
          const request = mutatedRequest(recorded, random);
          const started = process.hrtime.bigint();
          let answered: ReturnType<typeof handleHttp>;
          try {
            answered = handleHttp(server, request, context());
            const { watch, form = PLAIN } = answered;
            const events = watch === undefined ? [] : server.drain(watch);
            for (const [at, event] of events.entries()) eventBody(form, event, context().now, at === 0);
          } catch (error) {
            throw new Error(`${(error as Error).stack ?? ""}\n${JSON.stringify(request)}`);
          }
          const ms = Number(process.hrtime.bigint() - started) / 1e6;
          if (ms > SLOWEST_MS) slow.push({ ms: Math.min(ms, again(server, request, context)), request });
          expect(isAnswer(answered.code, answered.body), JSON.stringify([request, answered])).toBe(true);
        }
      }),
      { numRuns: Math.ceil(REQUESTS / PER_SERVER), endOnFailure: true },
    );
    expect(slow.filter(({ ms }) => ms > SLOWEST_MS)).toEqual([]);
  }, 3_600_000);
});
