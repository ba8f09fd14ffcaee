import { timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { TLSSocket } from "node:tls";
import type { User } from "../../api/request.ts";

/** Bearer tokens that the server has handed out, with whom they stand for. */
export type Tokens = ReadonlyMap<string, TokenHolder>;

/** Whom a bearer token stands for, and until when. */
export interface TokenHolder {
  readonly user: User;
  /** Of the service account. */
  readonly uid?: string;
  /** What a review tells besides: the pod and the node that have the token. */
  readonly extra?: { readonly [key: string]: readonly string[] };
  /** Milliseconds since 1970; absent: for ever. */
  readonly expiresAt?: number;
}

/** Who sends a request: a user, nobody ("anonymous"), or somebody whose credentials are not good ("refused"). */
export function authenticate(request: IncomingMessage, tokens: Tokens): User | "anonymous" | "refused" {
  const header = request.headers.authorization;
  if (header !== undefined) {
    const token = /^Bearer +(\S+)$/i.exec(header)?.[1];
    const holder = token === undefined ? undefined : holderOf(tokens, token);
    if (holder === undefined || (holder.expiresAt !== undefined && holder.expiresAt <= Date.now())) return "refused";
    return holder.user;
  }
  const socket = request.socket as Partial<TLSSocket>;
  if (socket.getPeerCertificate === undefined) return "anonymous";
  const certificate = socket.getPeerCertificate();
  if (certificate === null || Object.keys(certificate).length === 0) return "anonymous";
  if (socket.authorized !== true) return "refused";
  const { CN, O } = certificate.subject as { readonly CN?: string; readonly O?: string | readonly string[] };
  if (typeof CN !== "string" || CN === "") return "refused";
  const groups = O === undefined ? [] : typeof O === "string" ? [O] : [...O];
  return { name: CN, groups: [...groups, "system:authenticated"] };
}

/** Looks a token up without telling by its time how much of it was right. */
function holderOf(tokens: Tokens, token: string): TokenHolder | undefined {
  const given = Buffer.from(token);
  for (const [known, holder] of tokens) {
    const expected = Buffer.from(known);
    if (expected.length === given.length && timingSafeEqual(expected, given)) return holder;
  }
  return undefined;
}
