import { InputError } from "../../base/input-error.ts";
import type { Resource } from "../../api/object.ts";
import type { Change, World } from "../../cluster/world.ts";
import type { Disturbance, Finding, ManifestExpectation } from "./expectation.ts";
import { allExpectations, expectationNamed } from "./index.ts";

/** An expectation that a plan names. */
export interface Wanted {
  readonly name: string;
  readonly params?: { readonly [name: string]: unknown };
}

/** All that a watch remembers: plain data, in the order of its expectations. */
export interface WatchState {
  readonly memories: unknown[];
  readonly findings: Finding[];
}

/** Watches one history for what the user's manifests do not stand. */
export interface ExpectationWatch {
  readonly expectations: readonly ManifestExpectation[];
  readonly state: WatchState;
  /** Learns the objects that are stored before the first commit is shown. */
  prime(world: World): void;
  onChange(change: Change, world: World): void;
  onDisturbance(disturbance: Disturbance, world: World): void;
  /** All findings of the history, what is still open included. */
  atEnd(world: World): readonly Finding[];
}

/** Every expectation with its defaults. */
export const everyExpectation: readonly Wanted[] = allExpectations.map(({ name }) => ({ name }));

/** A watch of these expectations; throws InputError for an unknown name or wrong parameters. */
export function watchExpectations(wanted: readonly Wanted[], saved?: WatchState): ExpectationWatch {
  const chosen = wanted.map(({ name, params }) => decoded(name, params ?? {}));
  const expectations = chosen.map(({ expectation }) => expectation);
  const state: WatchState = saved ?? {
    memories: chosen.map(({ expectation, params }) => expectation.init(params)),
    findings: [],
  };
  const byResource = new Map<Resource, readonly number[]>();
  const interested = (resource: Resource): readonly number[] => {
    let indexes = byResource.get(resource);
    if (indexes === undefined) {
      indexes = [...expectations.keys()].filter(
        (i) => expectations[i]?.resources.includes(resource) === true && expectations[i]?.onChange !== undefined,
      );
      byResource.set(resource, indexes);
    }
    return indexes;
  };
  const keep = (found: readonly Finding[] | undefined): void => {
    if (found !== undefined) state.findings.push(...found);
  };
  const onChange = (change: Change, world: World): void => {
    for (const i of interested(change.resource)) keep(expectations[i]?.onChange?.(state.memories[i], change, world));
  };
  return {
    expectations,
    state,
    prime(world) {
      const resources = ["services", ...new Set(expectations.flatMap((expectation) => expectation.resources))];
      for (const resource of new Set(resources))
        for (const [key, after] of world.objects(resource))
          onChange({ at: world.now, revision: world.revision, resource, key, after, by: "" }, world);
    },
    onChange,
    onDisturbance(disturbance, world) {
      for (const [i, expectation] of expectations.entries())
        keep(expectation.onDisturbance?.(state.memories[i], disturbance, world));
    },
    atEnd(world) {
      for (const [i, expectation] of expectations.entries()) keep(expectation.atEnd?.(state.memories[i], world));
      return state.findings;
    },
  };
}

function decoded(
  name: string,
  given: { readonly [name: string]: unknown },
): { readonly expectation: ManifestExpectation; readonly params: unknown } {
  const expectation = expectationNamed(name);
  if (expectation === undefined)
    throw new InputError(
      `there is no expectation ${name}; there are ${allExpectations.map((known) => known.name).join(", ")}`,
    );
  const result = expectation.params.safeParse(given);
  if (result.success) return { expectation, params: result.data };
  const [issue] = result.error.issues;
  throw new InputError(
    `expectation ${name}: params${(issue?.path ?? []).map((part) => `.${String(part)}`).join("")}: ${issue?.message ?? "wrong"}`,
  );
}
