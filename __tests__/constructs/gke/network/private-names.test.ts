import { type GoogleApisAccess, PrivateNames } from "../../../../constructs/gke/network/private-names";
import { all, emptyStack, only } from "../synthesized";

function names(access: GoogleApisAccess = "private") {
  const stack = emptyStack();
  new PrivateNames(stack, "Names", { project: "example-dev", prefix: "gke-dev", network: "the-network", access });
  return stack;
}

const records = (access?: GoogleApisAccess) =>
  Object.fromEntries(
    all(names(access), "google_dns_record_set").map(({ name, type, rrdatas }) => [`${name} ${type}`, rrdatas]),
  );

describe("PrivateNames", () => {
  it("leads to addresses that serve every API", () => {
    const addresses = ["199.36.153.8", "199.36.153.9", "199.36.153.10", "199.36.153.11"];
    expect(records()).toEqual({
      "private.googleapis.com. A": addresses,
      "*.googleapis.com. CNAME": ["private.googleapis.com."],
      "pkg.dev. A": addresses,
      "*.pkg.dev. CNAME": ["pkg.dev."],
      "gcr.io. A": addresses,
      "*.gcr.io. CNAME": ["gcr.io."],
    });
  });

  it("leads to those of a perimeter where it is enforced", () => {
    expect(records("restricted")).toMatchObject({
      "restricted.googleapis.com. A": ["199.36.153.4", "199.36.153.5", "199.36.153.6", "199.36.153.7"],
      "*.googleapis.com. CNAME": ["restricted.googleapis.com."],
    });
  });

  it("says so to this network alone", () => {
    const zones = all(names(), "google_dns_managed_zone");
    expect(zones).toHaveLength(3);
    for (const zone of zones) {
      expect(zone).toMatchObject({
        visibility: "private",
        private_visibility_config: { networks: [{ network_url: "the-network" }] },
      });
    }
  });

  it("logs every question of the network", () => {
    expect(only(names(), "google_dns_policy")).toMatchObject({
      enable_logging: true,
      networks: [{ network_url: "the-network" }],
    });
  });
});
