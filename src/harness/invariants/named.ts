import { present } from "../../base/assert.ts";
import { allInvariants } from "./index.ts";
import type { Invariant } from "./invariant.ts";

/** The invariant of that name, which must exist. */
export function invariantNamed(name: string): Invariant {
  return present(
    allInvariants.find((one) => one.name === name),
    `invariant ${name}`,
  );
}
