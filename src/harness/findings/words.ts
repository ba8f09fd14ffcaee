import type { Millis } from "../../base/units.ts";

/** "0.4 s", "34 s", "5 min 20 s", "2 h 3 min". */
export function duration(ms: Millis): string {
  if (ms < 9_950) return `${trim(ms / 1000)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 120) return `${minutes} min${seconds % 60 === 0 ? "" : ` ${seconds % 60} s`}`;
  return `${Math.floor(minutes / 60)} h${minutes % 60 === 0 ? "" : ` ${minutes % 60} min`}`;
}

/** "1 replica", "3 replicas". */
export function count(n: number, thing: string): string {
  return `${n} ${thing}${n === 1 ? "" : "s"}`;
}

/** "Service cartservice", or "Service shop/cartservice" outside namespace default. */
export function objectName(kind: string, key: string): string {
  return `${kind} ${key.startsWith("default/") ? key.slice("default/".length) : key}`;
}

function trim(seconds: number): string {
  const text = seconds.toFixed(1);
  return text.endsWith(".0") ? text.slice(0, -2) : text;
}
