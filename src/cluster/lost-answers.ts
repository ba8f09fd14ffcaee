import type { Response } from "../api/request.ts";

/** What a client makes of a request without an answer. */
export const TIMED_OUT: Response = {
  ok: false,
  status: {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    reason: "Timeout",
    message: "Timeout: request did not complete within the allotted timeout",
    code: 504,
  },
};

/** What a client makes of a server that is down. */
export const UNAVAILABLE: Response = {
  ok: false,
  status: {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    reason: "ServiceUnavailable",
    message: "connection refused",
    code: 503,
  },
};
