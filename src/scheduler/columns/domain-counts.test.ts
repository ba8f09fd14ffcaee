import fc from "fast-check";
import { expect, test } from "vitest";
import type { Node } from "../../api/types/core-v1.ts";
import { cast } from "../../base/units.ts";
import { emptyNodeInfo } from "../cache/node-info.ts";
import type { NodeInfo } from "../cache/node-info.ts";
import { addToRow, emptyCounts, liesWithin, placeRow, smallestSum } from "./domain-counts.ts";
import { emptyInterner } from "./interner.ts";

const N = 12;
const LABEL = "zone";

function nodeIn(zone: string | undefined): NodeInfo {
  const info = emptyNodeInfo("n");
  info.node = cast<Node>({ metadata: { name: "n", labels: zone === undefined ? {} : { [LABEL]: zone } } });
  return info;
}

const zone = fc.constantFrom(undefined, "a", "b", ...Array.from({ length: 30 }, (_, i) => `z${i}`));
const step = fc.oneof(
  fc.record({ row: fc.nat(N - 1), zone, counted: fc.boolean() }),
  fc.record({ row: fc.nat(N - 1), pods: fc.nat(3) }),
);

test("domain counts > sums, members and the smallest sum are those of a fresh count, however nodes move", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const counts = emptyCounts(LABEL, emptyInterner(), { n: N, absent: -1, smallest: true });
      const rows = Array.from({ length: N }, () => ({
        zone: cast<string | undefined>(undefined),
        counted: false,
        pods: 0,
      }));
      for (const one of steps) {
        const row = rows[one.row];
        if (row === undefined) continue;
        if ("pods" in one) {
          addToRow(counts, one.row, one.pods - row.pods);
          row.pods = one.pods;
        } else {
          placeRow(counts, one.row, nodeIn(one.zone), one.counted);
          Object.assign(row, { zone: one.zone, counted: one.counted });
        }
        const sums = new Map<string, number>();
        for (const { zone: at, counted, pods } of rows)
          if (counted && at !== undefined) sums.set(at, (sums.get(at) ?? 0) + pods);
        expect(counts.present).toBe(sums.size);
        expect(counts.populated).toBe(new Set(rows.map(({ zone: at }) => at)).size);
        for (const [at, sum] of sums) expect(counts.sums[counts.values.ids.get(at) ?? 0]).toBe(sum);
        if (sums.size > 0) expect(smallestSum(counts)).toBe(Math.min(...sums.values()));
        expect(counts.sums[0]).toBe(-1);
      }
    }),
  );
});

test("domain counts > rows that lack the label lie outside bounds that do not hold their sum", () => {
  const counts = emptyCounts(LABEL, emptyInterner(), { n: 2, absent: -1 });
  placeRow(counts, 0, nodeIn("a"), true);
  expect(liesWithin(counts, 0, 5)).toBe(false);
  placeRow(counts, 1, nodeIn("b"), true);
  expect(liesWithin(counts, 0, 5)).toBe(true);
  addToRow(counts, 1, 6);
  expect(liesWithin(counts, 0, 5)).toBe(false);
});
