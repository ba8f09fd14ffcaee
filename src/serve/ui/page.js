/* The page's clock and its look at the cluster; view.js says how objects are shown. */

import { element, eventsView, isTrue, nodesView, pendingView, podState, servicesView, workloadsView } from "./view.js";

const CLOCK = "/apis/shakedown.dev/v1/clocks/cluster";
const LOOK_MS = 500;
/** After a look that took long the server rests so many times as long. */
const REST = 3;
const MOVE_MS = 1000;
const MOVE_FAR_MS = 10_000;
/** With more pods than this their names are shown only when somebody asks for them. */
const NAMES_MAX = 150;

const LISTS = {
  nodes: "/api/v1/nodes",
  pods: "/api/v1/pods",
  deployments: "/apis/apps/v1/deployments",
  replicaSets: "/apis/apps/v1/replicasets",
  statefulSets: "/apis/apps/v1/statefulsets",
  daemonSets: "/apis/apps/v1/daemonsets",
  jobs: "/apis/batch/v1/jobs",
  cronJobs: "/apis/batch/v1/cronjobs",
  services: "/api/v1/services",
  slices: "/apis/discovery.k8s.io/v1/endpointslices",
  events: "/api/v1/events",
};

const $ = (id) => document.getElementById(id);
const slider = $("when");
let clock;
let lists;
/** The version of what is shown; another one means that there is something new to be read. */
let shown = "";
/** The instant that the user wants to see while the cluster is on its way there. */
let wanted;
let isMoving = false;
let isSliding = false;
let isLooking = false;
let restUntil = 0;
let namesChosen = false;

async function call(method, path, body, type = "application/json") {
  const sent = body === undefined ? {} : { headers: { "Content-Type": type }, body: JSON.stringify(body) };
  const answer = await fetch(path, { method, ...sent });
  const value = await answer.json();
  if (!answer.ok) throw new Error(value.message ?? `the server answered ${answer.status}`);
  return value;
}

const seconds = (text) => Number.parseFloat(text);

function showClock() {
  const { spec, status } = clock;
  const paused = spec.speed === "paused";
  $("play").textContent = paused ? "Play" : "Pause";
  if (!paused && document.activeElement !== $("speed")) {
    if (![...$("speed").options].some(({ value }) => value === spec.speed))
      $("speed").append(element("option", "", spec.speed));
    $("speed").value = spec.speed;
  }
  slider.max = String(Math.max(1000, 1000 * seconds(status.end)));
  if (isSliding || wanted !== undefined) return;
  slider.value = String(1000 * seconds(status.now));
  slider.ariaValueText = `${seconds(status.now).toFixed(1)} seconds`;
  $("now").value = `${seconds(status.now).toFixed(1)} s of ${seconds(status.end).toFixed(1)} s`;
}

function showLists() {
  const word = $("filter").value.trim();
  const about = ({ metadata, involvedObject }) =>
    `${metadata.namespace ?? ""}/${involvedObject === undefined ? metadata.name : involvedObject.name}`;
  const kept = Object.fromEntries(
    Object.entries(lists).map(([name, items]) => [
      name,
      word === "" || name === "nodes" || name === "slices" || name === "replicaSets"
        ? items
        : items.filter((one) => about(one).includes(word)),
    ]),
  );
  if (!namesChosen) $("names").checked = lists.pods.length <= NAMES_MAX;
  const withNames = $("names").checked;
  $("nodes").className = withNames ? "nodes" : "nodes dense";
  $("pending").className = withNames ? "" : "dense";
  const ready = kept.pods.filter((pod) => podState(pod)[1] === "ready").length;
  $("summary").textContent =
    `${kept.nodes.filter((node) => isTrue(node, "Ready")).length} of ${kept.nodes.length} nodes ready, ` +
    `${ready} of ${kept.pods.length} pods ready`;
  $("nodes").replaceChildren(...nodesView(kept.nodes, kept.pods, withNames));
  $("pending").replaceChildren(...pendingView(kept.pods, withNames));
  $("workloads").replaceChildren(...workloadsView(kept));
  $("services").replaceChildren(...servicesView(kept.services, lists.slices, lists.pods));
  $("events").replaceChildren(...eventsView(kept.events, Date.parse(clock.status.start), seconds(clock.status.now)));
}

/** Reads the clock, and everything else if something was written since the last look. */
async function look() {
  if (isLooking) return;
  isLooking = true;
  const begin = performance.now();
  try {
    clock = await call("GET", CLOCK);
    showClock();
    const version = `${clock.metadata.resourceVersion}/${clock.status.writes}`;
    if (version !== shown) {
      const names = Object.keys(LISTS);
      const read = await Promise.all(names.map(async (name) => (await call("GET", LISTS[name])).items));
      lists = Object.fromEntries(names.map((name, index) => [name, read[index]]));
      // Timestamps of two answers agree only while the cluster's start is at the same instant of the wall's clock.
      const { start } = clock.status;
      clock = await call("GET", CLOCK);
      shown = clock.status.start === start ? version : "";
      showClock();
      showLists();
    }
    $("problem").textContent = "";
  } catch (error) {
    $("problem").textContent = `The cluster does not answer: ${error.message ?? error}`;
  } finally {
    isLooking = false;
    restUntil = begin + (1 + REST) * (performance.now() - begin);
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

const setSpeed = (speed) => call("PATCH", CLOCK, { spec: { speed } }, "application/merge-patch+json");

function togglePlay() {
  return act(() => setSpeed(clock?.spec.speed === "paused" ? $("speed").value : "paused"));
}

/** Shows the cluster at an instant; while it is on its way there, only the latest wish counts. */
async function moveTo(ms) {
  wanted = Math.round(Math.min(Math.max(0, ms), Number(slider.max)));
  slider.value = String(wanted);
  $("now").value = `${(wanted / 1000).toFixed(1)} s`;
  if (isMoving) return;
  isMoving = true;
  // A wish that comes while the page looks at the last one is the next; one that fails is given up.
  while (wanted !== undefined) {
    const to = wanted;
    const reached = () => {
      if (wanted === to) wanted = undefined;
    };
    await act(async () => {
      await setSpeed("paused");
      await call("POST", `${CLOCK}/seek`, { to: `${to}ms` });
      reached();
    });
    reached();
  }
  isMoving = false;
}

/** The instant that a key leads to; on the slider more keys do than elsewhere. */
function keyTarget({ key, shiftKey }, isSlider) {
  const by = shiftKey ? MOVE_FAR_MS : MOVE_MS;
  const at = Number(slider.value);
  if (key === "ArrowLeft" || (isSlider && key === "ArrowDown")) return at - by;
  if (key === "ArrowRight" || (isSlider && key === "ArrowUp")) return at + by;
  if (isSlider && key === "Home") return 0;
  if (isSlider && key === "End") return Number(slider.max);
  return undefined;
}

function onKey(event) {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const isSlider = event.target === slider;
  const { tagName } = event.target;
  if (!isSlider && /^(?:INPUT|SELECT)$/.test(tagName)) return;
  const to = keyTarget(event, isSlider);
  const isSpace = event.key === " " && tagName !== "BUTTON";
  if (to === undefined && !isSpace) return;
  event.preventDefault();
  void (isSpace ? togglePlay() : moveTo(to));
}

slider.addEventListener("input", () => {
  isSliding = true;
  void moveTo(Number(slider.value));
});
slider.addEventListener("change", () => {
  isSliding = false;
  void moveTo(Number(slider.value));
});
$("play").addEventListener("click", togglePlay);
$("speed").addEventListener("change", () => act(() => setSpeed($("speed").value)));
$("step").addEventListener("click", () => act(() => call("POST", `${CLOCK}/step`, { by: "1s" })));
$("clock").addEventListener("submit", (event) => event.preventDefault());
$("filter").addEventListener("input", () => lists !== undefined && showLists());
$("names").addEventListener("change", () => {
  namesChosen = true;
  if (lists !== undefined) showLists();
});
document.addEventListener("keydown", onKey);
void look();
setInterval(() => {
  if (!isMoving && !document.hidden && performance.now() >= restUntil) void look();
}, LOOK_MS);
