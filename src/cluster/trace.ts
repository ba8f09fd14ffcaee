import type { Millis } from "../base/units.ts";
import type { Request } from "../api/request.ts";
import type { Digest } from "../base/digest.ts";
import { digestEnd, digestPart, emptyDigest } from "../base/digest.ts";

/** One line of a history. */
export interface TraceRecord {
  readonly at: Millis;
  /** The process that acted: "kube-scheduler". */
  readonly who: string;
  /** In Kubernetes' words: "create", "Scheduled", "crash". */
  readonly what: string;
  /** The object or actor concerned: "pods default/web-1". */
  readonly about: string;
  readonly detail?: string;
}

/** An append-only list of records and their rolling digest. Plain data. */
export interface Trace {
  readonly digest: Digest;
  readonly records: TraceRecord[];
  count: number;
  /** Whether records are kept; the digest always is. */
  readonly keep: boolean;
}

/** A trace without records. */
export function emptyTrace(keep: boolean): Trace {
  return { digest: emptyDigest(), records: [], count: 0, keep };
}

/** Appends a record. */
export function record(trace: Trace, at: Millis, who: string, what: string, about: string, detail?: string): void {
  trace.count += 1;
  const { digest } = trace;
  digestPart(digest, String(at));
  digestWord(digest, who);
  digestWord(digest, what);
  digestWord(digest, about);
  if (detail !== undefined) digestWord(digest, detail);
  digestEnd(digest);
  if (trace.keep) trace.records.push({ at, who, what, about, ...(detail !== undefined && { detail }) });
}

/** Appends the record of a request; `detail` tells its outcome. Hot: the text is only put together when records are kept. */
export function recordRequest(
  trace: Trace,
  at: Millis,
  who: string,
  { verb, resource, namespace = "", subresource }: Request,
  name: string,
  detail: string,
): void {
  if (trace.keep) {
    const part = subresource === undefined ? "" : `/${subresource}`;
    record(trace, at, who, verb, `${resource} ${namespace}/${name}${part}`, detail);
    return;
  }
  trace.count += 1;
  const { digest } = trace;
  digestPart(digest, String(at));
  digestWord(digest, who);
  digestWord(digest, verb);
  digestWord(digest, resource);
  digestWord(digest, namespace);
  digestPart(digest, "/");
  digestPart(digest, name);
  if (subresource !== undefined) {
    digestPart(digest, "/");
    digestPart(digest, subresource);
  }
  digestWord(digest, detail);
  digestEnd(digest);
}

function digestWord(digest: Digest, text: string): void {
  digestPart(digest, " ");
  digestPart(digest, text);
}
