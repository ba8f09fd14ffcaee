import type { Request } from "../api/request.ts";
import type { Millis } from "../base/units.ts";

/** A token bucket of a client (client-go: flowcontrol): requests a second in the long run, and at once. */
export interface Rate {
  readonly qps: number;
  readonly burst: number;
}

/** Tokens left at an instant; below 0 is what those that wait have taken. Plain data. */
export interface Bucket {
  tokens: number;
  at: Millis;
}

/**
 * Upstream's defaults: --kube-api-qps and --kube-api-burst of kube-controller-manager (each controller has a client of its
 * own) and kubelet, clientConnection of kube-scheduler. A user's kubectl and kube-proxy are not held back.
 */
const RATES: { readonly [component: string]: Rate } = {
  "kube-controller-manager": { qps: 20, burst: 30 },
  "kube-scheduler": { qps: 50, burst: 100 },
  kubelet: { qps: 50, burst: 100 },
};

/** The rate of a component's clients; undefined: no limit. */
export function rateOf(component: string): Rate | undefined {
  return RATES[component];
}

/** The kubelet's heartbeats have a client without limit. */
export function isUnlimited({ resource }: Request): boolean {
  return resource === "leases.coordination.k8s.io" || resource === "nodes";
}

/** Takes a token if there is one. */
export function accept(bucket: Bucket, { qps, burst }: Rate, now: Millis): boolean {
  const tokens = Math.min(burst, bucket.tokens + ((now - bucket.at) * qps) / 1000);
  bucket.at = now;
  bucket.tokens = tokens >= 1 ? tokens - 1 : tokens;
  return tokens >= 1;
}

/** How long a request has to wait for its token, which it takes now, in whole milliseconds. */
export function reserve(bucket: Bucket, { qps, burst }: Rate, now: Millis): Millis {
  bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.at) * qps) / 1000) - 1;
  bucket.at = now;
  return bucket.tokens >= 0 ? 0 : Math.ceil((-bucket.tokens * 1000) / qps);
}
