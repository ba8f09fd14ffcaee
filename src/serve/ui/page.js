"use strict";
const CLOCK = "/apis/shakedown.dev/v1/clocks/cluster";
const $ = (id) => document.getElementById(id);
const slider = $("when");
let sliding = false;

async function call(method, path, body, type = "application/json") {
  const sent = body === undefined ? {} : { headers: { "Content-Type": type }, body: JSON.stringify(body) };
  const answer = await fetch(path, { method, ...sent });
  const value = await answer.json();
  if (!answer.ok) throw new Error(value.message ?? `the server answered ${answer.status}`);
  return value;
}

const items = async (path) => (await call("GET", path)).items;

function element(tag, text, className) {
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function showTable(id, heads, rows) {
  const head = element("tr");
  for (const text of heads) head.append(Object.assign(element("th", text), { scope: "col" }));
  const body = rows.map((cells) => {
    const row = element("tr");
    for (const cell of cells) row.append(element("td", String(cell ?? "")));
    return row;
  });
  $(id).replaceChildren(head, ...body);
}

const isTrue = (object, type) =>
  (object.status?.conditions ?? []).some((one) => one.type === type && one.status === "True");

function showPod(pod) {
  const statuses = pod.status.containerStatuses ?? [];
  const reason = statuses.map((one) => one.state?.waiting?.reason ?? one.state?.terminated?.reason).find(Boolean);
  const phase = pod.metadata.deletionTimestamp ? "Terminating" : (reason ?? pod.status.phase);
  const failing = /Err|BackOff|Failed|Error/.test(phase);
  const line = element("li", pod.metadata.name, `pod ${isTrue(pod, "Ready") ? "ready" : failing ? "failing" : ""}`);
  line.title = `${pod.metadata.namespace}/${pod.metadata.name}: ${phase}`;
  line.append(element("span", isTrue(pod, "Ready") ? "" : ` ${phase}`));
  return line;
}

function showNodes(nodes, pods) {
  $("nodes").replaceChildren(
    ...nodes.map((node) => {
      const ready = isTrue(node, "Ready");
      const box = element("section", undefined, ready ? "node" : "node bad");
      const state = `${ready ? "Ready" : "NotReady"}${node.spec.unschedulable ? ", SchedulingDisabled" : ""}`;
      const list = element("ul");
      list.append(...pods.filter((pod) => pod.spec.nodeName === node.metadata.name).map(showPod));
      box.append(element("strong", node.metadata.name), ` ${state}`, list);
      return box;
    }),
  );
  $("pending").replaceChildren(...pods.filter((pod) => !pod.spec.nodeName).map(showPod));
}

function showClock({ spec, status }) {
  if (document.activeElement !== $("speed")) $("speed").value = spec.speed;
  slider.max = Math.max(1000, 1000 * parseFloat(status.end));
  if (!sliding) slider.value = 1000 * parseFloat(status.now);
  $("now").value = `${parseFloat(status.now).toFixed(1)} s of ${parseFloat(status.end).toFixed(1)} s`;
}

async function look() {
  try {
    const [clock, nodes, pods, deployments, sets, daemons, jobs, services, events] = await Promise.all([
      call("GET", CLOCK),
      items("/api/v1/nodes"),
      items("/api/v1/pods"),
      items("/apis/apps/v1/deployments"),
      items("/apis/apps/v1/statefulsets"),
      items("/apis/apps/v1/daemonsets"),
      items("/apis/batch/v1/jobs"),
      items("/api/v1/services"),
      items("/api/v1/events"),
    ]);
    showClock(clock);
    showNodes(nodes, pods);
    const name = ({ metadata }) => `${metadata.namespace}/${metadata.name}`;
    showTable(
      "workloads",
      ["Kind", "Name", "Ready", "Wanted"],
      [
        ...deployments.map((one) => ["Deployment", name(one), one.status.readyReplicas ?? 0, one.spec.replicas]),
        ...sets.map((one) => ["StatefulSet", name(one), one.status.readyReplicas ?? 0, one.spec.replicas]),
        ...daemons.map((one) => ["DaemonSet", name(one), one.status.numberReady, one.status.desiredNumberScheduled]),
        ...jobs.map((one) => ["Job", name(one), one.status.succeeded ?? 0, one.spec.completions ?? 1]),
      ],
    );
    showTable(
      "services",
      ["Name", "Type", "Address", "Ports"],
      services.map((one) => [
        name(one),
        one.spec.type,
        one.spec.clusterIP,
        (one.spec.ports ?? [])
          .map((port) => `${port.port}${port.nodePort ? `:${port.nodePort}` : ""}/${port.protocol}`)
          .join(", "),
      ]),
    );
    const when = (one) => one.lastTimestamp ?? one.eventTime ?? one.metadata.creationTimestamp;
    const latest = events.sort((a, b) => (when(a) < when(b) ? 1 : -1)).slice(0, 50);
    showTable(
      "events",
      ["When", "Type", "Reason", "Object", "Message"],
      latest.map((one) => [
        when(one),
        one.type,
        one.reason,
        `${one.involvedObject.kind}/${one.involvedObject.name}`,
        one.message,
      ]),
    );
    $("problem").textContent = "";
  } catch (error) {
    $("problem").textContent = String(error.message ?? error);
  }
}

async function act(work) {
  try {
    await work();
    await look();
  } catch (error) {
    $("problem").textContent = String(error.message ?? error);
  }
}

slider.addEventListener("input", () => {
  sliding = true;
  $("now").value = `${(slider.value / 1000).toFixed(1)} s`;
});
slider.addEventListener("change", () =>
  act(async () => {
    await call("PATCH", CLOCK, { spec: { speed: "paused" } }, "application/merge-patch+json");
    await call("POST", `${CLOCK}/seek`, { to: `${slider.value}ms` });
    sliding = false;
  }),
);
$("speed").addEventListener("change", (event) =>
  act(() => call("PATCH", CLOCK, { spec: { speed: event.target.value } }, "application/merge-patch+json")),
);
$("step").addEventListener("click", () => act(() => call("POST", `${CLOCK}/step`, { by: "1s" })));
$("clock").addEventListener("submit", (event) => event.preventDefault());
void look();
setInterval(() => {
  if (!sliding && !document.hidden) void look();
}, 1000);
