import { cast } from "../../base/units.ts";
import type { ApiObject } from "../../api/object.ts";
import type { Response } from "../../api/request.ts";

/** 201 with a bare Success status. */
export const CREATED: Response = {
  ok: true,
  code: 201,
  object: cast<ApiObject>({ kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", code: 201 }),
};
