// HOT: mutable typed arrays; the plugins' own counting over all nodes is the slow oracle.
import type { Interner } from "./interner.ts";
import { ABSENT, intern } from "./interner.ts";
import type { NodeInfo } from "../cache/node-info.ts";

/** Sums over pods by domain of one topology label, kept row by row, so that nodes may change their domain. */
export interface DomainCounts {
  readonly label: string;
  readonly values: Interner;
  /** The row's domain; 0: it lacks the label. */
  domain: Int32Array;
  /** Sum over the row's pods. */
  rowSum: Int32Array;
  /** 1: the row counts in its domain. */
  counted: Uint8Array;
  /** Sum over the domain's rows that count; that of domain 0 stays what it was made with. */
  sums: Int32Array;
  /** Rows of the domain, domain 0 included, and those of them that count. */
  rowsIn: Int32Array;
  members: Int32Array;
  /** Domains with rows, domain 0 included. */
  populated: number;
  /** Domains with rows that count. */
  present: number;
  /** How many of them have each sum; absent where nobody asks for the smallest. */
  readonly bySum: number[] | undefined;
  smallest: number;
  /** Sum over all domains. */
  sum: number;
}

/** How counts begin: for `n` rows, with the sum that stands for rows without the label. */
export interface CountsOptions {
  readonly n: number;
  readonly absent: number;
  readonly smallest?: true;
}

/** Counts without pods or nodes. */
export function emptyCounts(label: string, values: Interner, { n, absent, smallest }: CountsOptions): DomainCounts {
  const sums = new Int32Array(Math.max(16, values.ids.size + 1));
  sums[ABSENT] = absent;
  const rowsIn = new Int32Array(sums.length);
  rowsIn[ABSENT] = n;
  return {
    label,
    values,
    domain: new Int32Array(n),
    rowSum: new Int32Array(n),
    counted: new Uint8Array(n),
    sums,
    rowsIn,
    members: new Int32Array(sums.length),
    populated: n > 0 ? 1 : 0,
    present: 0,
    bySum: smallest === true ? [] : undefined,
    smallest: 0,
    sum: 0,
  };
}

/** Counts without pods, of nodes that are placed as in `other`. */
export function countsLike(other: DomainCounts, absent: number): DomainCounts {
  const sums = new Int32Array(other.sums.length);
  sums[ABSENT] = absent;
  return {
    ...other,
    domain: other.domain.slice(),
    rowSum: new Int32Array(other.rowSum.length),
    counted: other.counted.slice(),
    sums,
    rowsIn: other.rowsIn.slice(),
    members: other.members.slice(),
    bySum: undefined,
    smallest: 0,
    sum: 0,
  };
}

/** A node took the row, or changed: its domain, and whether it counts. */
export function placeRow(counts: DomainCounts, row: number, { node }: NodeInfo, counted: boolean): void {
  const domain = intern(counts.values, node?.metadata.labels?.[counts.label]);
  const counts1 = counted && domain !== ABSENT ? 1 : 0;
  if (counts.domain[row] === domain && counts.counted[row] === counts1) return;
  if (domain >= counts.sums.length) grow(counts, domain);
  if (counts.counted[row] === 1) takeOut(counts, counts.domain[row] as number, counts.rowSum[row] as number);
  moveToDomain(counts, counts.domain[row] as number, domain);
  counts.domain[row] = domain;
  counts.counted[row] = counts1;
  if (counts1 === 1) putIn(counts, domain, counts.rowSum[row] as number);
}

/** A pod came to the row or left it. */
export function addToRow(counts: DomainCounts, row: number, by: number): void {
  counts.rowSum[row] = (counts.rowSum[row] as number) + by;
  if (counts.counted[row] === 0) return;
  const domain = counts.domain[row] as number;
  const before = counts.sums[domain] as number;
  counts.sums[domain] = before + by;
  counts.sum += by;
  moveSum(counts, before, before + by);
}

/** The smallest sum of a domain with rows that count; there must be one, and no sum may be negative. */
export function smallestSum(counts: DomainCounts): number {
  const { bySum = [] } = counts;
  while (bySum[counts.smallest] === 0) counts.smallest += 1;
  return counts.smallest;
}

function moveToDomain(counts: DomainCounts, from: number, to: number): void {
  if (from === to) return;
  const left = (counts.rowsIn[from] as number) - 1;
  const come = (counts.rowsIn[to] as number) + 1;
  counts.rowsIn[from] = left;
  counts.rowsIn[to] = come;
  if (left === 0) counts.populated -= 1;
  if (come === 1) counts.populated += 1;
}

/** With more domains it does not pay to look at each before the rows. */
const FEW_DOMAINS = 64;

/** Whether all rows are in domains with the same sum, as far as a short look can tell. */
export function isLevel(counts: DomainCounts): boolean {
  return liesWithin(counts, undefined, undefined);
}

/** Whether all rows are in domains whose sum lies between the bounds (absent: that of the others), as far as a short look can tell. */
export function liesWithin(
  { values, rowsIn, sums }: DomainCounts,
  least: number | undefined,
  most: number | undefined,
): boolean {
  const last = values.ids.size;
  if (last > FEW_DOMAINS) return false;
  let low = least;
  let high = most;
  for (let domain = 0; domain <= last && domain < rowsIn.length; domain += 1) {
    if (rowsIn[domain] === 0) continue;
    const sum = sums[domain] as number;
    low ??= sum;
    high ??= sum;
    if (sum < low || sum > high) return false;
  }
  return true;
}

function takeOut(counts: DomainCounts, domain: number, rowSum: number): void {
  const before = counts.sums[domain] as number;
  const members = (counts.members[domain] as number) - 1;
  counts.sums[domain] = before - rowSum;
  counts.sum -= rowSum;
  counts.members[domain] = members;
  if (members > 0) return moveSum(counts, before, before - rowSum);
  counts.present -= 1;
  lower(counts, before);
}

function putIn(counts: DomainCounts, domain: number, rowSum: number): void {
  const before = counts.sums[domain] as number;
  const members = counts.members[domain] as number;
  counts.sums[domain] = before + rowSum;
  counts.sum += rowSum;
  counts.members[domain] = members + 1;
  if (members > 0) return moveSum(counts, before, before + rowSum);
  counts.present += 1;
  raise(counts, before + rowSum);
}

function moveSum(counts: DomainCounts, from: number, to: number): void {
  if (from === to || counts.bySum === undefined) return;
  lower(counts, from);
  raise(counts, to);
}

function lower({ bySum }: DomainCounts, sum: number): void {
  if (bySum !== undefined) bySum[sum] = (bySum[sum] as number) - 1;
}

function raise(counts: DomainCounts, sum: number): void {
  const { bySum } = counts;
  if (bySum === undefined) return;
  while (bySum.length <= sum) bySum.push(0);
  bySum[sum] = (bySum[sum] as number) + 1;
  if (sum < counts.smallest) counts.smallest = sum;
}

function grow(counts: DomainCounts, domain: number): void {
  const size = Math.max(domain + 1, 2 * counts.sums.length);
  const sums = new Int32Array(size);
  sums.set(counts.sums);
  counts.sums = sums;
  const members = new Int32Array(size);
  members.set(counts.members);
  counts.members = members;
  const rowsIn = new Int32Array(size);
  rowsIn.set(counts.rowsIn);
  counts.rowsIn = rowsIn;
}
