import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { cast } from "../../src/base/units.ts";
import type { Conformance } from "../../src/harness/conformance/conformance.ts";
import { endpointsliceConformance } from "../../src/harness/conformance/endpointslice.ts";
import { proxyConformance } from "../../src/harness/conformance/proxy.ts";

function replay(
  conformance: Conformance,
  file: string,
): { decisions: number; agree: number; disagreeing: string[]; notSupported: number } {
  const path = new URL(`../conformance/golden/${conformance.area}/${file}.jsonl.gz`, import.meta.url);
  const total = { decisions: 0, agree: 0, disagreeing: [] as string[], notSupported: 0 };
  for (const text of gunzipSync(readFileSync(path)).toString().split("\n")) {
    if (text === "") continue;
    const line = cast<{ readonly [field: string]: unknown }>(JSON.parse(text));
    expect(conformance.recognises(line)).toBe(true);
    const outcome = conformance.replay(line, {});
    if (outcome === undefined) continue;
    total.decisions += outcome.decisions;
    total.agree += outcome.agree;
    total.notSupported += outcome.notSupported;
    if (outcome.disagree > 0) total.disagreeing.push(outcome.name);
  }
  return total;
}

describe("recorded syncs of the real components", () => {
  it("kube-proxy in iptables mode writes what upstream writes", () => {
    expect(replay(proxyConformance, "iptables")).toEqual({
      decisions: 340,
      agree: 340,
      disagreeing: [],
      notSupported: 0,
    });
  });
  it("kube-proxy in iptables mode follows upstream through sequences of changes, failures and flushes", () => {
    expect(replay(proxyConformance, "iptables-sequences")).toEqual({
      decisions: 571,
      agree: 571,
      disagreeing: [],
      notSupported: 0,
    });
  });
  it("other modes are counted as not supported", () => {
    expect(replay(proxyConformance, "ipvs").notSupported).toBe(320);
  });
  it("the EndpointSlice controller makes the slices that upstream makes", () => {
    expect(replay(endpointsliceConformance, "slices")).toEqual({
      decisions: 159,
      agree: 159,
      disagreeing: [],
      notSupported: 0,
    });
  });
});
