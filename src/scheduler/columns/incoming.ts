import type { Pod } from "../../api/types/core-v1.ts";
import type { SpecInfo } from "../cache/pod-info.ts";
import type { Environment } from "../framework/cycle.ts";
import type { Profile } from "../framework/profile.ts";
import type { Columns, ProfileColumns } from "./columns.ts";

/** A pod that wants a node, and where what is remembered for it lies. */
export interface Incoming {
  readonly pod: Pod;
  readonly info: SpecInfo;
  readonly profile: Profile;
  readonly environment: Environment;
  readonly columns: Columns;
  readonly own: ProfileColumns;
}
