import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Exchange } from "../http/exchange.ts";
import type { Reply } from "../http/reply.ts";
import { packageRoot } from "../package-root.ts";

const FILES: { readonly [path: string]: readonly [file: string, type: string] } = {
  "/ui": ["page.html", "text/html; charset=utf-8"],
  "/ui/page.css": ["page.css", "text/css; charset=utf-8"],
  "/ui/page.js": ["page.js", "text/javascript; charset=utf-8"],
  "/ui/view.js": ["view.js", "text/javascript; charset=utf-8"],
};

/** The page may load nothing from elsewhere. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; base-uri 'none'";

/** /ui: a page that shows nodes, pods, workloads, Services and events, and moves the time; reach it by `kubectl proxy`. */
export function answerUi({ path }: Exchange): Reply | undefined {
  const [file, type] = FILES[path === "/ui/" ? "/ui" : path] ?? [];
  if (file === undefined || type === undefined) return undefined;
  const body = readFileSync(join(packageRoot(), "src/serve/ui", file), "utf8");
  return { code: 200, body, type, headers: { "Content-Security-Policy": POLICY } };
}
