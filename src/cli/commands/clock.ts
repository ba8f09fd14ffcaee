import { request } from "node:https";
import { Command } from "commander";
import { parse } from "yaml";
import { InputError } from "../../base/input-error.ts";
import { writeFile } from "../../report/write-file.ts";
import { EXIT } from "../exit.ts";
import { readText } from "../read.ts";

const CLOCK = "/apis/shakedown.dev/v1/clocks/cluster";

/** What a server says of its clock. */
interface Clock {
  readonly spec: { readonly speed: string };
  readonly status: { readonly now: string; readonly end: string };
  readonly held?: boolean;
}

interface Answer {
  readonly code: number;
  readonly text: string;
}

/** `shakedown clock …`: the time of a cluster that `shakedown serve` runs. */
export function clockCommand(): Command {
  const command = new Command("clock")
    .description("look at and move the time of a served cluster")
    .option("--kubeconfig <file>", "kubeconfig of the server (default: $KUBECONFIG, else shakedown.kubeconfig)")
    .addHelpText(
      "after",
      '\nExamples:\n  shakedown clock pause\n  shakedown clock run-until "deployment/web Available"\n  shakedown clock seek 42s',
    );
  const kubeconfig = (): string =>
    command.opts<{ readonly kubeconfig?: string }>().kubeconfig ?? process.env["KUBECONFIG"] ?? "shakedown.kubeconfig";
  const add = (name: string, description: string, run: (word: string) => Promise<void>): void => {
    const [word = "", argument] = name.split(" ");
    const below = new Command(word).description(description);
    command.addCommand((argument === undefined ? below : below.argument(argument)).action(run));
  };
  const send = (method: string, path: string, body?: object): Promise<Answer> => call(kubeconfig(), method, path, body);
  add("show", "print the time and the speed", async () => say(await send("GET", CLOCK)));
  add("pause", "stop the time", async () => say(await send("PATCH", CLOCK, { spec: { speed: "paused" } })));
  add("speed <speed>", "go on at 1x, 100x or max", async (speed) =>
    say(await send("PATCH", CLOCK, { spec: { speed } })),
  );
  add("step <duration>", "run so much virtual time at once", async (by) =>
    say(await send("POST", `${CLOCK}/step`, { by })),
  );
  add("seek <instant>", "go to an instant of the history, back or forth", async (to) =>
    say(await send("POST", `${CLOCK}/seek`, { to })),
  );
  add("run-until <condition>", 'run until, e.g., "deployment/web Available"', async (condition) => {
    const answer = await send("POST", `${CLOCK}/run-until`, { condition });
    say(answer);
    if ((JSON.parse(answer.text) as Clock).held === false) process.exitCode = EXIT.violated;
  });
  add("save <file>", "write the session so far as a plan", async (file) => {
    const { text } = await send("GET", `${CLOCK}/plan`);
    writeFile(file, text);
    process.stdout.write(`wrote ${file}\n`);
  });
  return command;
}

function say({ text }: Answer): void {
  const { spec, status, held } = JSON.parse(text) as Clock;
  const until = held === undefined ? "" : held ? ", the condition holds" : ", the condition does not hold";
  process.stdout.write(`${status.now} of ${status.end}, ${spec.speed}${until}\n`);
}

interface Kubeconfig {
  readonly clusters: readonly {
    readonly cluster: { readonly server: string; readonly "certificate-authority-data": string };
  }[];
  readonly users: readonly {
    readonly user: { readonly "client-certificate-data": string; readonly "client-key-data": string };
  }[];
}

async function call(file: string, method: string, path: string, body: object | undefined): Promise<Answer> {
  const config = parse(readText(file)) as Partial<Kubeconfig> | null;
  const cluster = config?.clusters?.[0]?.cluster;
  const user = config?.users?.[0]?.user;
  if (cluster === undefined || user === undefined)
    throw new InputError(
      `${file} is no kubeconfig of shakedown serve; expected a cluster and a user with a certificate`,
    );
  const plain = (data: string): Buffer => Buffer.from(data, "base64");
  const answer = await new Promise<Answer>((resolve, reject) => {
    const sent = request(
      new URL(path, cluster.server),
      {
        method,
        ca: plain(cluster["certificate-authority-data"]),
        cert: plain(user["client-certificate-data"]),
        key: plain(user["client-key-data"]),
        headers: { Accept: "application/json", ...(body !== undefined && { "Content-Type": "application/json" }) },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () =>
          resolve({ code: response.statusCode ?? 0, text: Buffer.concat(chunks).toString("utf8") }),
        );
      },
    );
    sent.on("error", (error: NodeJS.ErrnoException) =>
      reject(
        new InputError(
          `${cluster.server} does not answer (${error.code ?? error.message}); expected a running shakedown serve`,
        ),
      ),
    );
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
  if (answer.code < 300) return answer;
  throw new InputError(
    (JSON.parse(answer.text) as { readonly message?: string }).message ?? `the server answered ${answer.code}`,
  );
}
