import type { Response } from "../../api/request.ts";
import type { StatusReason } from "../../api/status.ts";
import type { StepReply, StepResult } from "./step-program.ts";

/** True when the answer is a refusal for that reason. */
export function refused(reply: StepReply | undefined, reason: StatusReason): boolean {
  return reply !== undefined && !reply.response.ok && reply.response.status.reason === reason;
}

/** How kubectl prints a refusal. */
export function failure(response: Response | undefined): StepResult {
  if (response === undefined || response.ok) return { ok: false, message: "error: no answer" };
  const { message, reason } = response.status;
  return {
    ok: false,
    message: `Error from server${reason === undefined || reason === "" ? "" : ` (${reason})`}: ${message ?? ""}`,
  };
}

/** The step has done its work. */
export function success(message: string): StepResult {
  return { ok: true, message };
}
