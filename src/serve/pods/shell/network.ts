import { cast } from "../../../base/units.ts";
import type { Service } from "../../../api/types/core-v1.ts";
import type { EndpointSlice } from "../../../api/types/discovery-v1.ts";
import { resolve } from "../../../network/dns.ts";
import { callHttp } from "../call.ts";
import type { CallFailure } from "../call.ts";
import type { Inside, Outcome } from "./shell.ts";

interface Url {
  readonly host: string;
  readonly port: number;
  readonly path: string;
}

/** curl: the body of an answer, or curl's words and exit codes for what went wrong. */
export function curl(args: readonly string[], inside: Inside): Outcome {
  const { flags, values, rest } = options(args, ["o", "m", "-max-time", "-connect-timeout", "X", "H", "d", "A", "w"]);
  const [target] = rest;
  if (target === undefined) return { out: "", err: "curl: (2) no URL specified\n", code: 2 };
  const url = parseUrl(target);
  if (url === undefined) return { out: "", err: `curl: (3) URL rejected: ${target}\n`, code: 3 };
  const answer = callHttp(inside.edge, {
    from: fromOf(inside),
    ...url,
    method: values.get("X") ?? (flags.has("I") ? "HEAD" : "GET"),
  });
  if ("failure" in answer) return curlFailure(answer, url, flags.has("s") && !flags.has("S"));
  if (flags.has("f") && answer.code >= 400)
    return { out: "", err: `curl: (22) The requested URL returned error: ${answer.code}\n`, code: 22 };
  const head = `HTTP/1.1 ${answer.code} OK\nContent-Type: ${answer.type}\nContent-Length: ${answer.body.length}\n\n`;
  const body = values.get("o") === "/dev/null" ? "" : answer.body;
  const written = values.get("w")?.replaceAll("%{http_code}", String(answer.code)).replaceAll("\\n", "\n") ?? "";
  return { out: (flags.has("I") ? head : (flags.has("i") ? head : "") + body) + written, err: "", code: 0 };
}

function curlFailure({ failure }: CallFailure, { host, port }: Url, silent: boolean): Outcome {
  const [code, text] =
    failure === "unresolved"
      ? ([6, `Could not resolve host: ${host}`] as const)
      : failure === "refused"
        ? ([7, `Failed to connect to ${host} port ${port} after 0 ms: Couldn't connect to server`] as const)
        : ([28, `Failed to connect to ${host} port ${port} after 30000 ms: Timeout was reached`] as const);
  return { out: "", err: silent ? "" : `curl: (${code}) ${text}\n`, code };
}

/** BusyBox's wget. */
export function wget(args: readonly string[], inside: Inside): Outcome {
  const { flags, values, rest } = options(args, ["O", "T", "-timeout", "o"]);
  const [target = ""] = rest;
  const url = parseUrl(target);
  if (url === undefined) return { out: "", err: "wget: bad URL\n", code: 1 };
  const { host, port } = url;
  const quiet = flags.has("q");
  const answer = callHttp(inside.edge, { from: fromOf(inside), ...url, method: "GET" });
  if ("failure" in answer) {
    if (answer.failure === "unresolved") return { out: "", err: `wget: bad address '${host}'\n`, code: 1 };
    if (answer.failure === "refused")
      return { out: "", err: `wget: can't connect to remote host (${host}): Connection refused\n`, code: 1 };
    return { out: "", err: "wget: download timed out\n", code: 1 };
  }
  const connecting = quiet ? "" : `Connecting to ${host}:${port}\n`;
  if (answer.code >= 400)
    return { out: "", err: `${connecting}wget: server returned error: HTTP/1.1 ${answer.code}\n`, code: 1 };
  const file = values.get("O") ?? "index.html";
  const saved = quiet ? "" : file === "-" ? "" : `'${file}' saved\n`;
  return { out: file === "-" ? answer.body : "", err: connecting + saved, code: 0 };
}

/** netcat: what a server says when a line is sent to it; HTTP servers say what they say to a bad request. */
export function nc(args: readonly string[], inside: Inside, input: string): Outcome {
  const { flags, rest } = options(args, ["w", "p", "s"]);
  const [host = "", portText = ""] = rest;
  const port = Number(portText);
  const protocol = flags.has("u") ? "udp" : "tcp";
  const word = input.trim();
  const answer = callHttp(inside.edge, { from: fromOf(inside), host, port, method: "GET", path: `/${word}`, protocol });
  const kind = `[${protocol}/*]`;
  if ("failure" in answer) {
    const why = answer.failure === "refused" ? "Connection refused" : "Operation timed out";
    const text =
      answer.failure === "unresolved"
        ? `nc: getaddrinfo for host "${host}" port ${portText}: Name or service not known\n`
        : `nc: connect to ${host} port ${portText} (${protocol}) failed: ${why}\n`;
    return { out: "", err: flags.has("v") ? text : "", code: 1 };
  }
  const said = answer.code < 400 ? answer.body : "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n400 Bad Request";
  const err = flags.has("v") ? `Connection to ${host} ${portText} port ${kind} succeeded!\n` : "";
  return { out: flags.has("z") ? "" : said, err, code: 0 };
}

/** BusyBox's nslookup, asking the cluster's DNS. */
export function nslookup(args: readonly string[], { edge, pod }: Inside): Outcome {
  const name = args.find((arg) => !arg.startsWith("-"));
  if (name === undefined) return { out: "", err: "Usage: nslookup HOST\n", code: 1 };
  const { world } = edge.simulation.cluster;
  const slices = cast<readonly EndpointSlice[]>([...world.objects("endpointslices.discovery.k8s.io").values()]);
  const services = cast<ReadonlyMap<string, Service>>(world.objects("services"));
  const namespace = pod.metadata.namespace ?? "default";
  const answer = resolve(
    {
      service: (key) => services.get(key),
      slices: (key) =>
        slices.filter(
          ({ metadata }) =>
            `${metadata.namespace ?? ""}/${metadata.labels?.["kubernetes.io/service-name"] ?? ""}` === key,
        ),
    },
    name,
    namespace,
  );
  const head = "Server:\t\t10.96.0.10\nAddress:\t10.96.0.10:53\n\n";
  if (answer.type === "NXDOMAIN")
    return { out: `${head}** server can't find ${answer.name}: NXDOMAIN\n\n`, err: "", code: 1 };
  if (answer.type === "cname") return { out: `${head}${name}\tcanonical name = ${answer.name}\n\n`, err: "", code: 0 };
  const full =
    answer.service === undefined ? name : `${answer.service.split("/").reverse().join(".")}.svc.cluster.local`;
  return {
    out: head + answer.addresses.map((address) => `Name:\t${full}\nAddress: ${address}\n\n`).join(""),
    err: "",
    code: 0,
  };
}

function fromOf({ pod }: Inside): string {
  return `${pod.metadata.namespace ?? ""}/${pod.metadata.name}`;
}

function parseUrl(text: string): Url | undefined {
  const m = /^(?:(https?):\/\/)?(?:[^@/]*@)?(\[[^\]]+\]|[^:/?#]+)(?::(\d+))?([/?#].*)?$/.exec(text);
  if (m === null) return undefined;
  const [, scheme = "http", host = "", port, path = "/"] = m;
  return { host, port: Number(port ?? (scheme === "https" ? 443 : 80)), path };
}

/** Flags, flags with a value, and the other words. */
function options(
  args: readonly string[],
  valued: readonly string[],
): {
  readonly flags: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, string>;
  readonly rest: readonly string[];
} {
  const flags = new Set<string>();
  const values = new Map<string, string>();
  const rest: string[] = [];
  for (let i = 0; i < args.length; i += 1) {
    const arg = args[i] ?? "";
    if (!arg.startsWith("-") || arg === "-") {
      rest.push(arg);
      continue;
    }
    if (arg.startsWith("--")) {
      const [name = "", value] = arg.slice(1).split("=");
      if (value !== undefined) values.set(name, value);
      else if (valued.includes(name)) values.set(name, args[(i += 1)] ?? "");
      else flags.add(LONG[name] ?? name);
      continue;
    }
    for (let j = 1; j < arg.length; j += 1) {
      const letter = arg.charAt(j);
      if (!valued.includes(letter)) {
        flags.add(letter);
        continue;
      }
      values.set(letter, j + 1 < arg.length ? arg.slice(j + 1) : (args[(i += 1)] ?? ""));
      break;
    }
  }
  return { flags, values, rest };
}

const LONG: { readonly [name: string]: string } = {
  "-silent": "s",
  "-head": "I",
  "-fail": "f",
  "-include": "i",
  "-quiet": "q",
  "-show-error": "S",
};
