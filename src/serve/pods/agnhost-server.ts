import { microTimestamp } from "../../base/time.ts";
import type { ProgramAnswer, ProgramRequest } from "./programs.ts";

/** What the servers in Kubernetes' test image answer: `netexec`, and `serve-hostname`, which says its name whatever the path. */
export function agnhostAnswer(request: ProgramRequest): ProgramAnswer {
  const { args, method, path, pod, now } = request;
  const [route = "/", query = ""] = path.split("?");
  const line = `${method} ${path}`;
  const said = (body: string, code = 200): ProgramAnswer => ({ code, type: "text/plain; charset=utf-8", body, line });
  if (args[0] === "serve-hostname") return said(pod);
  const asked = new URLSearchParams(query);
  switch (route) {
    case "/":
      return said(`NOW: ${microTimestamp(now)}`);
    case "/hostname":
    case "/hostName":
      return said(pod);
    case "/healthz":
    case "/readyz":
      return said("ok");
    case "/echo":
      return said(asked.get("msg") ?? "", Number(asked.get("code") ?? 200));
    case "/serverport":
      return said(args.find((arg) => arg.startsWith("--http-port="))?.slice("--http-port=".length) ?? "8080");
    case "/dial":
      return dialled(request, asked, said);
    default:
      return said("404 page not found\n", 404);
  }
}

/** One try after another to reach another server from here. */
function dialled(
  { call }: ProgramRequest,
  asked: URLSearchParams,
  said: (body: string, code?: number) => ProgramAnswer,
): ProgramAnswer {
  const tries = Number(asked.get("tries") ?? 1);
  const name = asked.get("request") ?? "";
  if (name === "" || !(tries >= 1 && tries <= 100)) return said("request parameter not specified. <nil>", 400);
  const protocol = asked.get("protocol") === "udp" ? "udp" : "tcp";
  const responses: string[] = [];
  const errors: string[] = [];
  for (let i = 0; i < tries; i += 1) {
    const body = call(asked.get("host") ?? "", Number(asked.get("port")), `/${name}`, protocol);
    if (body === undefined) errors.push("dial: connection failed");
    else responses.push(body);
  }
  const list = { ...(responses.length > 0 && { responses }), ...(errors.length > 0 && { errors }) };
  return said(JSON.stringify(list), errors.length === 0 ? 200 : 417);
}
