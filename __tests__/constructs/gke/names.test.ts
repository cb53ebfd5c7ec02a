import fc from "fast-check";
import { bootstrapAddresses, cryptoKeyId, platformKeys, serviceAccountEmail } from "../../../constructs/gke/addresses";
import { gcpName } from "../../../constructs/gke/names";
import { PlatformError } from "../../../constructs/terraform/platform-error";
import { emptyStack } from "./synthesized";

const label = fc.stringMatching(/^[a-z][a-z0-9]{0,40}$/);

describe("gcpName", () => {
  it("joins the parts with the separator of the product", () => {
    expect(gcpName(emptyStack(), "network", "gke-dev", "nodes")).toBe("gke-dev-nodes");
    expect(gcpName(emptyStack(), "dataset", "gke-dev", "analytics")).toBe("gke_dev_analytics");
  });

  it("refuses a name that is too long and says how long it may be", () => {
    const account = () => gcpName(emptyStack(), "service-account", "a-rather-long-environment", "nodes");
    expect(account).toThrow(PlatformError);
    expect(account).toThrow(
      'the service-account name "a-rather-long-environment-nodes" has 31 characters, 6 to 30 are allowed',
    );
  });

  it("refuses a name that is too short", () => {
    expect(() => gcpName(emptyStack(), "service-account", "a", "b")).toThrow("has 3 characters, 6 to 30 are allowed");
  });

  it.each(["Upper", "under_score", "-first", "last-", "9digit"])("refuses %s as the name of a network", (name) => {
    expect(() => gcpName(emptyStack(), "network", name)).toThrow("use lower-case letters, digits and hyphens");
  });

  it("either keeps every part whole or throws", () => {
    const stack = emptyStack();
    fc.assert(
      fc.property(label, label, (one, two) => {
        const length = one.length + two.length + 1;
        if (length > 40) {
          expect(() => gcpName(stack, "cluster", one, two)).toThrow(PlatformError);
        } else {
          expect(gcpName(stack, "cluster", one, two)).toBe(`${one}-${two}`);
        }
      }),
    );
  });

  it("has room for an environment of 20 characters in every name of the platform", () => {
    const environment = "e".repeat(20);
    const stack = emptyStack();
    expect(gcpName(stack, "service-account", environment, "nodes")).toHaveLength(26);
    expect(gcpName(stack, "connector", environment, "vpc")).toHaveLength(24);
    expect(gcpName(stack, "bucket", "p".repeat(30), environment, "recovery")).toHaveLength(60);
    expect(() =>
      bootstrapAddresses(stack, { environment, project: "p".repeat(30), region: "europe-west1" }),
    ).not.toThrow();
  });
});

describe("addresses", () => {
  it("computes the keys and identities of an environment", () => {
    const place = { environment: "gke-dev", project: "example-dev", region: "europe-west1" };
    const { keys, ...rest } = bootstrapAddresses(emptyStack(), place);
    expect(rest).toEqual({
      keyRing: "gke-dev-platform",
      applyAccount: "gke-dev-apply",
      applyIdentity: "gke-dev-apply@example-dev.iam.gserviceaccount.com",
      planAccount: "gke-dev-plan",
      planIdentity: "gke-dev-plan@example-dev.iam.gserviceaccount.com",
      imagesAccount: "gke-dev-images",
      imagesIdentity: "gke-dev-images@example-dev.iam.gserviceaccount.com",
      vaultAccount: "gke-dev-vault",
      nodesAccount: "gke-dev-nodes",
      workloadPool: "github-gke-dev",
    });
    expect(Object.keys(keys)).toEqual([...platformKeys]);
    for (const [name, key] of Object.entries(keys)) {
      expect(key).toBe(`projects/example-dev/locations/europe-west1/keyRings/gke-dev-platform/cryptoKeys/${name}`);
    }
  });

  it("names no pool as Google names its own, whatever the environment is called", () => {
    const place = { environment: "gcp-one", project: "example-dev", region: "europe-west1" };
    expect(bootstrapAddresses(emptyStack(), place).workloadPool).toBe("github-gcp-one");
    expect(() => gcpName(emptyStack(), "workload-pool", "gcp-one", "github")).toThrow(
      '"gcp-one-github" does not match',
    );
  });

  it("gives two environments of one project different identities and rings", () => {
    const of = (environment: string) =>
      bootstrapAddresses(emptyStack(), { environment, project: "example-dev", region: "europe-west1" });
    expect(of("gke-dev").applyIdentity).not.toBe(of("gke-test").applyIdentity);
    expect(of("gke-dev").keyRing).not.toBe(of("gke-test").keyRing);
  });

  it("writes the email of a project that belongs to a domain the other way round", () => {
    expect(serviceAccountEmail("example.com:shop", "nodes")).toBe("nodes@shop.example.com.iam.gserviceaccount.com");
  });

  it("writes the full name of a key", () => {
    expect(cryptoKeyId({ project: "p", location: "l", keyRing: "r", key: "k" })).toBe(
      "projects/p/locations/l/keyRings/r/cryptoKeys/k",
    );
  });
});
