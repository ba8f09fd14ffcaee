import { timestamp } from "../../base/time.ts";
import type { Millis } from "../../base/units.ts";
import type { ContainerRecord } from "../../kubelet/cri/runtime-state.ts";
import { agnhostAnswer } from "./agnhost-server.ts";

/** A request as the program in a container gets it. */
export interface ProgramRequest {
  readonly method: string;
  readonly path: string;
  readonly pod: string;
  readonly record: ContainerRecord;
  /** The container's command and arguments, without the name of the test image's one program. */
  readonly args: readonly string[];
  readonly now: Millis;
  /** Requests that it has answered before. */
  readonly served: number;
  /** Asks another server from here; undefined when it cannot be reached. */
  readonly call: (host: string, port: number, path: string, protocol: "tcp" | "udp") => string | undefined;
}

/** What a program answers, and the line that it prints about it. */
export interface ProgramAnswer {
  readonly code: number;
  readonly type: string;
  readonly body: string;
  readonly line: string;
}

/** What is known of the program in an image. */
interface Program {
  readonly image: RegExp;
  readonly port?: number;
  started(pod: string, at: Millis): readonly string[];
  answer(request: ProgramRequest): ProgramAnswer;
}

/** Kubernetes' test image. */
const AGNHOST = /(?:^|\/)agnhost(?::|$)/;

const PROGRAMS: readonly Program[] = [
  {
    image: /kubernetes-bootcamp/,
    port: 8080,
    started: (pod, at) => [`Kubernetes Bootcamp App Started At: ${timestamp(at)} | Running On:  ${pod} `],
    answer: ({ pod, record, now, served }) => ({
      code: 200,
      type: "text/plain",
      body: `Hello Kubernetes bootcamp! | Running on: ${pod} | v=${versionOf(record)}\n`,
      line: `Running On: ${pod} | Total Requests: ${served + 1} | App Uptime: ${uptime(record, now)} seconds | Log Time: ${timestamp(now)}`,
    }),
  },
  {
    image: /(?:^|\/)nginx/,
    port: 80,
    started: () => ["/docker-entrypoint.sh: Configuration complete; ready for start up", "start worker processes"],
    answer: ({ method, path, now }) => {
      const found = path === "/" || path.startsWith("/?");
      const body = found
        ? "<!DOCTYPE html>\n<html>\n<head>\n<title>Welcome to nginx!</title>\n</head>\n<body>\n<h1>Welcome to nginx!</h1>\n</body>\n</html>\n"
        : "<html>\n<head><title>404 Not Found</title></head>\n<body>\n<center><h1>404 Not Found</h1></center>\n</body>\n</html>\n";
      const code = found ? 200 : 404;
      return {
        code,
        type: "text/html",
        body,
        line: `[${timestamp(now)}] "${method} ${path} HTTP/1.1" ${code} ${body.length}`,
      };
    },
  },
  { image: AGNHOST, started: () => [], answer: agnhostAnswer },
];

/** A server about which nothing is known but its image. */
const ANY: Omit<Program, "image" | "port"> = {
  started: (pod, at) => [`started at ${timestamp(at)} in ${pod}`],
  answer: ({ method, path, pod, record, now }) => ({
    code: 200,
    type: "text/plain",
    body: `Hello from ${pod} | ${record.behaviour.version ?? record.image}\n`,
    line: `${timestamp(now)} ${method} ${path} 200`,
  }),
};

/** What a container prints when it starts. */
export function startLines(record: ContainerRecord, pod: string, at: Millis): readonly string[] {
  return (programOf(record.image) ?? ANY).started(pod, at);
}

/** What the program in a container answers. */
export function programAnswer(request: ProgramRequest): ProgramAnswer {
  return (programOf(request.record.image) ?? ANY).answer(request);
}

/** Whether something in a container listens at a port: what it declares, what its image is known for, else any. */
export function listensAt(image: string, declared: readonly number[], port: number): boolean {
  const known = programOf(image)?.port;
  if (declared.includes(port) || known === port) return true;
  return declared.length === 0 && known === undefined;
}

/** The port that a container is reached at when nobody says which. */
export function portOf(image: string, declared: readonly number[]): number {
  return declared[0] ?? programOf(image)?.port ?? 80;
}

function programOf(image: string): Program | undefined {
  return PROGRAMS.find((program) => program.image.test(image));
}

/** "v2" of the plan or of the tag is printed as 2. */
function versionOf({ image, behaviour }: ContainerRecord): string {
  const tag = /:v?([\w.]+)$/.exec(behaviour.version ?? image)?.[1] ?? /^v?([\w.]+)$/.exec(behaviour.version ?? "")?.[1];
  return tag === undefined || tag === "latest" ? "1" : tag;
}

function uptime({ startedAt = 0 }: ContainerRecord, now: Millis): string {
  return ((now - startedAt) / 1000).toFixed(3);
}
