import { describe, expect, it } from "vitest";
import { cast } from "../../base/units.ts";
import type { PodTemplateSpec } from "../../api/types/core-v1.ts";
import { podTemplateHash } from "./hash.ts";
import { printedQuantity } from "./printed-quantity.ts";

const template = cast<PodTemplateSpec>({
  metadata: { labels: { app: "web" } },
  spec: {
    containers: [
      {
        name: "app",
        image: "app:v1",
        resources: {},
        terminationMessagePath: "/dev/termination-log",
        terminationMessagePolicy: "File",
        imagePullPolicy: "IfNotPresent",
      },
    ],
    restartPolicy: "Always",
    terminationGracePeriodSeconds: 30,
    dnsPolicy: "ClusterFirst",
    securityContext: {},
    schedulerName: "default-scheduler",
  },
});

describe("pod-template-hash", () => {
  it("is upstream's for a plain template", () => {
    expect(podTemplateHash(template)).toBe("5d9dc68fdf");
  });

  it("changes with the collision count, also from none to 0", () => {
    expect(new Set([podTemplateHash(template), podTemplateHash(template, 0), podTemplateHash(template, 1)]).size).toBe(
      3,
    );
  });

  it("keeps the text of a canonical quantity and drops that of another", () => {
    expect(printedQuantity("100m")).toContain(
      "value:(int64)100 scale:(resource.Scale)-3} d:(resource.infDecAmount){Dec:(*inf.Dec)<nil>} s:(string)100m",
    );
    expect(printedQuantity("256Mi")).toContain(
      "value:(int64)268435456 scale:(resource.Scale)0} d:(resource.infDecAmount){Dec:(*inf.Dec)<nil>} s:(string) Format:(resource.Format)BinarySI",
    );
  });
});
