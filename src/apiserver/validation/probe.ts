import type { Container, LifecycleHandler, Probe } from "../../api/types/core-v1.ts";
import type { FieldErrors } from "../field-errors.ts";
import { notNegative, oneOf, portNumber, portReference } from "./common.ts";

type Handler = Pick<Probe, "exec" | "httpGet" | "tcpSocket" | "grpc"> & Pick<LifecycleHandler, "sleep">;

const PROBE_NUMBERS = [
  "initialDelaySeconds",
  "timeoutSeconds",
  "periodSeconds",
  "successThreshold",
  "failureThreshold",
] as const;

/** Validates a probe. */
export function probe(value: Probe | undefined, at: string, errors: FieldErrors): void {
  if (value === undefined) return;
  handler(value, at, errors);
  for (const field of PROBE_NUMBERS) notNegative(value[field], `${at}.${field}`, errors);
  const grace = value.terminationGracePeriodSeconds;
  if (grace !== undefined && grace <= 0)
    errors.invalid(`${at}.terminationGracePeriodSeconds`, grace, "must be greater than 0");
}

/** Validates what runs before a stop or after a start. */
export function lifecycle(value: Container["lifecycle"], at: string, errors: FieldErrors, graceSeconds: number): void {
  for (const hook of ["postStart", "preStop"] as const) {
    const found = value?.[hook];
    if (found === undefined) continue;
    handler(found, `${at}.${hook}`, errors);
    const seconds = found.sleep?.seconds;
    if (seconds !== undefined && (seconds < 0 || seconds > graceSeconds))
      errors.invalid(
        `${at}.${hook}.sleep`,
        seconds,
        `must be non-negative and less than terminationGracePeriodSeconds (${graceSeconds})`,
      );
  }
}

/** Validates a handler: exactly one of its kinds. */
export function handler(value: Handler, at: string, errors: FieldErrors): void {
  let count = 0;
  const one = (field: string, check: () => void): void => {
    count += 1;
    if (count > 1) errors.forbidden(`${at}.${field}`, "may not specify more than 1 handler type");
    else check();
  };
  const { exec, httpGet, tcpSocket, grpc, sleep } = value;
  if (exec !== undefined)
    one("exec", () => {
      if ((exec.command?.length ?? 0) === 0) errors.required(`${at}.exec.command`);
    });
  if (httpGet !== undefined)
    one("httpGet", () => {
      if ((httpGet.path ?? "") === "") errors.required(`${at}.httpGet.path`);
      portReference(httpGet.port, `${at}.httpGet.port`, errors);
      oneOf(httpGet.scheme, ["HTTP", "HTTPS"], `${at}.httpGet.scheme`, errors);
      for (const { name } of httpGet.httpHeaders ?? [])
        if (!/^[-A-Za-z0-9]+$/.test(name))
          errors.invalid(
            `${at}.httpGet.httpHeaders`,
            name,
            "a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')",
          );
    });
  if (tcpSocket !== undefined) one("tcpSocket", () => portReference(tcpSocket.port, `${at}.tcpSocket.port`, errors));
  if (grpc !== undefined) one("grpc", () => portNumber(grpc.port ?? 0, `${at}.grpc.port`, errors));
  if (sleep !== undefined) one("sleep", () => undefined);
  if (count === 0) errors.required(at, "must specify a handler type");
}
