import { discoveryDocuments } from "../discovery/discovery.ts";
import { VERSION } from "../discovery/version.ts";

const ADDRESS = "localhost:6443";
const HEALTH: readonly string[] = ["/healthz", "/livez", "/readyz"];

/** The answer to a GET of a path that is about no resource: health, version and discovery. */
export function rootAnswer(path: string): unknown {
  if (HEALTH.includes(path)) return "ok";
  const trimmed = path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path;
  if (trimmed === "/version") return VERSION;
  if (trimmed !== "/" && !trimmed.startsWith("/api")) return undefined;
  const { plain } = discoveryDocuments(ADDRESS);
  return trimmed === "/" ? { paths: [...plain.keys(), ...HEALTH, "/version"].sort() } : plain.get(trimmed);
}
