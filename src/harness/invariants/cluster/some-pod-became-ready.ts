import { asPod, isReady } from "../../survivability/pod.ts";
import { sometimes } from "../sometimes.ts";
import type { Seen } from "../sometimes.ts";
import type { Invariant } from "../invariant.ts";

/** A campaign without a ready pod proves nothing. */
export const somePodBecameReady: Invariant<Seen> = sometimes(
  "some-pod-became-ready",
  "A pod became Ready.",
  ["pods"],
  ({ after }) => after !== undefined && isReady(asPod(after)),
);
