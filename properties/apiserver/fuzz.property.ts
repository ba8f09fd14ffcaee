import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Random } from "../../src/base/random.ts";
import { newFixture } from "../../src/harness/conformance/apiserver-fixture.ts";
import { fuzzedAnswer, isAnswer } from "./fuzzed-answer.ts";
import { mutatedRequest, recordedRequests } from "./mutated-requests.ts";

/** SHAKEDOWN_FUZZ=100000 asks for as many requests; how long each takes is the question of benchmarks/fuzz.ts. */
const REQUESTS = Number(process.env["SHAKEDOWN_FUZZ"] ?? 3000);
const PER_SERVER = 300;
/** Most writes that one request may lead to: the collections of a recorded case, and the quotas that it charges. */
const WRITES_MAX = 500;

describe("API server", () => {
  it("answers mutated requests with an object or a Status, never an exception, and writes no more than it was asked to", () => {
    const recorded = recordedRequests();
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const random = new Random(seed);
        const { server, context } = newFixture();
        for (let i = 0; i < PER_SERVER; i++) {
          const request = mutatedRequest(recorded, random);
          const before = server.etcd.revision;
          let answered: ReturnType<typeof fuzzedAnswer>;
          try {
            answered = fuzzedAnswer(server, request, context);
          } catch (error) {
            throw new Error(`${(error as Error).stack ?? ""}\n${JSON.stringify(request)}`);
          }
          expect(isAnswer(answered), JSON.stringify([request, answered])).toBe(true);
          const reads = request.method === "GET" || request.method === "HEAD";
          expect(server.etcd.revision - before).toBeLessThanOrEqual(reads ? 0 : WRITES_MAX);
        }
      }),
      { numRuns: Math.ceil(REQUESTS / PER_SERVER), endOnFailure: true },
    );
  }, 3_600_000);
});
