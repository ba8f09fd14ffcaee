import { describe, expect, it } from "vitest";
import { cast } from "../../base/units.ts";
import { timestamp } from "../../base/time.ts";
import type { ApiObject } from "../../api/object.ts";
import { humanDuration } from "./human-duration.ts";
import { PRINTERS } from "./printers.ts";
import { tableOfObject } from "./table.ts";

const SECOND = 1000;
const POD = cast<ApiObject>({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "p", namespace: "t", uid: "u", resourceVersion: "7", creationTimestamp: timestamp(0) },
  spec: { containers: [{ name: "c", image: "nginx" }] },
  status: {
    phase: "Running",
    containerStatuses: [
      {
        name: "c",
        image: "nginx",
        imageID: "",
        ready: false,
        restartCount: 3,
        state: { waiting: { reason: "CrashLoopBackOff" } },
        lastState: { terminated: { exitCode: 1, finishedAt: timestamp(60 * SECOND) } },
      },
    ],
  },
});

describe("Table", () => {
  it("prints ages as kubectl does", () => {
    const ages = [0, 119, 120, 150, 3600, 10_800, 11_000, 172_800, 180_000, 700_000].map((s) =>
      humanDuration(s * SECOND),
    );
    expect(ages).toEqual(["0s", "119s", "2m", "2m30s", "60m", "3h", "3h3m", "2d", "2d2h", "8d"]);
  });

  it("tells why a pod waits and when it restarted last", () => {
    expect(PRINTERS["Pod"]?.(POD, 120 * SECOND)).toEqual([
      "p",
      "0/1",
      "CrashLoopBackOff",
      "3 (60s ago)",
      "2m",
      "<none>",
      "<none>",
      "<none>",
      "<none>",
    ]);
  });

  it("names its columns once in a watch and carries what was asked of the object", () => {
    const options = { apiVersion: "meta.k8s.io/v1", now: 0, includeObject: "None", headers: false } as const;
    expect(tableOfObject(POD, options)).toMatchObject({ columnDefinitions: null, rows: [{ object: null }] });
    const named = tableOfObject(POD, { ...options, headers: true, includeObject: "Metadata" });
    expect(named).toMatchObject({ rows: [{ object: { kind: "PartialObjectMetadata", metadata: { name: "p" } } }] });
    expect(named["columnDefinitions"]).toHaveLength(9);
  });
});
