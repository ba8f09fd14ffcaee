import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { Client, credentials } from "./client.ts";
import { served } from "./served.ts";
import type { Served } from "./served.ts";

let running: Served;
let admin: Client;

beforeAll(async () => {
  running = await served({ speed: 0 });
  await running.simulation.seek(5000);
  admin = new Client(running.server.url, credentials(running.kubeconfig, "kubernetes-admin"));
}, 600_000);

afterAll(async () => {
  admin.close();
  await running.server.close();
});

/** As much of an element as the page uses. */
class Element {
  textContent = "";
  className = "";
  title = "";
  value = "";
  max = "";
  checked = false;
  readonly style = {};
  readonly options: readonly Element[] = [];
  children: (Element | string)[] = [];
  readonly listeners = new Map<string, (event: unknown) => unknown>();

  get tagName(): string {
    return "";
  }

  append(...more: (Element | string)[]): void {
    this.children.push(...more);
  }

  replaceChildren(...all: (Element | string)[]): void {
    this.children = all;
  }

  addEventListener(type: string, listen: (event: unknown) => unknown): void {
    this.listeners.set(type, listen);
  }

  get text(): string {
    return this.textContent + this.children.map((child) => (typeof child === "string" ? child : child.text)).join(" ");
  }
}

/** Runs the page's script against the server, with a stand-in for the browser; yields its elements by id. */
async function openPage(): Promise<(id: string) => Element> {
  const page = await admin.send("GET", "/ui");
  expect(page.code).toBe(200);
  expect(page.headers["content-security-policy"]).toContain("default-src 'none'");
  const ids = new Map([...page.text.matchAll(/\bid="([\w-]+)"/g)].map(([, id = ""]) => [id, new Element()]));
  const fetch = async (
    path: string,
    init: { readonly method: string; readonly headers?: object; readonly body?: string },
  ) => {
    const { code, text } = await admin.send(init.method, path, {
      headers: { ...init.headers },
      ...(init.body !== undefined && { body: init.body }),
    });
    return { ok: code < 300, status: code, json: () => Promise.resolve(JSON.parse(text) as unknown) };
  };
  const find = (id: string): Element => {
    const found = ids.get(id);
    if (found === undefined) throw new Error(`the page has no element ${id}`);
    return found;
  };
  vi.stubGlobal("document", {
    getElementById: find,
    createElement: () => new Element(),
    addEventListener: () => undefined,
    hidden: false,
  });
  vi.stubGlobal("fetch", fetch);
  vi.stubGlobal("setInterval", () => 0);
  for (const script of ["view.js", "page.js"])
    expect((await admin.send("GET", `/ui/${script}`)).text).toBe(readFileSync(`src/serve/ui/${script}`, "utf8"));
  await import(new URL("../../src/serve/ui/page.js", import.meta.url).href);
  return find;
}

async function until(holds: () => boolean): Promise<void> {
  for (const limit = Date.now() + 10_000; !holds() && Date.now() < limit;)
    await new Promise((resolve) => setTimeout(resolve, 20));
  expect(holds()).toBe(true);
}

test("page > shows nodes and Services, and its slider moves the time", async () => {
  const find = await openPage();
  await until(() => find("nodes").children.length === 3);
  expect(find("nodes").text).toContain("node-1");
  expect(find("services").text).toContain("default/kubernetes");
  expect(find("now").value).toBe("5.0 s of 5.0 s");
  expect(find("problem").textContent).toBe("");
  find("step").listeners.get("click")?.({});
  await until(() => find("now").value === "6.0 s of 6.0 s");
  const slider = find("when");
  slider.value = "2000";
  slider.listeners.get("input")?.({});
  slider.listeners.get("change")?.({});
  await until(() => find("now").value === "2.0 s of 6.0 s");
  expect(running.simulation.now).toBe(2000);
});
