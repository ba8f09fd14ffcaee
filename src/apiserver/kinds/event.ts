import { cast } from "../../base/units.ts";
import type { Event } from "../../api/types/core-v1.ts";
import { anyName } from "../name-rules.ts";
import { validateEvent } from "../validation/event.ts";
import type { Kind } from "../kind.ts";

const read = (object: unknown): Event => cast<Event>(object);

/** core/v1 Event. */
export const event: Kind<Event> = {
  group: "",
  version: "v1",
  kind: "Event",
  plural: "events",
  namespaced: true,
  shortNames: ["ev"],
  struct: "core/v1.Event",
  validate: validateEvent,
  validateUpdate: (object, _stored, errors) => validateEvent(object, errors),
  metadataChecks: "none",
  createOnUpdate: true,
  nameProblems: anyName,
  fieldStyle: "own-list",
  fields: {
    "involvedObject.kind": (object) => read(object).involvedObject.kind ?? "",
    "involvedObject.namespace": (object) => read(object).involvedObject.namespace ?? "",
    "involvedObject.name": (object) => read(object).involvedObject.name ?? "",
    "involvedObject.uid": (object) => read(object).involvedObject.uid ?? "",
    "involvedObject.apiVersion": (object) => read(object).involvedObject.apiVersion ?? "",
    "involvedObject.resourceVersion": (object) => read(object).involvedObject.resourceVersion ?? "",
    "involvedObject.fieldPath": (object) => read(object).involvedObject.fieldPath ?? "",
    reason: (object) => read(object).reason ?? "",
    reportingComponent: (object) => read(object).reportingComponent ?? "",
    source: (object) => {
      const { source, reportingComponent = "" } = read(object);
      return (source?.component ?? "") === "" ? reportingComponent : (source?.component ?? "");
    },
    type: (object) => read(object).type ?? "",
  },
};
