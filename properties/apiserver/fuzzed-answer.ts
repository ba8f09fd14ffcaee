import { eventBody, PLAIN } from "../../src/apiserver/http/form.ts";
import { handleHttp } from "../../src/apiserver/http/http.ts";
import type { HttpRequest } from "../../src/apiserver/http/http.ts";
import type { ApiServer, ServerContext } from "../../src/apiserver/server.ts";

/** What came of a request: for a watch, its first events were rendered too. */
export function fuzzedAnswer(
  server: ApiServer,
  request: HttpRequest,
  context: () => ServerContext,
): ReturnType<typeof handleHttp> {
  const answered = handleHttp(server, request, context());
  const { watch, form = PLAIN } = answered;
  const events = watch === undefined ? [] : server.drain(watch);
  for (const [at, event] of events.entries()) eventBody(form, event, context().now, at === 0);
  return answered;
}

/** A text, where no resource answers; a Status or an object everywhere else. */
export function isAnswer({ code, body }: ReturnType<typeof handleHttp>): boolean {
  if (typeof body === "string" || (body === undefined && code === 200)) return true;
  if (typeof body !== "object" || body === null) return false;
  const status = body as { readonly kind?: unknown; readonly code?: unknown; readonly message?: unknown };
  return code < 400 || (status.kind === "Status" && status.code === code && typeof status.message === "string");
}
