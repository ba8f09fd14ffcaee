/** A planted fault that upstream once had, by its id in the catalogue; off unless named. */
export interface SchedulerMutant {
  readonly id: string;
  readonly thread: string;
  readonly description: string;
}

/** All that `schedulerComponent({ mutants })` knows. */
export const SCHEDULER_MUTANTS: readonly SchedulerMutant[] = [
  mutant("SCH-01", "kubernetes/kubernetes#26043", "a failed binding is not forgotten, so the retried pod counts twice"),
  mutant("SCH-02", "kubernetes/kubernetes#120662", "an update puts a pod that is in flight into the queue again"),
  mutant("SCH-10", "kubernetes/kubernetes#86938", "preemption does not take back the anti-affinity of removed victims"),
  mutant(
    "SCH-12",
    "kubernetes/kubernetes#106971",
    "spread constraints count nodes that the pod's node affinity excludes",
  ),
  mutant("SCH-18", "kubernetes/kubernetes#128307", "victims are not sorted again after the budgets were looked at"),
  mutant("SCH-21", "kubernetes/kubernetes#55933", "nominated pods are not counted on their node"),
  mutant("SCH-22", "kubernetes/kubernetes#72124", "a nomination counts only once the informer shows it"),
  mutant("SCH-23", "kubernetes/kubernetes#102339", "the nomination of a deleted pod stays"),
  mutant("SCH-29", "kubernetes/kubernetes#122292", "a tainted new node wakes nobody, nor does the end of its taint"),
  mutant("SCH-32", "kubernetes/kubernetes#71486", "events move pods to the active queue without backoff"),
];

function mutant(id: string, thread: string, description: string): SchedulerMutant {
  return { id, thread, description };
}
