import { expect, test } from "vitest";
import { pod } from "../fixtures.ts";
import type { History } from "../history.ts";
import { play } from "../history.ts";
import { endedPodsStartNoContainer } from "./ended-pods-start-no-container.ts";

function shows(h: History, phase: string, containerID: string, state: object): void {
  h.update("pods", "default/a", { status: { phase, containerStatuses: [{ name: "app", containerID, state }] } });
}

test("accepts restarts before the end, and late news of the same container", () => {
  expect(
    play(endedPodsStartNoContainer, (h) => {
      h.create(pod("a"));
      h.at(1, "kubelet/n1");
      shows(h, "Running", "c1", { terminated: { exitCode: 1, containerID: "c1" } });
      shows(h, "Running", "c2", { running: {} });
      shows(h, "Succeeded", "c2", { terminated: { exitCode: 0, containerID: "c2" } });
      shows(h, "Succeeded", "c2", { terminated: { exitCode: 0, reason: "Completed", containerID: "c2" } });
    }),
  ).toEqual([]);
});

test("rejects a container that runs after its pod has succeeded", () => {
  expect(
    play(endedPodsStartNoContainer, (h) => {
      h.create(pod("a"));
      h.at(1, "kubelet/n1");
      shows(h, "Succeeded", "c1", { terminated: { exitCode: 0, containerID: "c1" } });
      shows(h, "Succeeded", "c2", { running: {} });
    })[0]?.sentence,
  ).toBe("It has ended as Succeeded, but its container app was started again.");
});
