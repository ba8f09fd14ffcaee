import { apply } from "./apply.ts";
import { check } from "./check.ts";
import { cordon, uncordon } from "./cordon.ts";
import { create, deleteManifests } from "./create.ts";
import { deleteObject, deletePod } from "./delete-pod.ts";
import { drain } from "./drain.ts";
import { evict } from "./evict.ts";
import { expose } from "./expose.ts";
import { annotate, label } from "./label.ts";
import { patch } from "./patch.ts";
import { replaceNode } from "./replace-node.ts";
import { request } from "./request.ts";
import { rolloutPause, rolloutRestart, rolloutResume } from "./rollout.ts";
import { rolloutStatus } from "./rollout-status.ts";
import { rolloutUndo } from "./rollout-undo.ts";
import { scale } from "./scale.ts";
import { setEndpoints } from "./set-endpoints.ts";
import { setEnv } from "./set-env.ts";
import { setOwner } from "./set-owner.ts";
import { setImage } from "./set-image.ts";
import type { StepProgram } from "./step-program.ts";
import { taint } from "./taint.ts";

/** All commands of a plan, one line each. */
const programs: readonly StepProgram[] = [
  apply,
  create,
  deleteManifests,
  deleteObject,
  deletePod,
  scale,
  setImage,
  setEnv,
  label,
  annotate,
  patch,
  expose,
  rolloutUndo,
  rolloutPause,
  rolloutResume,
  rolloutRestart,
  rolloutStatus,
  cordon,
  uncordon,
  drain,
  taint,
  replaceNode,
  evict,
  setEndpoints,
  setOwner,
  request,
  check,
];

const byName: ReadonlyMap<string, StepProgram> = new Map(programs.map((program) => [program.name, program]));

/** The command of that name. */
export function stepNamed(name: string): StepProgram | undefined {
  return byName.get(name);
}

/** The names of all commands. */
export function stepNames(): string[] {
  return [...byName.keys()];
}
