import fc from "fast-check";
import { expect, test } from "vitest";
import { selectHost } from "../select-host.ts";
import { bestRow, emptyBestRows, moveRow } from "./best-rows.ts";

/** The slow oracle: all rows are looked at, from `start` on. */
function chosenByScan(scores: readonly number[], start: number): number {
  const rows = scores.map((_, i) => (start + i) % scores.length).filter((row) => (scores[row] ?? -1) >= 0);
  return rows[selectHost(rows.map((row) => scores[row] ?? -1))] ?? -1;
}

const moves = fc
  .integer({ min: 1, max: 400 })
  .chain((n) =>
    fc.tuple(
      fc.constant(n),
      fc.array(fc.tuple(fc.nat(n - 1), fc.constantFrom(-1, 0, 1, 1, 2, 300)), { maxLength: 900 }),
      fc.constantFrom(-1, 0, 1, 1),
      fc.nat(n - 1),
    ),
  );

test("best row > is the one that a scan chooses, whatever rows fit and wherever it starts", () => {
  let large = 0;
  fc.assert(
    fc.property(moves, ([n, changes, first, start]) => {
      const best = emptyBestRows(n);
      const scores = new Array<number>(n).fill(-1);
      const move = (row: number, to: number): void => {
        moveRow(best, row, scores[row] ?? -1, to);
        scores[row] = to;
      };
      for (let row = 0; row < n; row += 1) move(row, first);
      for (const [i, [row, to]] of changes.entries()) {
        move(row, to);
        if (i % 20 !== 0 || best.feasible === 0) continue;
        expect(bestRow(best, start)).toBe(chosenByScan(scores, start));
        if ((best.counts[best.top] ?? 0) > 30) large += 1;
      }
      expect(best.feasible).toBe(scores.filter((score) => score >= 0).length);
      if (best.feasible > 0) expect(bestRow(best, start)).toBe(chosenByScan(scores, start));
    }),
    { numRuns: 300 },
  );
  expect(large).toBeGreaterThan(20);
});
