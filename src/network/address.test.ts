import { describe, expect, it } from "vitest";
import { canonicalIp, cidrContains, netMatches, parseCidr, parseIp, printCidr } from "./address.ts";

describe("address", () => {
  it.each([
    ["FD00:10:96:0::AB", "fd00:10:96::ab"],
    ["10.0.0.1", "10.0.0.1"],
    ["010.0.0.01", "10.0.0.1"],
    ["::ffff:10.0.0.1", "10.0.0.1"],
    ["1:0:0:2:0:0:0:3", "1:0:0:2::3"],
    ["1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7"],
    ["::", "::"],
    ["::1", "::1"],
    ["no address", "no address"],
  ])("%s is printed as %s", (text, printed) => {
    expect(canonicalIp(text)).toBe(printed);
  });

  it("a network is printed without its host bits", () => {
    const cidr = parseCidr("192.0.2.77/24");
    expect(cidr && printCidr(cidr)).toBe("192.0.2.0/24");
    expect(parseCidr("192.0.2.0/33")).toBeUndefined();
    expect(parseCidr("192.0.2.0")).toBeUndefined();
  });

  it("a network contains addresses of its own family with its prefix", () => {
    const cidr = parseCidr("fd00:10:244::/56");
    const inside = parseIp("fd00:10:244:ff::1");
    const v4 = parseIp("10.244.0.1");
    expect(cidr && inside && cidrContains(cidr, inside)).toBe(true);
    expect(cidr && v4 && cidrContains(cidr, v4)).toBe(false);
    expect(netMatches("10.244.0.0/15", "10.245.255.255")).toBe(true);
    expect(netMatches("10.244.0.0/15", "10.246.0.0")).toBe(false);
  });
});
