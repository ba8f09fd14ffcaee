import { readdirSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { Random } from "../../src/base/random.ts";
import type { HttpRequest } from "../../src/apiserver/http/http.ts";

/** One recorded request. */
interface Step {
  readonly m: string;
  readonly p: string;
  readonly h?: { readonly [name: string]: string };
  readonly b?: unknown;
  readonly raw?: string;
}

const GOLDEN = "properties/conformance/golden/apiserver";

/** Every request that was recorded with a real server. */
export function recordedRequests(): readonly HttpRequest[] {
  const requests: HttpRequest[] = [];
  for (const file of readdirSync(GOLDEN)) {
    const text = gunzipSync(readFileSync(`${GOLDEN}/${file}`)).toString("utf8");
    for (const line of text.split("\n")) {
      if (line === "") continue;
      const { steps } = JSON.parse(line) as { readonly steps: readonly Step[] };
      for (const { m, p, h, b, raw } of steps)
        requests.push({
          method: m === "WATCH" ? "GET" : m,
          path: p,
          ...(h !== undefined && { headers: h }),
          ...(b !== undefined && { body: b }),
          ...(raw !== undefined && { text: raw }),
        });
    }
  }
  return requests;
}

const ODD: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e300,
  9_007_199_254_740_991,
  "",
  "\u0000",
  "é\ud800",
  "a".repeat(300),
  "10Gi",
  "-1",
  "2026-01-01T00:00:00Z",
  "$(HOME)",
  "../..",
  "__proto__",
  [],
  [null],
  [[]],
  [{}],
  {},
  { "": "" },
  { constructor: 1 },
];
const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "BREW"];
const QUERIES = [
  "limit=-1",
  "limit=x",
  "continue=ff",
  "resourceVersion=-3",
  "resourceVersion=99999999999999999999",
  "resourceVersionMatch=Exact&resourceVersion=1",
  "labelSelector=a%20in%20(",
  "labelSelector=,,,",
  "fieldSelector=a==b,=",
  "dryRun=All",
  "dryRun=Some",
  "fieldManager=%00",
  "fieldManager=me&force=true",
  "fieldValidation=Strict",
  "fieldValidation=Odd",
  "watch=1&sendInitialEvents=true",
  "gracePeriodSeconds=-5",
  "propagationPolicy=Foreground",
  "%zz=%zz",
];
const TYPES = [
  "application/json",
  "application/yaml",
  "application/json-patch+json",
  "application/merge-patch+json",
  "application/strategic-merge-patch+json",
  "application/apply-patch+yaml",
  "text/plain",
  "",
];
const ACCEPTED = [
  "application/json;as=Table;v=v1;g=meta.k8s.io",
  "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io",
  "application/yaml",
  "text/html, */*;q=0.1",
  ";;,",
];

/** A recorded request with some of it changed, or two of them mixed. */
export function mutatedRequest(recorded: readonly HttpRequest[], random: Random): HttpRequest {
  const draw = (count: number): number => Math.floor(random.next("fuzz") * count);
  const pick = <T>(list: readonly T[]): T => list[draw(list.length)] as T;
  let request = pick(recorded);
  for (let n = 1 + draw(4); n > 0; n--) request = mutated(request, recorded, draw, pick);
  return request;
}

type Draw = (count: number) => number;
type Pick = <T>(list: readonly T[]) => T;

function mutated(request: HttpRequest, recorded: readonly HttpRequest[], draw: Draw, pick: Pick): HttpRequest {
  const { headers = {}, path } = request;
  switch (draw(10)) {
    case 0:
      return { ...request, method: pick(METHODS) };
    case 1:
      return { ...request, path: pick(recorded).path };
    case 2:
      return { ...request, path: `${path}${path.includes("?") ? "&" : "?"}${pick(QUERIES)}` };
    case 3:
      return { ...request, headers: { ...headers, "Content-Type": pick(TYPES) } };
    case 4:
      return { ...request, headers: { ...headers, Accept: pick(ACCEPTED) } };
    case 5:
      return { ...request, path: cutOut(path, draw) };
    case 6: {
      const text = request.text ?? JSON.stringify(request.body ?? {});
      return { ...request, text: cutOut(text, draw) };
    }
    default:
      return request.body === undefined
        ? { ...request, body: pick(recorded).body ?? pick(ODD) }
        : { ...request, body: mutatedValue(request.body, recorded, draw, pick) };
  }
}

function cutOut(text: string, draw: Draw): string {
  const at = draw(text.length + 1);
  return text.slice(0, at) + text.slice(at + draw(6));
}

/** The value with one place in it replaced, removed, doubled or given to another. */
function mutatedValue(value: unknown, recorded: readonly HttpRequest[], draw: Draw, pick: Pick): unknown {
  if (typeof value !== "object" || value === null || draw(8) === 0)
    return draw(4) === 0 ? (pick(recorded).body ?? null) : pick(ODD);
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    const at = draw(items.length + 1);
    if (at === items.length) return [...items, items[0] ?? pick(ODD)];
    return items.map((item, i) => (i === at ? mutatedValue(item, recorded, draw, pick) : item));
  }
  const fields = Object.entries(value);
  const at = draw(fields.length + 1);
  if (at === fields.length)
    return { ...value, [pick(["name", "labels", "spec", "items", "x", "metadata"])]: pick(ODD) };
  const changed = fields.flatMap(([key, inner], i): readonly [string, unknown][] => {
    if (i !== at) return [[key, inner]];
    return draw(6) === 0 ? [] : [[key, mutatedValue(inner, recorded, draw, pick)]];
  });
  return Object.fromEntries(changed);
}
