import type { Millis } from "../base/units.ts";
import type { ApiObject, Resource } from "../api/object.ts";
import type { Request, Response } from "../api/request.ts";
import type { Tag } from "../client/component.ts";

/** Something that happens at an instant of virtual time: plain data. */
export type Happening =
  /** A request reaches the API server. `id` 0: nobody waits for the answer. */
  | {
      readonly type: "request";
      readonly process: string;
      readonly epoch: number;
      readonly id: number;
      readonly request: Request;
      /** It waits at the server for its cache, until then at the latest. */
      readonly deadline?: Millis;
    }
  /** A request that waited for its client's rate limit is sent. Without a tag nobody waits for the answer. */
  | {
      readonly type: "send";
      readonly process: string;
      readonly epoch: number;
      readonly request: Request;
      readonly tag: Tag | undefined;
    }
  | {
      readonly type: "response";
      readonly process: string;
      readonly epoch: number;
      readonly id: number;
      readonly response: Response;
    }
  | { readonly type: "timer"; readonly process: string; readonly epoch: number; readonly tag: Tag }
  /** A client's list-and-watch, or the resumption of a broken watch, reaches the server. */
  | { readonly type: "connect"; readonly process: string; readonly epoch: number; readonly resource: Resource }
  | {
      readonly type: "listed";
      readonly process: string;
      readonly epoch: number;
      readonly resource: Resource;
      readonly stream: number;
      readonly items: readonly ApiObject[];
    }
  /** A watch hands over what was committed since its cursor. */
  | {
      readonly type: "deliver";
      readonly process: string;
      readonly epoch: number;
      readonly resource: Resource;
      readonly stream: number;
    }
  | { readonly type: "machine"; readonly node: string }
  | { readonly type: "start"; readonly process: string }
  | { readonly type: "harness"; readonly tag: Tag };

/** Whose turn an event is, for schedule policies that rank actors. */
export function actorOf(event: Happening): string {
  switch (event.type) {
    case "request":
    case "connect":
      return "kube-apiserver";
    case "machine":
      return `machine/${event.node}`;
    case "harness":
      return "harness";
    default:
      return event.process;
  }
}
