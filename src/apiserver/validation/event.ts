import type { Event } from "../../api/types/core-v1.ts";
import type { FieldErrors } from "../field-errors.ts";
import { subdomainProblems } from "../name-rules.ts";
import { complaints, qualifiedName } from "./common.ts";

const LENGTH_MAX = 128;
const MESSAGE_MAX = 1024;

/** Validates an Event: it stands in the namespace of what it is about, and one with an eventTime says who saw what. */
export function validateEvent(object: Event, errors: FieldErrors): void {
  const about = object.involvedObject?.namespace ?? "";
  const own = object.metadata.namespace ?? "";
  const { eventTime } = object;
  if (eventTime === undefined || eventTime === null || eventTime === "") {
    const matches = about === "" ? own === "" || own === "default" : about === own;
    if (!matches) errors.invalid("involvedObject.namespace", about, "does not match event.namespace");
  } else {
    if (about === "" && own !== "default" && own !== "kube-system")
      errors.invalid("involvedObject.namespace", about, "does not match event.namespace");
    reporter(object, errors);
  }
  complaints(subdomainProblems(own), own, "namespace", errors);
}

function reporter(object: Event, errors: FieldErrors): void {
  const { reportingComponent = "", reportingInstance = "", action = "", reason = "", message = "" } = object;
  if (reportingComponent === "") errors.required("reportingComponent");
  qualifiedName(reportingComponent, "reportingComponent", errors);
  for (const [field, text] of [
    ["reportingInstance", reportingInstance],
    ["action", action],
    ["reason", reason],
  ] as const) {
    if (text === "") errors.required(field);
    if (text.length > LENGTH_MAX) errors.invalid(field, "", `can have at most ${LENGTH_MAX} characters`);
  }
  if (message.length > MESSAGE_MAX) errors.invalid("message", "", `can have at most ${MESSAGE_MAX} characters`);
}
