import fc from "fast-check";
import type { ImageRule } from "../plan/plan.ts";

/** Images that generated steps roll out: most work, one does not exist, one exits. */
export const IMAGES: readonly string[] = [
  "app:v1",
  "app:v2",
  "app:v3",
  "app:v2",
  "app:v3",
  "app:missing",
  "app:crashing",
];

const fixed: readonly ImageRule[] = [
  { image: "app:missing", missing: true },
  { image: "app:crashing", exitCode: 1, runsForMs: 2000 },
];

const rule: fc.Arbitrary<ImageRule> = fc.record({
  image: fc.constantFrom("app:v1", "app:v2", "app:v3", "app:*", "*"),
  pullMs: fc.constantFrom(100, 1000, 5000, 20_000),
  startMs: fc.constantFrom(0, 100, 1000),
  readyAfterMs: fc.constantFrom(0, 1000, 5000, 15_000),
  terminateMs: fc.constantFrom<ImageRule["terminateMs"] & (number | "never")>(0, 500, 5000, 60_000, "never"),
});

/** The same for pods that compete: every other draw has programs that do not stop before they are killed. */
export const competingImages: fc.Arbitrary<readonly ImageRule[]> = fc.oneof(
  fc.constant([]),
  fc.constant([{ image: "*", terminateMs: "never" as const }]),
  fc.constant([{ image: "*", terminateMs: 5000 }]),
  fc.array(rule, { maxLength: 2 }),
);

/** Behaviours of images: those that fail, and up to two draws for those that work. */
export const imagesArbitrary: fc.Arbitrary<readonly ImageRule[]> = fc
  .array(rule, { maxLength: 2 })
  .map((rules) => [...fixed, ...rules]);
