import type { Pod } from "../../api/types/core-v1.ts";
import type { FieldErrors } from "../field-errors.ts";
import { isIp } from "./common.ts";

const FORM = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";

/** Validates the addresses that a kubelet reports: one for each family, the first the same as the single one. */
export function podStatusAddresses({ status }: Pod, errors: FieldErrors): void {
  addresses((status?.podIPs ?? []).map(textOf), "status.podIPs", errors);
  const hosts = (status?.hostIPs ?? []).map(textOf);
  const [first] = hosts;
  if (first !== undefined && first !== (status?.hostIP ?? ""))
    errors.invalid("status.hostIPs[0].ip", first, "must be equal to `hostIP`");
  addresses(hosts, "status.hostIPs", errors);
}

function textOf(one: { readonly ip?: string } | null): string {
  return one?.ip ?? "";
}

function addresses(list: readonly string[], field: string, errors: FieldErrors): void {
  for (const [i, ip] of list.entries()) if (!isIp(ip)) errors.invalid(`${field}[${i}]`, ip, FORM);
  if (list.length <= 1) return;
  const broken = list.findIndex((ip) => !isIp(ip));
  if (broken >= 0)
    errors.internal(field, `failed to check for dual stack with error:invalid IP[${broken}]: ${list[broken] ?? ""}`);
  const families = new Set(list.map((ip) => ip.includes(":")));
  if (broken >= 0 || list.length > 2 || families.size < 2)
    errors.invalid(
      field,
      list.map((IP) => ({ IP })),
      "may specify no more than one IP for each IP family",
    );
}
