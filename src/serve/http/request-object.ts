import { isObject } from "../../apiserver/patch/merge.ts";
import type { HttpRequest } from "../../apiserver/http/http.ts";

/** The object in a request's body; an empty one when there is none. */
export function requestObject({ body, text }: HttpRequest): { readonly [field: string]: unknown } {
  if (text === undefined) return isObject(body) ? body : {};
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}
