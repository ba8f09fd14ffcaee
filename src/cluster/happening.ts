import type { Millis } from "../base/units.ts";
import type { ApiObject, Resource } from "../api/object.ts";
import type { Request, Response } from "../api/request.ts";
import type { Tag } from "../client/component.ts";

/** Something that happens at an instant of virtual time: plain data. `process`: the ordinal of a process, but where it starts. */
export type Happening =
  /** A request reaches the API server. `id` 0: nobody waits for the answer. */
  | {
      readonly type: "request";
      readonly process: number;
      readonly epoch: number;
      readonly id: number;
      readonly request: Request;
      /** It waits at the server for its cache, until then at the latest. */
      readonly deadline?: Millis;
    }
  /** A request that waited for its client's rate limit is sent. Without a tag nobody waits for the answer. */
  | {
      readonly type: "send";
      readonly process: number;
      readonly epoch: number;
      readonly request: Request;
      readonly tag: Tag | undefined;
    }
  | {
      readonly type: "response";
      readonly process: number;
      readonly epoch: number;
      readonly id: number;
      readonly response: Response;
    }
  | { readonly type: "timer"; readonly process: number; readonly epoch: number; readonly tag: Tag }
  /** A client's list-and-watch, or the resumption of a broken watch, reaches the server. */
  | { readonly type: "connect"; readonly process: number; readonly epoch: number; readonly resource: Resource }
  | {
      readonly type: "listed";
      readonly process: number;
      readonly epoch: number;
      readonly resource: Resource;
      readonly stream: number;
      readonly items: readonly ApiObject[];
    }
  /** A watch hands over what was committed since its cursor. */
  | {
      readonly type: "deliver";
      readonly process: number;
      readonly epoch: number;
      readonly resource: Resource;
      readonly stream: number;
    }
  | { readonly type: "machine"; readonly node: string }
  /** A process starts; `ordinal` is -1 for an API server. */
  | { readonly type: "start"; readonly process: string; readonly ordinal: number }
  | { readonly type: "harness"; readonly tag: Tag };

/** Whose turn an event is, for schedule policies that rank actors: a process stands for itself by its ordinal. */
export function actorOf(event: Happening): string | number {
  switch (event.type) {
    case "request":
    case "connect":
      return "kube-apiserver";
    case "machine":
      return `machine/${event.node}`;
    case "harness":
      return "harness";
    case "start":
      return event.ordinal < 0 ? event.process : event.ordinal;
    default:
      return event.process;
  }
}
