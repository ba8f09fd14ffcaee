import fc from "fast-check";
import type { Millis } from "../../base/units.ts";
import type { Params, Step, UserStep } from "../plan/plan.ts";
import { IMAGES } from "./images.ts";

const index: fc.Arbitrary<{ readonly index: number }> = fc.record({ index: fc.nat({ max: 63 }) });

/** Moments between `from` and `from + span`, in tenths of a second. */
export function moment(from: Millis, span: Millis): fc.Arbitrary<Millis> {
  return fc.nat({ max: Math.floor(span / 100) }).map((tenths) => from + tenths * 100);
}

/** What a user does one after the other. */
export type Commands = readonly { readonly at: Millis; readonly step: string; readonly params: Params }[];

function one(step: string, params: fc.Arbitrary<Params>): fc.Arbitrary<Commands> {
  return params.map((drawn) => [{ at: 0, step, params: drawn }]);
}

/** Something done, and undone after a while; each half is legal without the other. */
function undone(
  step: string,
  params: fc.Arbitrary<Params>,
  undo: string,
  undoParams: (params: Params) => Params,
): fc.Arbitrary<Commands> {
  return fc.tuple(params, fc.integer({ min: 1, max: 90 })).map(([drawn, seconds]) => [
    { at: 0, step, params: drawn },
    { at: seconds * 1000, step: undo, params: undoParams(drawn) },
  ]);
}

const rolls: readonly fc.WeightedArbitrary<Commands>[] = [
  { weight: 3, arbitrary: one("scale", fc.record({ deployment: index, replicas: fc.nat({ max: 8 }) })) },
  { weight: 1, arbitrary: one("rollout-restart", fc.record({ deployment: index })) },
  { weight: 1, arbitrary: one("rollout-undo", fc.record({ deployment: index, toRevision: fc.constant(0) })) },
  {
    weight: 1,
    arbitrary: undone("rollout-pause", fc.record({ deployment: index }), "rollout-resume", (params) => params),
  },
];

const nodeWork: readonly fc.WeightedArbitrary<Commands>[] = [
  { weight: 1, arbitrary: undone("cordon", fc.record({ node: index }), "uncordon", (params) => params) },
  {
    weight: 2,
    arbitrary: undone(
      "drain",
      fc
        .record({ node: index, force: fc.boolean() })
        .map((drawn) => ({ ...drawn, deleteEmptyDirData: true, timeout: 120_000 })),
      "uncordon",
      ({ node }) => ({ node }),
    ),
  },
  {
    weight: 1,
    arbitrary: undone(
      "taint",
      fc
        .record({ node: index, effect: fc.constantFrom("NoSchedule", "NoExecute", "PreferNoSchedule") })
        .map((drawn) => ({ ...drawn, key: "maintenance" })),
      "taint",
      (params) => ({ ...params, remove: true }),
    ),
  },
];

const podWork: readonly fc.WeightedArbitrary<Commands>[] = [
  { weight: 2, arbitrary: one("delete-pod", fc.record({ pod: index })) },
  { weight: 1, arbitrary: one("delete-pod", fc.record({ pod: index, force: fc.constant(true) })) },
  { weight: 1, arbitrary: one("evict", fc.record({ pod: index })) },
  {
    weight: 1,
    arbitrary: one(
      "label",
      fc.record({ pod: index, labels: fc.constantFrom({ app: null }, { app: "elsewhere" }, { app: "app-a" }) }),
    ),
  },
];

const destruction: readonly fc.WeightedArbitrary<Commands>[] = [
  { weight: 1, arbitrary: one("delete-object", fc.record({ replicaset: index })) },
  {
    weight: 1,
    arbitrary: one(
      "delete-object",
      fc.record({ deployment: index, propagationPolicy: fc.constantFrom("Background", "Foreground", "Orphan") }),
    ),
  },
  { weight: 1, arbitrary: one("delete-object", fc.record({ endpointslice: index })) },
];

/** One thing that a user does, with what undoes it; times count from 0. `images` are rolled out by set-image. */
export function userAction(images: readonly string[], wild: boolean): fc.Arbitrary<Commands> {
  const update = fc.record({ deployment: index, image: fc.constantFrom(...images), container: fc.constant("*") });
  return fc.oneof(
    { weight: 4, arbitrary: one("set-image", update) },
    {
      weight: 2,
      arbitrary: undone("set-image", update, "rollout-undo", ({ deployment }) => ({ deployment, toRevision: 0 })),
    },
    ...rolls,
    ...nodeWork,
    ...podWork,
    ...(wild ? destruction : []),
  );
}

/** Up to `most` things that a user does within a span of time. */
export function userSteps(most: number, from: Millis, span: Millis): fc.Arbitrary<readonly Step[]> {
  return fc
    .array(fc.tuple(moment(from, span), userAction(IMAGES, true)), { maxLength: most })
    .map((drawn) => drawn.flatMap(([at, commands]) => placed(at, commands)));
}

/** Commands moved to a moment. */
export function placed(at: Millis, commands: Commands): UserStep[] {
  return commands.map((command) => ({ ...command, at: at + command.at }));
}
