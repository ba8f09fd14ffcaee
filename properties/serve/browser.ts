import { existsSync } from "node:fs";
import { createServer } from "node:http";
import { Agent, request } from "node:https";
import type { AddressInfo } from "node:net";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";
import type { Browser } from "playwright-core";
import { credentials } from "./client.ts";

/** Names under which distributions install Chromium. */
const NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

/** Nothing but the page itself: no sandbox since tests may run as root, no services that look for updates. */
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** The Chromium of this machine: $CHROMIUM, else the first on the PATH. */
export function findChromium(): string | undefined {
  const named = process.env["CHROMIUM"];
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const files = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [...(named === undefined ? [] : [named]), ...files].find((file) => existsSync(file));
}

/** Starts a browser without a window. */
export function launch(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: FLAGS });
}

/** What `kubectl proxy` does: plain HTTP on loopback, passed on with the administrator's certificate. */
export interface KubectlProxy {
  readonly url: string;
  close(): Promise<void>;
}

/** Starts a proxy to a served cluster. */
export async function kubectlProxy(url: string, kubeconfig: string): Promise<KubectlProxy> {
  const { hostname, port } = new URL(url);
  const agent = new Agent({ ...credentials(kubeconfig, "kubernetes-admin"), keepAlive: true });
  const server = createServer((asked, answer) => {
    const { method, url: path, headers } = asked;
    const passed = request({ hostname, port, method, path, headers, agent }, (got) => {
      answer.writeHead(got.statusCode ?? 502, got.headers);
      got.pipe(answer);
    });
    passed.on("error", () => answer.destroy());
    asked.pipe(passed);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      agent.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** How colourful a picture is: a blank one has one colour. */
export interface Colours {
  readonly count: number;
  /** Share of the pixels that have the commonest colour, 0 to 1. */
  readonly commonest: number;
}

/** Counts the colours of a PNG, in the browser itself. */
export async function coloursOf(browser: Browser, png: Buffer): Promise<Colours> {
  const page = await browser.newPage();
  const colours = await page.evaluate<Colours>(`(async () => {
    const image = new Image();
    image.src = "data:image/png;base64,${png.toString("base64")}";
    await image.decode();
    const context = new OffscreenCanvas(image.width, image.height).getContext("2d");
    context.drawImage(image, 0, 0);
    const pixels = new Uint32Array(context.getImageData(0, 0, image.width, image.height).data.buffer);
    const counts = new Map();
    for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
    return { count: counts.size, commonest: Math.max(...counts.values()) / pixels.length };
  })()`);
  await page.close();
  return colours;
}
