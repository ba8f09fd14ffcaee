/**
 * Rack: a scheduler plugin of one's own. It keeps pods that have the label of a group in different racks, and prefers racks
 * with few pods. Arguments: label (of the node, default example.com/rack), group (label of the pod, default app).
 */

const NAME = "Rack";

/** Bits of upstream's ActionType. */
const ADD = 1;
const DELETE = 2;
const UPDATE_NODE_LABEL = 8;
const UPDATE_POD_LABEL = 256;

function argsOf(cycle) {
  return { label: "example.com/rack", group: "app", ...cycle.profile.pluginConfig[NAME] };
}

/** Counted once in an attempt: pods of the group, and all pods, by rack. */
export const plugin = {
  name: NAME,

  preFilter(cycle) {
    const { label, group } = argsOf(cycle);
    const name = cycle.pod.metadata.labels?.[group];
    const ofGroup = new Map();
    const all = new Map();
    for (const { node, pods } of cycle.snapshot.list) {
      const rack = node?.metadata.labels?.[label];
      if (rack === undefined) continue;
      const mates = pods.filter(
        (pod) => pod.metadata.labels?.[group] === name && pod.metadata.namespace === cycle.pod.metadata.namespace,
      );
      ofGroup.set(rack, (ofGroup.get(rack) ?? 0) + mates.length);
      all.set(rack, (all.get(rack) ?? 0) + pods.length);
    }
    cycle.state.set(NAME, { label, name, ofGroup, all });
    return name === undefined ? { status: { code: "Skip", plugin: "", reasons: [] } } : undefined;
  },

  filter(cycle, { node }) {
    const { label, ofGroup } = cycle.state.get(NAME);
    const rack = node?.metadata.labels?.[label];
    if (rack === undefined)
      return { code: "UnschedulableAndUnresolvable", plugin: NAME, reasons: ["node(s) are in no rack"] };
    return (ofGroup.get(rack) ?? 0) === 0
      ? undefined
      : { code: "Unschedulable", plugin: NAME, reasons: ["node(s) are in a rack that has a pod of the group"] };
  },

  score(cycle, { node }) {
    const { label, all } = cycle.state.get(NAME);
    return all.get(node?.metadata.labels?.[label]) ?? 0;
  },

  /** The emptiest rack gets 100. */
  normalize(_cycle, _nodes, scores) {
    const most = Math.max(...scores);
    for (const [i, score] of scores.entries()) scores[i] = most === 0 ? 100 : Math.floor((100 * (most - score)) / most);
  },

  /** What may help a pod that was rejected: a pod that goes or changes its labels, a node that comes or changes its labels. */
  events: () => [
    { resource: "Pod", actions: DELETE | UPDATE_POD_LABEL },
    { resource: "Node", actions: ADD | UPDATE_NODE_LABEL },
  ],
};
