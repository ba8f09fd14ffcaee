import { cast } from "../../base/units.ts";
import { resourceVersionIsTheRevision } from "./etcd/resource-version-is-the-revision.ts";
import { revisionIncreasesByOne } from "./etcd/revision-increases-by-one.ts";
import { oldListsShowAPastState } from "./etcd/old-lists-show-a-past-state.ts";
import { watchesTellEveryWrite } from "./etcd/watches-tell-every-write.ts";
import { clientsDoNotGoBack } from "./apiserver/clients-do-not-go-back.ts";
import { deletesHonourPreconditions } from "./apiserver/deletes-honour-preconditions.ts";
import { listsShowTheState } from "./apiserver/lists-show-the-state.ts";
import { quotasAreKept } from "./apiserver/quotas-are-kept.ts";
import { readsSeeAcknowledgedWrites } from "./apiserver/reads-see-acknowledged-writes.ts";
import { refusedRequestsChangeNothing } from "./apiserver/refused-requests-change-nothing.ts";
import { staleUpdatesAreRefused } from "./apiserver/stale-updates-are-refused.ts";
import { deletionIsFinal } from "./apiserver/deletion-is-final.ts";
import { finalizersKeepObjects } from "./apiserver/finalizers-keep-objects.ts";
import { generationFollowsSpec } from "./apiserver/generation-follows-spec.ts";
import { nothingIsCreatedInAMissingNamespace } from "./apiserver/nothing-is-created-in-a-missing-namespace.ts";
import { observedGenerationIsNotAhead } from "./apiserver/observed-generation-is-not-ahead.ts";
import { oneControllerAtMost } from "./apiserver/one-controller-at-most.ts";
import { statusAndSpecAreWrittenApart } from "./apiserver/status-and-spec-are-written-apart.ts";
import { uidIsUniqueAndFinal } from "./apiserver/uid-is-unique-and-final.ts";
import { dependentsAreCollected } from "./gc/dependents-are-collected.ts";
import { livingOwnersProtectTheirDependents } from "./gc/living-owners-protect-their-dependents.ts";
import { nothingOutlivesItsNamespace } from "./gc/nothing-outlives-its-namespace.ts";
import { cacheCountsEachPodOnce } from "./scheduler/cache-counts-each-pod-once.ts";
import { backingOffPodsAreNotActive } from "./scheduler/backing-off-pods-are-not-active.ts";
import { bindingIsFinal } from "./scheduler/binding-is-final.ts";
import { boundPodsFitTheirNode } from "./scheduler/bound-pods-fit-their-node.ts";
import { cordonedNodesGetNoPods } from "./scheduler/cordoned-nodes-get-no-pods.ts";
import { hostPortsDoNotClash } from "./scheduler/host-ports-do-not-clash.ts";
import { onlySchedulablePodsAreBound } from "./scheduler/only-schedulable-pods-are-bound.ts";
import { requiredNodeAffinityHolds } from "./scheduler/required-node-affinity-holds.ts";
import { untoleratedTaintsKeepPodsOff } from "./scheduler/untolerated-taints-keep-pods-off.ts";
import { victimsComeByImportance } from "./scheduler/victims-come-by-importance.ts";
import { victimsHaveLowerPriority } from "./scheduler/victims-have-lower-priority.ts";
import { gatedPodsAreNotTried } from "./scheduler/gated-pods-are-not-tried.ts";
import { hardSpreadHolds } from "./scheduler/hard-spread-holds.ts";
import { nominatedRoomIsKept } from "./scheduler/nominated-room-is-kept.ts";
import { nominationsAreOfWaitingPods } from "./scheduler/nominations-are-of-waiting-pods.ts";
import { preemptionIsNotForgone } from "./scheduler/preemption-is-not-forgone.ts";
import { preemptionDoesNotLoop } from "./scheduler/preemption-does-not-loop.ts";
import { preemptorsAreNominated } from "./scheduler/preemptors-are-nominated.ts";
import { queueOrderFollowsPriority } from "./scheduler/queue-order-follows-priority.ts";
import { requiredAntiAffinityHolds } from "./scheduler/required-anti-affinity-holds.ts";
import { scoresStayInRange } from "./scheduler/scores-stay-in-range.ts";
import { victimsAreNeeded } from "./scheduler/victims-are-needed.ts";
import { waitingPodsAreQueuedOnce } from "./scheduler/waiting-pods-are-queued-once.ts";
import { oneReplicaSetPerTemplate } from "./deployment/one-replicaset-per-template.ts";
import { pausedDeploymentsStartNoRollout } from "./deployment/paused-deployments-start-no-rollout.ts";
import { recreateWaitsForOldPods } from "./deployment/recreate-waits-for-old-pods.ts";
import { rolloutsKeepPodsAvailable } from "./deployment/rollouts-keep-pods-available.ts";
import { rolloutsStayWithinSurge } from "./deployment/rollouts-stay-within-surge.ts";
import { adoptionIsJust } from "./replicaset/adoption-is-just.ts";
import { freePodsAreLeftAlone } from "./replicaset/free-pods-are-left-alone.ts";
import { replicaSetCreatesNoSurplus } from "./replicaset/replicaset-creates-no-surplus.ts";
import { policiesOutliveTheirPods } from "./namespace/policies-outlive-their-pods.ts";
import { noReadyPodOnADeadNode } from "./node/no-ready-pod-on-a-dead-node.ts";
import { taintEvictionWaits } from "./node/taint-eviction-waits.ts";
import { endedPodsStartNoContainer } from "./kubelet/ended-pods-start-no-container.ts";
import { podIpsAreUnique } from "./kubelet/pod-ips-are-unique.ts";
import { podsGoAfterTheirContainers } from "./kubelet/pods-go-after-their-containers.ts";
import { removedPodsDoNotComeBack } from "./kubelet/removed-pods-do-not-come-back.ts";
import { readyMeansContainersReady } from "./kubelet/ready-means-containers-ready.ts";
import { terminalPhaseIsFinal } from "./kubelet/terminal-phase-is-final.ts";
import { evictionsRespectBudgets } from "./policy/evictions-respect-budgets.ts";
import { slicesHoldTheirLimit } from "./endpointslice/slices-hold-their-limit.ts";
import { slicesShowTheReadyPods } from "./endpointslice/slices-show-the-ready-pods.ts";
import { proxiesReachReadyEndpoints } from "./network/proxies-reach-ready-endpoints.ts";
import { connectionsSpreadEvenly } from "./network/connections-spread-evenly.ts";
import { serviceAddressesAreUnique } from "./network/service-addresses-are-unique.ts";
import { deploymentsConverge } from "./cluster/deployments-converge.ts";
import { informersEqualTheStore } from "./cluster/informers-equal-the-store.ts";
import { podsRun } from "./cluster/pods-run.ts";
import { quietClustersWriteNothing } from "./cluster/quiet-clusters-write-nothing.ts";
import { replicaSetsConverge } from "./cluster/replicasets-converge.ts";
import { somePodBecameReady } from "./cluster/some-pod-became-ready.ts";
import { somePodWasEvicted } from "./cluster/some-pod-was-evicted.ts";
import { somePodWasReplacedAfterNodeLoss } from "./cluster/some-pod-was-replaced-after-node-loss.ts";
import { someRolloutCompleted } from "./cluster/some-rollout-completed.ts";
import type { Invariant } from "./invariant.ts";

/** Every invariant; the order is that in which a history is judged. */
export const allInvariants: readonly Invariant[] = cast<readonly Invariant[]>([
  resourceVersionIsTheRevision,
  revisionIncreasesByOne,
  oldListsShowAPastState,
  watchesTellEveryWrite,
  clientsDoNotGoBack,
  deletesHonourPreconditions,
  listsShowTheState,
  quotasAreKept,
  readsSeeAcknowledgedWrites,
  refusedRequestsChangeNothing,
  staleUpdatesAreRefused,
  deletionIsFinal,
  finalizersKeepObjects,
  generationFollowsSpec,
  nothingIsCreatedInAMissingNamespace,
  observedGenerationIsNotAhead,
  oneControllerAtMost,
  statusAndSpecAreWrittenApart,
  uidIsUniqueAndFinal,
  dependentsAreCollected,
  livingOwnersProtectTheirDependents,
  nothingOutlivesItsNamespace,
  policiesOutliveTheirPods,
  backingOffPodsAreNotActive,
  bindingIsFinal,
  cacheCountsEachPodOnce,
  boundPodsFitTheirNode,
  cordonedNodesGetNoPods,
  hostPortsDoNotClash,
  onlySchedulablePodsAreBound,
  requiredNodeAffinityHolds,
  untoleratedTaintsKeepPodsOff,
  victimsComeByImportance,
  victimsHaveLowerPriority,
  gatedPodsAreNotTried,
  hardSpreadHolds,
  nominatedRoomIsKept,
  nominationsAreOfWaitingPods,
  preemptionDoesNotLoop,
  preemptionIsNotForgone,
  preemptorsAreNominated,
  queueOrderFollowsPriority,
  requiredAntiAffinityHolds,
  scoresStayInRange,
  victimsAreNeeded,
  waitingPodsAreQueuedOnce,
  oneReplicaSetPerTemplate,
  pausedDeploymentsStartNoRollout,
  recreateWaitsForOldPods,
  rolloutsKeepPodsAvailable,
  rolloutsStayWithinSurge,
  adoptionIsJust,
  freePodsAreLeftAlone,
  replicaSetCreatesNoSurplus,
  noReadyPodOnADeadNode,
  taintEvictionWaits,
  endedPodsStartNoContainer,
  podIpsAreUnique,
  podsGoAfterTheirContainers,
  readyMeansContainersReady,
  removedPodsDoNotComeBack,
  terminalPhaseIsFinal,
  evictionsRespectBudgets,
  slicesHoldTheirLimit,
  slicesShowTheReadyPods,
  proxiesReachReadyEndpoints,
  connectionsSpreadEvenly,
  serviceAddressesAreUnique,
  deploymentsConverge,
  informersEqualTheStore,
  podsRun,
  quietClustersWriteNothing,
  replicaSetsConverge,
  somePodBecameReady,
  somePodWasEvicted,
  somePodWasReplacedAfterNodeLoss,
  someRolloutCompleted,
]);
