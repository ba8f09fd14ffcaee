import type { ApiObject } from "../../api/object.ts";
import type { Node, Pod } from "../../api/types/core-v1.ts";
import { cast } from "../../base/units.ts";
import type { Profile } from "../../scheduler/framework/profile.ts";
import { schedulerConfig } from "../../scheduler/framework/profile.ts";
import { otherEvent } from "../../scheduler/loop/event-handlers.ts";
import {
  ASSIGNED_POD_ADD,
  ASSIGNED_POD_DELETE,
  NODE_ADD,
  NODE_DELETE,
  nodeEvents,
  podEvents,
} from "../../scheduler/queue/derived-events.ts";
import type { ClusterEvent, HintInput } from "../../scheduler/queue/event-registration.ts";
import { eventMatches } from "../../scheduler/queue/event-registration.ts";
import { registrationsOf } from "../../scheduler/queue/registrations.ts";
import type { CaseOutcome, Conformance, Difference } from "./conformance.ts";
import { deepEqual } from "./deep-equal.ts";
import { emptyRecordedCluster, resourceOf, store } from "./scheduler-cluster.ts";

interface RecordedEvent {
  readonly event: string;
  readonly hints: { readonly [plugin: string]: string };
}

interface Call {
  readonly pod: Pod;
  readonly old?: ApiObject;
  readonly new?: ApiObject;
  readonly events: readonly RecordedEvent[];
}

interface Case {
  readonly name: string;
  readonly family: string;
  readonly config?: unknown;
  readonly objects?: readonly ApiObject[];
  readonly hints: readonly Call[];
}

/** Asks every plugin that registered for an event whether a recorded change could help a pod; one event is one decision. */
export const schedulerHintsConformance: Conformance = {
  area: "queue",
  recognises: (line) => Array.isArray(line["hints"]) && line["ops"] === undefined,
  replay: (line) => replayCase(cast<Case>(line)),
};

function replayCase(recorded: Case): CaseOutcome {
  const [profile] = schedulerConfig().profiles.values();
  const cluster = emptyRecordedCluster();
  for (const object of recorded.objects ?? []) store(cluster, object);
  const counts = { decisions: 0, agree: 0, disagree: 0, notSupported: 0 };
  const differences: Difference[] = [];
  for (const [i, call] of recorded.hints.entries()) {
    const ours = profile === undefined ? [] : answersTo(profile, cluster.objects, call);
    const count = Math.max(call.events.length, ours.length, 1);
    counts.decisions += count;
    for (let j = 0; j < count; j += 1) {
      const expected = call.events[j];
      const actual = ours[j];
      if (deepEqual(expected, actual)) counts.agree += 1;
      else {
        counts.disagree += 1;
        const where = `change ${i}, pod ${call.pod.metadata.name}: ${expected?.event ?? actual?.event ?? ""}`;
        differences.push({ where, expected: expected?.hints, actual: actual?.hints ?? actual });
      }
    }
  }
  return { family: recorded.family, name: recorded.name, ...counts, differences };
}

function answersTo(profile: Profile, objects: HintInput["objects"], call: Call): readonly RecordedEvent[] {
  const { pod, old: before, new: after } = call;
  const input = {
    pod,
    args: profile.args,
    objects,
    ...(before !== undefined && { before }),
    ...(after !== undefined && { after }),
  };
  return eventsOf(before, after).map((event) => {
    const hints: { [plugin: string]: string } = {};
    for (const registration of registrationsOf(profile)) {
      if (!eventMatches(registration, event)) continue;
      const queue = registration.hint === undefined || registration.hint(input);
      if (hints[registration.plugin] !== "Queue") hints[registration.plugin] = queue ? "Queue" : "Skip";
    }
    return { event: event.label, hints };
  });
}

/** What the event handlers make of the change; a pod that comes or goes has a node. */
function eventsOf(before: ApiObject | undefined, after: ApiObject | undefined): readonly ClusterEvent[] {
  const kind = (after ?? before)?.kind;
  if (kind === "Pod") {
    if (before === undefined) return [ASSIGNED_POD_ADD];
    return after === undefined ? [ASSIGNED_POD_DELETE] : podEvents(cast<Pod>(before), cast<Pod>(after));
  }
  if (kind === "Node") {
    if (before === undefined) return [NODE_ADD];
    return after === undefined ? [NODE_DELETE] : nodeEvents(cast<Node>(before), cast<Node>(after));
  }
  const event = otherEvent(resourceOf(kind ?? ""), before, after);
  return event === undefined ? [] : [event];
}
