import { asPod, isTerminal } from "../../survivability/pod.ts";
import type { Invariant } from "../invariant.ts";
import { about, byKubelet } from "../violation.ts";

/** uids of pods whose terminal phase their kubelet wrote. */
type Memory = Set<string>;

const NAME = "terminal-phase-is-final";

/** A kubelet says Succeeded or Failed only when no container can run any more. Others may say Failed of a lost pod. */
export const terminalPhaseIsFinal: Invariant<Memory> = {
  name: NAME,
  catalogue: ["88", "I28"],
  expectation: "always",
  statement: "A pod that its kubelet has reported as Succeeded or Failed never leaves that phase.",
  source: "concepts/workloads/pods/pod-lifecycle: pod phase",
  resources: ["pods"],
  init: () => new Set(),
  onChange(memory, { at, by, before, after }) {
    const old = asPod(before);
    const now = asPod(after);
    if (now === undefined) {
      if (old !== undefined) memory.delete(old.metadata.uid);
      return undefined;
    }
    const uid = now.metadata.uid;
    if (old !== undefined && isTerminal(old) && old.status?.phase !== now.status?.phase && memory.has(uid))
      return about(NAME, at, now, `Its phase went from ${old.status?.phase} to ${now.status?.phase}.`);
    if (isTerminal(now) && byKubelet(by) && (old === undefined || !isTerminal(old))) memory.add(uid);
    return undefined;
  },
};
