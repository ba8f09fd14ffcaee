import { expect, test } from "vitest";
import { podAddresses, releaseAddress, takeAddress } from "./pod-addresses.ts";

test("addresses go round robin, are unique while in use, and run out", () => {
  const addresses = podAddresses("10.244.1.0/29");
  const taken = [takeAddress(addresses), takeAddress(addresses), takeAddress(addresses)];
  expect(taken).toEqual(["10.244.1.2", "10.244.1.3", "10.244.1.4"]);
  releaseAddress(addresses, "10.244.1.3");
  expect(takeAddress(addresses)).toBe("10.244.1.5");
  expect(takeAddress(addresses)).toBe("10.244.1.6");
  expect(takeAddress(addresses)).toBe("10.244.1.3");
  expect(takeAddress(addresses)).toBeUndefined();
});
