import { readFileSync } from "node:fs";
import { Agent, request } from "node:https";
import { parse } from "yaml";

/** An answer of a server. */
export interface Answer {
  readonly code: number;
  readonly text: string;
  readonly headers: { readonly [name: string]: string | readonly string[] | undefined };
}

/** What a client proves who it is with. */
export interface Credentials {
  readonly ca: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
}

/** A keep-alive client of a served cluster. */
export class Client {
  readonly url: string;
  readonly #agent: Agent;

  constructor(url: string, credentials: Credentials, sockets = 16) {
    this.url = url;
    this.#agent = new Agent({ ...credentials, keepAlive: true, maxSockets: sockets });
  }

  send(
    method: string,
    path: string,
    options: { readonly headers?: { readonly [name: string]: string }; readonly body?: string | Buffer } = {},
  ): Promise<Answer> {
    const { hostname, port } = new URL(this.url);
    return new Promise((resolve, reject) => {
      const sent = request(
        { hostname, port, method, path, agent: this.#agent, headers: options.headers ?? {}, timeout: 60_000 },
        (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("end", () =>
            resolve({
              code: response.statusCode ?? 0,
              text: Buffer.concat(chunks).toString("utf8"),
              headers: response.headers,
            }),
          );
          response.on("error", reject);
        },
      );
      sent.on("timeout", () => sent.destroy(new Error("no answer")));
      sent.on("error", reject);
      sent.end(options.body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

interface Kubeconfig {
  readonly clusters: readonly [{ readonly cluster: { readonly "certificate-authority-data": string } }];
  readonly users: readonly {
    readonly name: string;
    readonly user: { readonly "client-certificate-data": string; readonly "client-key-data": string };
  }[];
}

/** The credentials of a user in a kubeconfig; without a name only what is needed to trust the server. */
export function credentials(file: string, user?: string): Credentials {
  const config = parse(readFileSync(file, "utf8")) as Kubeconfig;
  const plain = (data: string): Buffer => Buffer.from(data, "base64");
  const ca = plain(config.clusters[0].cluster["certificate-authority-data"]);
  const found = config.users.find(({ name }) => name === user)?.user;
  if (found === undefined) return { ca };
  return { ca, cert: plain(found["client-certificate-data"]), key: plain(found["client-key-data"]) };
}
