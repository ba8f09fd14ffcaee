import type { PodSecurityContext, PodSpec, SecurityContext } from "../../api/types/core-v1.ts";
import type { FieldErrors } from "../field-errors.ts";
import { oneOf } from "./common.ts";

const ID_RANGE = "must be between 0 and 2147483647, inclusive";
const ID_MAX = 2_147_483_647;

function id(value: number | undefined, at: string, errors: FieldErrors): void {
  if (value !== undefined && (value < 0 || value > ID_MAX)) errors.invalid(at, value, ID_RANGE);
}

/** Validates the security context of a container. */
export function containerSecurity(value: SecurityContext | undefined, at: string, errors: FieldErrors): void {
  if (value === undefined) return;
  id(value.runAsUser, `${at}.runAsUser`, errors);
  id(value.runAsGroup, `${at}.runAsGroup`, errors);
  profiles(value, at, errors);
  oneOf(value.procMount, ["Default", "Unmasked"], `${at}.procMount`, errors);
  if (value.allowPrivilegeEscalation !== false) return;
  if (value.privileged === true)
    errors.invalid(at, value, "cannot set `allowPrivilegeEscalation` to false and `privileged` to true");
  if (value.capabilities?.add?.includes("CAP_SYS_ADMIN") === true)
    errors.invalid(at, value, "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN");
}

function profiles(value: SecurityContext | PodSecurityContext, at: string, errors: FieldErrors): void {
  profile(value.seccompProfile, `${at}.seccompProfile`, "seccomp", errors);
  profile(value.appArmorProfile, `${at}.appArmorProfile`, "AppArmor", errors);
}

function profile(
  value: { readonly type: string; readonly localhostProfile?: string } | undefined,
  at: string,
  what: string,
  errors: FieldErrors,
): void {
  if (value === undefined) return;
  if (value.type === "Localhost") {
    if ((value.localhostProfile ?? "") === "")
      errors.required(`${at}.localhostProfile`, `must be set when ${what} type is Localhost`);
  } else if (value.localhostProfile !== undefined) {
    errors.invalid(`${at}.localhostProfile`, value.localhostProfile, `can only be set when ${what} type is Localhost`);
  }
  oneOf(value.type, ["Localhost", "RuntimeDefault", "Unconfined"], `${at}.type`, errors);
}

const SYSCTL = /^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$/;

/** Validates the security context of a pod. */
export function podSecurity(spec: PodSpec, at: string, errors: FieldErrors): void {
  const value = spec.securityContext;
  if (value === undefined) return;
  id(value.fsGroup, `${at}.fsGroup`, errors);
  id(value.runAsUser, `${at}.runAsUser`, errors);
  id(value.runAsGroup, `${at}.runAsGroup`, errors);
  for (const [i, group] of (value.supplementalGroups ?? []).entries())
    id(group, `${at}.supplementalGroups[${i}]`, errors);
  for (const [i, { name }] of (value.sysctls ?? []).entries()) {
    if ((name ?? "") === "") errors.required(`${at}.sysctls[${i}].name`);
    else if (name.length > 253 || !SYSCTL.test(name))
      errors.invalid(
        `${at}.sysctls[${i}].name`,
        name,
        "must have at most 253 characters and match regex ^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$",
      );
    else if (spec.hostNetwork === true && name.startsWith("net."))
      errors.invalid(`${at}.sysctls[${i}].name`, name, "may not be specified when 'hostNetwork' is true");
  }
  oneOf(value.fsGroupChangePolicy, ["Always", "OnRootMismatch"], `${at}.fsGroupChangePolicy`, errors);
  profiles(value, at, errors);
}
