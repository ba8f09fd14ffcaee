import type { IncomingMessage, ServerResponse } from "node:http";
import type { Resource } from "../../api/object.ts";
import type { WatchEvent } from "../../api/request.ts";
import { emptyFields } from "../../apiserver/empty-object.ts";
import { apiVersionOf } from "../../apiserver/kind.ts";
import { kindOf } from "../../apiserver/kinds/index.ts";
import type { ApiServer, Watch } from "../../apiserver/server.ts";
import { toWall } from "./timestamps.ts";

/** What a client of a watch asked for, besides the objects. */
export interface StreamOptions {
  /** timeoutSeconds; absent: an hour. */
  readonly timeoutSeconds?: number;
  readonly bookmarks: boolean;
  /** The wire form of an event: as an object, a Table, or its metadata. */
  readonly render: (event: WatchEvent) => unknown;
}

interface Stream {
  readonly watch: Watch;
  readonly response: ServerResponse;
  readonly options: StreamOptions;
  timer: NodeJS.Timeout | undefined;
  bookmarkTimer: NodeJS.Timeout | undefined;
}

/** A client that leaves so many bytes unread is cut off; it will list and watch anew. */
const UNREAD_MAX = 8 * 1024 * 1024;
const BOOKMARK_MS = 60_000;
const HOUR_S = 3600;

/** All open watches of clients: cursors in the log, drained whenever their resource changes. */
export class WatchStreams {
  readonly #server: () => ApiServer;
  readonly #offset: () => number;
  readonly #streams = new Map<Resource, Set<Stream>>();
  #texts = new WeakMap<object, string>();
  #textsOffset = 0;

  constructor(server: () => ApiServer, offset: () => number) {
    this.#server = server;
    this.#offset = offset;
  }

  get size(): number {
    let size = 0;
    for (const streams of this.#streams.values()) size += streams.size;
    return size;
  }

  /** Answers a request with a stream until the client leaves or the time is up. */
  open(request: IncomingMessage, response: ServerResponse, watch: Watch, options: StreamOptions): void {
    response.writeHead(200, {
      "Content-Type": "application/json",
      "Cache-Control": "no-cache, private",
      "Transfer-Encoding": "chunked",
    });
    response.flushHeaders();
    const stream: Stream = { watch, response, options, timer: undefined, bookmarkTimer: undefined };
    const streams = this.#streams.get(watch.resource) ?? new Set();
    this.#streams.set(watch.resource, streams);
    streams.add(stream);
    stream.timer = setTimeout(() => this.#close(stream), (options.timeoutSeconds ?? HOUR_S) * 1000);
    if (options.bookmarks) stream.bookmarkTimer = setInterval(() => this.#bookmark(stream), BOOKMARK_MS);
    const gone = (): void => this.#close(stream);
    request.on("close", gone);
    response.on("close", gone);
    response.on("error", gone);
    this.#drain(stream);
  }

  /** Tells the watches of these resources what happened. */
  changed(resources: ReadonlySet<Resource>): void {
    for (const resource of resources) for (const stream of this.#streams.get(resource) ?? []) this.#drain(stream);
  }

  /** Ends all streams with 410: after a jump in time their cursors mean nothing. */
  expireAll(): void {
    const status = {
      kind: "Status",
      apiVersion: "v1",
      metadata: {},
      status: "Failure",
      message: "The resourceVersion for the provided watch is too old.",
      reason: "Expired",
      code: 410,
    };
    for (const streams of this.#streams.values())
      for (const stream of streams) {
        stream.response.write(`${JSON.stringify({ type: "ERROR", object: status })}\n`);
        this.#close(stream);
      }
  }

  closeAll(): void {
    for (const streams of this.#streams.values()) for (const stream of streams) this.#close(stream);
  }

  #drain(stream: Stream): void {
    const server = this.#server();
    const { watch, response, options } = stream;
    const expired = server.expired(watch);
    if (expired !== undefined) {
      response.write(`${JSON.stringify({ type: "ERROR", object: expired })}\n`);
      return this.#close(stream);
    }
    const events = server.drain(watch);
    if (events.length === 0) return;
    let text = "";
    for (const event of events) text += this.#text(event, options);
    response.write(text);
    if (response.writableLength > UNREAD_MAX) {
      this.#close(stream);
      response.destroy();
    }
  }

  #text(event: WatchEvent, options: StreamOptions): string {
    const body = options.render(event);
    if (body !== event.object)
      return `{"type":"${event.type}","object":${toWall(JSON.stringify(body), this.#offset())}}\n`;
    const offset = this.#offset();
    if (offset !== this.#textsOffset) {
      this.#texts = new WeakMap();
      this.#textsOffset = offset;
    }
    let text = this.#texts.get(event.object);
    if (text === undefined) {
      text = toWall(JSON.stringify(event.object), offset);
      this.#texts.set(event.object, text);
    }
    return `{"type":"${event.type}","object":${text}}\n`;
  }

  #bookmark({ watch, response }: Stream): void {
    const kind = kindOf(watch.resource);
    if (kind === undefined) return;
    const object = {
      kind: kind.kind,
      apiVersion: apiVersionOf(kind),
      metadata: { resourceVersion: String(watch.cursor) },
      ...emptyFields(watch.resource),
    };
    response.write(`${JSON.stringify({ type: "BOOKMARK", object })}\n`);
  }

  #close(stream: Stream): void {
    const streams = this.#streams.get(stream.watch.resource);
    if (streams?.delete(stream) !== true) return;
    clearTimeout(stream.timer);
    clearInterval(stream.bookmarkTimer);
    stream.response.end();
  }
}
