/* What the page shows of the cluster's objects, as elements. No state: the same objects give the same elements. */

const EVENTS_MAX = 50;
const SHARES = 4;
/** node-2 before node-10. */
const byNumber = new Intl.Collator("en", { numeric: true });

/** An element with a class, a text or children. */
export function element(tag, className, ...children) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...children.map((child) => (typeof child === "number" ? String(child) : child)));
  return made;
}

const none = (text) => element("p", "none", text);
const fullName = ({ metadata }) => `${metadata.namespace}/${metadata.name}`;
/** Whether an object has a condition that holds. */
export const isTrue = (object, type) =>
  (object.status?.conditions ?? []).some((one) => one.type === type && one.status === "True");
const imagesOf = (spec) => (spec.containers ?? []).map(({ image }) => image.split("/").at(-1)).join(", ");
const ownerOf = ({ metadata }) => (metadata.ownerReferences ?? []).find(({ controller }) => controller);

/** What to say of a pod, and the class that says how it is. */
export function podState(pod) {
  const { phase, containerStatuses = [], initContainerStatuses = [] } = pod.status;
  if (pod.metadata.deletionTimestamp) return ["Terminating", "leaving"];
  if (phase === "Succeeded") return ["Completed", "done"];
  const states = [...initContainerStatuses, ...containerStatuses].map(({ state }) => state ?? {});
  const why = states.map((one) => one.waiting?.reason ?? failureOf(one.terminated)).find(Boolean);
  const text = why ?? pod.status.reason ?? (phase === "Running" ? "NotReady" : phase);
  if (isTrue(pod, "Ready")) return ["", "ready"];
  return [text, /Err|BackOff|Fail|Evicted|Invalid|OOM/.test(text) ? "failing" : "waiting"];
}

const failureOf = (terminated) => (terminated?.exitCode > 0 ? terminated.reason : undefined);

function podLine(pod, withName) {
  const [text, state] = podState(pod);
  const line = element("li", `pod ${state}`);
  line.title = `${fullName(pod)}: ${text === "" ? "Ready" : text}, ${imagesOf(pod.spec)}`;
  if (withName) line.append(element("span", "name", pod.metadata.name), element("span", "faint", text));
  else line.append(element("span", "hidden", line.title));
  return line;
}

function nodeBox(node, pods, withNames) {
  const ready = isTrue(node, "Ready");
  const cordoned = node.spec.unschedulable === true;
  const up = pods.filter((pod) => podState(pod)[1] === "ready").length;
  const state = `${ready ? "Ready" : "NotReady"}${cordoned ? ", SchedulingDisabled" : ""}`;
  const box = element("section", `node${ready ? "" : " bad"}${cordoned ? " cordoned" : ""}`);
  const count = pods.length === 0 ? "no pods" : `${up}/${pods.length}`;
  box.append(
    element("h3", "", element("span", "", node.metadata.name), element("span", "state", `${state}, ${count}`)),
    element("ul", "pods", ...pods.map((pod) => podLine(pod, withNames))),
  );
  return box;
}

/** The nodes with their pods. */
export function nodesView(nodes, pods, withNames) {
  const on = new Map(nodes.map(({ metadata }) => [metadata.name, []]));
  for (const pod of pods) on.get(pod.spec.nodeName)?.push(pod);
  if (nodes.length === 0) return [none("There are no nodes.")];
  const inOrder = [...nodes].sort((a, b) => byNumber.compare(a.metadata.name, b.metadata.name));
  return inOrder.map((node) => nodeBox(node, on.get(node.metadata.name) ?? [], withNames));
}

/** The pods that no node has. */
export function pendingView(pods, withNames) {
  const waiting = pods.filter((pod) => !pod.spec.nodeName);
  if (waiting.length === 0) return [none("None.")];
  return [element("ul", "pods", ...waiting.map((pod) => podLine(pod, withNames)))];
}

/** One table, or a sentence where there is nothing. Cells are texts or elements; a row may have a class. */
function tableOf(heads, rows, empty) {
  if (rows.length === 0) return [none(empty)];
  const head = element("tr", "", ...heads.map((text) => Object.assign(element("th", "", text), { scope: "col" })));
  const lines = rows.map(({ cells, className }) =>
    element("tr", className, ...cells.map((cell) => (cell?.tagName === "TD" ? cell : element("td", "", cell ?? "")))),
  );
  return [element("table", "", element("thead", "", head), element("tbody", "", ...lines))];
}

/** A bar of parts with a legend: `parts` are a text and a weight each. */
function splitBar(parts) {
  const total = parts.reduce((sum, [, weight]) => sum + weight, 0);
  const bar = element("div", "split");
  for (const [index, [, weight]] of parts.entries()) {
    const part = element("div", `part share-${index % SHARES}`);
    part.style.width = `${(100 * weight) / Math.max(1, total)}%`;
    bar.append(part);
  }
  bar.ariaHidden = "true";
  return element(
    "div",
    "",
    bar,
    ...parts.map(([text], index) => element("span", `legend share-${index % SHARES}`, text)),
  );
}

const revisionOf = ({ metadata }) => Number(metadata.annotations?.["deployment.kubernetes.io/revision"] ?? 0);

function deploymentCells(deployment, replicaSets) {
  const { replicas: wanted = 1 } = deployment.spec;
  const { readyReplicas = 0, updatedReplicas = 0, replicas = 0 } = deployment.status;
  const own = replicaSets
    .filter((set) => ownerOf(set)?.uid === deployment.metadata.uid && (set.status.replicas ?? 0) > 0)
    .sort((a, b) => revisionOf(b) - revisionOf(a));
  const parts = own.map((set) => [
    `revision ${revisionOf(set)} (${imagesOf(set.spec.template.spec)}): ${set.status.readyReplicas ?? 0}/${set.spec.replicas}`,
    set.status.replicas,
  ]);
  const stuck = (deployment.status.conditions ?? []).some(({ reason }) => reason === "ProgressDeadlineExceeded");
  const done = updatedReplicas === wanted && replicas === wanted && readyReplicas === wanted;
  const rollout = deployment.spec.paused ? "paused" : stuck ? "deadline exceeded" : done ? "complete" : "progressing";
  const bar = parts.length === 0 ? "" : splitBar(parts);
  return ["Deployment", fullName(deployment), `${readyReplicas}/${wanted}`, element("td", "", rollout, bar)];
}

/** Deployments with their rollouts, and everything else that makes pods. */
export function workloadsView({ deployments, replicaSets, statefulSets, daemonSets, jobs, cronJobs }) {
  const updated = (status) => `${status.updatedReplicas ?? status.updatedNumberScheduled ?? 0} updated`;
  const alone = replicaSets.filter((set) => ownerOf(set) === undefined);
  const rows = [
    ...deployments.map((one) => deploymentCells(one, replicaSets)),
    ...alone.map((one) => ["ReplicaSet", fullName(one), `${one.status.readyReplicas ?? 0}/${one.spec.replicas ?? 1}`]),
    ...statefulSets.map((one) => {
      const ready = `${one.status.readyReplicas ?? 0}/${one.spec.replicas ?? 1}`;
      return ["StatefulSet", fullName(one), ready, updated(one.status)];
    }),
    ...daemonSets.map((one) => {
      const ready = `${one.status.numberReady ?? 0}/${one.status.desiredNumberScheduled ?? 0}`;
      return ["DaemonSet", fullName(one), ready, updated(one.status)];
    }),
    ...jobs.map((one) => {
      const { active = 0, failed = 0, succeeded = 0 } = one.status;
      return ["Job", fullName(one), `${succeeded}/${one.spec.completions ?? 1}`, `${active} active, ${failed} failed`];
    }),
    ...cronJobs.map((one) => [
      "CronJob",
      fullName(one),
      "",
      `${one.spec.schedule}${one.spec.suspend ? ", suspended" : ""}`,
    ]),
  ];
  return tableOf(
    ["Kind", "Name", "Ready", "Rollout"],
    rows.map((cells) => ({ cells })),
    "There are no workloads.",
  );
}

/** Which pods get a Service's traffic: each ready endpoint the same share, summed by who made the pods. */
function trafficOf(service, slices, pods) {
  const own = slices.filter(
    ({ metadata }) =>
      metadata.namespace === service.metadata.namespace &&
      metadata.labels?.["kubernetes.io/service-name"] === service.metadata.name,
  );
  const endpoints = own.flatMap((slice) => slice.endpoints ?? []).filter(({ conditions }) => conditions?.ready);
  const byOwner = new Map();
  const seen = new Set();
  for (const { targetRef, addresses } of endpoints) {
    if (seen.has(addresses[0])) continue;
    seen.add(addresses[0]);
    const pod = pods.get(`${targetRef?.namespace}/${targetRef?.name}`);
    const name =
      pod === undefined
        ? (targetRef?.name ?? addresses[0])
        : `${ownerOf(pod)?.name ?? pod.metadata.name} (${imagesOf(pod.spec)})`;
    byOwner.set(name, (byOwner.get(name) ?? 0) + 1);
  }
  return [...byOwner].map(([name, count]) => [
    `${Math.round((100 * count) / seen.size)} % ${name}, ${count} ready`,
    count,
  ]);
}

const printPort = ({ port, nodePort, protocol }) => `${port}${nodePort ? `:${nodePort}` : ""}/${protocol}`;

/** Services with the split of their traffic. */
export function servicesView(services, slices, pods) {
  const byName = new Map(pods.map((pod) => [fullName(pod), pod]));
  const rows = services.map((service) => {
    const { type, clusterIP, ports = [], externalName } = service.spec;
    const traffic = trafficOf(service, slices, byName);
    const address = `${externalName ?? clusterIP} ${ports.map(printPort).join(", ")}`;
    const shown = traffic.length === 0 ? element("td", "none", "no ready endpoints") : splitBar(traffic);
    return { cells: [fullName(service), type, address, shown] };
  });
  return tableOf(["Name", "Type", "Address", "Traffic"], rows, "There are no Services.");
}

/** The latest events, with their instants in seconds since `start` (milliseconds of the wall's clock), up to `now`. */
export function eventsView(events, start, now) {
  const when = (one) =>
    one.series?.lastObservedTime ?? one.lastTimestamp ?? one.eventTime ?? one.metadata.creationTimestamp;
  const latest = events
    .map((one) => [Date.parse(when(one)), one])
    .sort((a, b) => b[0] - a[0] || Number(b[1].metadata.resourceVersion) - Number(a[1].metadata.resourceVersion))
    .slice(0, EVENTS_MAX);
  const rows = latest.map(([at, { type, reason, involvedObject: about, message, count = 1 }]) => ({
    cells: [
      element("td", "at", `${Math.floor(Math.min(now, Math.max(0, (at - start) / 1000)))} s`),
      type,
      count > 1 ? `${reason} ×${count}` : reason,
      `${about.kind}/${about.name}`,
      message,
    ],
    className: type === "Warning" ? "warning" : "",
  }));
  return tableOf(["At", "Type", "Reason", "Object", "Message"], rows, "Nothing has happened yet.");
}
