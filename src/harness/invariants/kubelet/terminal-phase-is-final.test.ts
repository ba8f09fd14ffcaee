import { expect, test } from "vitest";
import { pod } from "../fixtures.ts";
import { play } from "../history.ts";
import { terminalPhaseIsFinal } from "./terminal-phase-is-final.ts";

test("accepts a pod that ends, and one that was only believed to have failed", () => {
  expect(
    play(terminalPhaseIsFinal, (h) => {
      h.create(pod("a"));
      h.at(1, "kubelet/n1").update("pods", "default/a", { status: { phase: "Succeeded" } });
      h.create(pod("b"));
      h.at(2, "kube-controller-manager").update("pods", "default/b", { status: { phase: "Failed" } });
      h.at(3, "kubelet/n1").update("pods", "default/b", { status: { phase: "Running" } });
    }),
  ).toEqual([]);
});

test("rejects a pod that comes back to life", () => {
  expect(
    play(terminalPhaseIsFinal, (h) => {
      h.create(pod("a"));
      h.at(1, "kubelet/n1").update("pods", "default/a", { status: { phase: "Failed" } });
      h.update("pods", "default/a", { status: { phase: "Running" } });
    })[0]?.sentence,
  ).toBe("Its phase went from Failed to Running.");
});
