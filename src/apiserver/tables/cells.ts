import { compareText } from "../../base/order.ts";
import type { Millis } from "../../base/units.ts";
import type { ApiObject } from "../../api/object.ts";
import type { Container } from "../../api/types/core-v1.ts";
import type { LabelSelector } from "../../api/types/meta-v1.ts";
import { selectorText } from "../selector-text.ts";

/** One value of a row. */
export type Cell = string | number | boolean;

/** The cells of an object's row, in the order of its kind's columns. */
export type Printer = (object: ApiObject, now: Millis) => readonly Cell[];

export const NONE = "<none>";
export const UNSET = "<unset>";
export const UNKNOWN = "<unknown>";

/** Names and images of containers, for the last columns of workloads. */
export function containerCells(containers: readonly Container[] | undefined): readonly [names: string, images: string] {
  const list = containers ?? [];
  return [list.map(({ name }) => name).join(","), list.map(({ image }) => image ?? "").join(",")];
}

/** Labels as "a=b,c=d". */
export function labelsCell(labels: { readonly [key: string]: string } | undefined): string {
  const text = Object.entries(labels ?? {})
    .sort(([a], [b]) => compareText(a, b))
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
  return text === "" ? NONE : text;
}

/** A selector as one line. */
export function selectorCell(selector: LabelSelector | undefined): string {
  const text = selector === undefined ? "" : selectorText(selector);
  return text === "" ? NONE : text;
}

/** At most three texts, and how many more there are. */
export function someOf(list: readonly string[], separator: string = ",", most: number = 3): string {
  const shown = list.slice(0, most).join(separator);
  return list.length > most ? `${shown} + ${list.length - most} more...` : shown;
}

/** The addresses of a load balancer, sorted. */
export function ingressAddresses(
  ingress: readonly { readonly ip?: string; readonly hostname?: string }[] | undefined,
): string {
  const addresses = (ingress ?? []).map(({ ip = "", hostname = "" }) => (ip === "" ? hostname : ip));
  return [...new Set(addresses.filter((address) => address !== ""))].sort(compareText).join(",");
}
