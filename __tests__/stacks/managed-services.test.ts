import { readEnvironment } from "../../environments/schema";
import { managedServices } from "../../stacks/managed-services";
import { type GkeEnvironment, isGke } from "../../stacks/platform-stack";
import everyService from "../fixtures/environments/valid/gke-every-analytics-service";
import { ofTier } from "./gke-environments";

/** Of whom alerts are told, unless a test says so: a person. */
const channels = { platform: { kind: "email", address: "platform@example.com" } };

/** An environment of the tier dev, whose topics are those that it asks for. */
function withGoogle(google: object): GkeEnvironment {
  const target = { ...everyService.target, tier: "dev" };
  const { environment, problems } = readEnvironment({
    ...everyService,
    target,
    google: { observability: { channels }, ...google },
  });
  if (!environment || !isGke(environment)) {
    throw new Error(JSON.stringify(problems));
  }
  return environment;
}

const withAnalytics = (analytics: object) => withGoogle({ analytics });

describe("managedServices", () => {
  it("are none in an environment that asks for none, whose agents are not there", () => {
    expect([...managedServices(withGoogle({}))]).toEqual([]);
  });

  it("are those that an environment asks for", () => {
    expect([...managedServices(withAnalytics(everyService.google.analytics))].sort()).toEqual([
      "airflow-connections",
      "composer",
      "metastore",
      "topics",
      "vertex",
      "workbench",
    ]);
  });

  it("have topics where something is inspected, and no secrets where Airflow has no connection with one", () => {
    expect([...managedServices(withAnalytics({ inspection: {} }))]).toEqual(["topics"]);
    expect([...managedServices(withAnalytics({ composer: {} }))].sort()).toEqual(["composer", "topics"]);
  });

  it.each([
    ["upgrades", { cluster: { upgradeNotices: true } }],
    ["alerts", { observability: { channels: { machines: { kind: "pubsub" } } } }],
    ["security findings, which an organization has", { organization: { id: "123456789012", domain: "example.com" } }],
  ])("have notices where a topic tells of %s", (_, google) => {
    expect([...managedServices(withGoogle(google))]).toEqual(["notices"]);
  });

  it("have no notices of security findings where nobody wants them", () => {
    const organization = { id: "123456789012", domain: "example.com" };
    expect([...managedServices(withGoogle({ organization, perimeter: { findings: false } }))]).toEqual([]);
  });

  it("let Pub/Sub use its key in staging and prod, which have one", () => {
    for (const tier of ["staging", "prod"] as const) expect(managedServices(ofTier(tier)).has("notices")).toBe(true);
  });
});
