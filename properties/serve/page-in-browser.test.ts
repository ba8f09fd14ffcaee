import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { coloursOf, findChromium, kubectlProxy, launch } from "./browser.ts";
import type { KubectlProxy } from "./browser.ts";
import { served } from "./served.ts";
import type { Served } from "./served.ts";

const chromium = findChromium();
if (chromium === undefined)
  process.stderr.write("No Chromium on the PATH nor in $CHROMIUM: the page is not looked at in a browser.\n");
const inBrowser = test.skipIf(chromium === undefined);

/** A rolling update in its midst at 52 s, a pod that fits nowhere, and a node without power from 50 s on. */
const PLAN = `
apiVersion: shakedown/v1
kind: Plan
metadata: { name: page }
spec:
  seed: 7
  cluster: { nodes: [{ count: 6 }] }
  steps:
    - at: 2s
      create:
        manifests:
          - apiVersion: apps/v1
            kind: Deployment
            metadata: { name: web, namespace: default }
            spec:
              replicas: 12
              strategy: { rollingUpdate: { maxSurge: 2, maxUnavailable: 1 } }
              selector: { matchLabels: { app: web } }
              template:
                metadata: { labels: { app: web } }
                spec:
                  containers:
                    - { name: c, image: "shop/web:1", readinessProbe: { httpGet: { port: 80 }, initialDelaySeconds: 6 } }
          - apiVersion: v1
            kind: Service
            metadata: { name: web, namespace: default }
            spec: { type: NodePort, selector: { app: web }, ports: [{ port: 80 }] }
          - apiVersion: v1
            kind: Pod
            metadata: { name: too-big, namespace: default }
            spec: { containers: [{ name: c, image: big, resources: { requests: { cpu: "500" } } }] }
    - { at: 40s, set-image: { deployment: web, image: "shop/web:2" } }
    - { at: 100s, fault: node-power-off, for: 5m, params: { node: node-2 } }
`;
const AT_MS = 52_000;
const END_MS = 160_000;

let running: Served;
let proxy: KubectlProxy;
let browser: Browser;
let page: Page;
/** What went wrong in the browser, and the origins that it asked for anything. */
let complaints: string[];
let origins: Set<string>;

beforeAll(async () => {
  if (chromium === undefined) return;
  running = await served({ speed: 0, plan: PLAN });
  proxy = await kubectlProxy(running.server.url, running.kubeconfig);
  browser = await launch(chromium);
}, 600_000);

afterAll(async () => {
  if (chromium === undefined) return;
  await browser.close();
  await proxy.close();
  await running.server.close();
});

beforeEach(async () => {
  if (chromium === undefined) return;
  running.simulation.setSpeed(0);
  await running.simulation.seek(END_MS);
  await running.simulation.seek(AT_MS);
  complaints = [];
  origins = new Set();
  page = await openPage({ width: 1300, height: 900 });
});

afterEach(async () => {
  if (chromium !== undefined) await page.close();
});

async function openPage(viewport: { readonly width: number; readonly height: number }): Promise<Page> {
  const opened = await browser.newPage({ viewport });
  opened.on("console", (message) => complaints.push(message.text()));
  opened.on("pageerror", (error) => complaints.push(error.message));
  opened.on("requestfailed", (failed) => complaints.push(failed.url()));
  opened.on("request", (asked) => {
    if (!asked.url().startsWith("data:")) origins.add(new URL(asked.url()).origin);
  });
  await opened.goto(`${proxy.url}/ui`);
  await opened.locator("#nodes h3").first().waitFor();
  return opened;
}

const textOf = async (id: string): Promise<string> => (await page.locator(id).innerText()).replaceAll(/\s+/g, " ");
const now = (): Promise<string> => textOf("#now");
const eventually = (read: () => unknown) => expect.poll(read, { timeout: 20_000 });

inBrowser("page > shows nodes, pods, a rollout, a Service's traffic and events", async () => {
  expect(await now()).toBe("52.0 s of 160.0 s");
  expect(await page.locator("#nodes h3").count()).toBe(6);
  const pods = [...running.simulation.cluster.world.objects("pods").values()];
  expect(await page.locator("#nodes li").count()).toBe(pods.length - 1);
  const nodes = await textOf("#nodes");
  for (const { metadata } of pods) if (metadata.name !== "too-big") expect(nodes).toContain(metadata.name);
  expect(await textOf("#pending")).toBe("too-big Pending");
  expect(await textOf("#workloads")).toMatch(
    /default\/web .*progressing revision 2 \(web:2\): \d+\/\d+ revision 1 \(web:1\)/,
  );
  expect(await textOf("#services")).toMatch(
    /default\/web NodePort .* 80:3\d+\/TCP .*100 % web-\w+ \(web:1\), \d+ ready/,
  );
  expect(await textOf("#events")).toContain("FailedScheduling");
  expect(await textOf("#summary")).toMatch(/^6 of 6 nodes ready/);
  expect(complaints).toEqual([]);
  expect([...origins]).toEqual([proxy.url]);
});

inBrowser("page > the slider moves the time, also by keys alone", async () => {
  const { simulation } = running;
  await page.keyboard.press("Tab"); // Play
  await page.keyboard.press("Tab"); // the slider
  expect(await page.evaluate("document.activeElement.id")).toBe("when");
  await page.keyboard.press("End");
  await eventually(now).toBe("160.0 s of 160.0 s");
  await eventually(() => textOf("#summary")).toMatch(/^5 of 6 nodes ready/);
  expect(await page.locator(".node.bad h3").innerText()).toMatch(/^node-2/);
  expect(simulation.now).toBe(END_MS);
  await page.keyboard.press("Home");
  await eventually(now).toBe("0.0 s of 160.0 s");
  await eventually(() => textOf("#workloads")).toBe("There are no workloads.");
  await page.keyboard.press("Shift+ArrowRight");
  await page.keyboard.press("ArrowRight");
  await eventually(now).toBe("11.0 s of 160.0 s");
  await page.locator("#when").fill("30000");
  await eventually(now).toBe("30.0 s of 160.0 s");
  await eventually(() => textOf("#workloads")).toMatch(/12\/12 complete/);
  expect(simulation.now).toBe(30_000);
  expect(complaints).toEqual([]);
});

inBrowser("page > the space bar plays and pauses, the button steps", async () => {
  await page.keyboard.press("Space");
  await eventually(() => textOf("#play")).toBe("Pause");
  await eventually(() => running.simulation.now).toBeGreaterThan(AT_MS);
  await page.keyboard.press("Space");
  await eventually(() => textOf("#play")).toBe("Play");
  const stopped = running.simulation.now;
  await page.locator("#step").click();
  await eventually(() => running.simulation.now).toBe(stopped + 1000);
  await page.locator("#filter").fill("too-big");
  await eventually(() => textOf("#summary")).toMatch(/0 of 1 pods ready$/);
  expect(complaints).toEqual([]);
});

inBrowser("page > is not blank, and fits a telephone and a large screen in light and dark", async () => {
  for (const width of [360, 1300, 2400])
    for (const colorScheme of ["light", "dark"] as const) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme });
      const { count, commonest } = await coloursOf(browser, await page.screenshot());
      expect(count).toBeGreaterThan(100);
      expect(commonest).toBeLessThan(0.97);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
    }
  expect(complaints).toEqual([]);
});

inBrowser("page > says that the cluster does not answer, and recovers", async () => {
  await page.route("**/apis/**", (route) => route.abort());
  await eventually(() => textOf("#problem")).toMatch(/^The cluster does not answer/);
  await page.unroute("**/apis/**");
  await eventually(() => textOf("#problem")).toBe("");
});
