import { Testing } from "cdktf";
import { type Environment, readEnvironment } from "../../environments/schema";
import { ObservabilityStack } from "../../stacks/observability";
import { type GkeEnvironment, isGke } from "../../stacks/platform-stack";
import { all, documentOf, only } from "../constructs/gke/synthesized";
import watched from "../fixtures/environments/valid/gke-watched-and-surrounded";
import { gkeEnvironments, ofTier } from "./gke-environments";

function gke(input: unknown): GkeEnvironment {
  const environment: Environment | undefined = readEnvironment(input).environment;
  if (!environment || !isGke(environment)) {
    throw new Error("the environment is not one in Google Cloud");
  }
  return environment;
}

const made = (environment: GkeEnvironment, healingTopic?: string) =>
  new ObservabilityStack(Testing.app(), environment, { healingTopic });

describe("ObservabilityStack", () => {
  it("acts as the identity of its own environment", () => {
    const { variable } = JSON.parse(Testing.synth(made(ofTier("prod")))) as {
      variable: { deployer: { default: string } };
    };
    expect(variable.deployer.default).toBe(`gke-prod-apply@${ofTier("prod").target.project}.iam.gserviceaccount.com`);
  });

  it("has a dashboard per layer and an alert for each of the same things, in every environment", () => {
    expect(gkeEnvironments).toHaveLength(3);
    for (const environment of gkeEnvironments) {
      const stack = made(environment);
      expect(all(stack, "google_monitoring_dashboard")).toHaveLength(7);
      expect(all(stack, "google_monitoring_alert_policy").length).toBeGreaterThan(25);
    }
  });

  it("asks Google one question, and only once something of its own is there (TF-11)", () => {
    const { data = {} } = documentOf(made(ofTier("staging")));
    expect(data).toEqual({
      google_project: {
        Project: {
          depends_on: ["google_logging_project_bucket_config.Logs_Audit"],
          project_id: ofTier("staging").target.project,
        },
      },
    });
  });

  it("encrypts logs with the environment's own key where it has keys", () => {
    const keys = (tier: "dev" | "prod") =>
      all(made(ofTier(tier)), "google_logging_project_bucket_config").map(({ cmek_settings: settings }) => settings);
    expect(keys("dev")).toEqual([undefined, undefined]);
    for (const settings of keys("prod")) {
      expect(settings).toMatchObject({
        kms_key_name: expect.stringMatching(/keyRings\/gke-prod-platform\/cryptoKeys\/logs$/),
      });
    }
  });

  it("sends what can be healed to the DAG, where there is one and nobody has said no", () => {
    const topic = "projects/example/topics/healing";
    const healing = (environment: GkeEnvironment, given?: string) =>
      all(made(environment, given), "google_monitoring_notification_channel").filter(
        ({ labels }) => JSON.stringify(labels) === JSON.stringify({ topic }),
      );
    expect(healing(ofTier("dev"))).toEqual([]);
    expect(healing(ofTier("dev"), topic)).toHaveLength(1);
    expect(healing(gke(watched), topic)).toEqual([]);
  });

  it("has what an environment says: pages, limits, days, a budget", () => {
    const stack = made(gke(watched));
    expect(only(stack, "google_monitoring_uptime_check_config")).toMatchObject({
      monitored_resource: { labels: { host: "trino.example.com" } },
    });
    expect(only(stack, "google_billing_budget")).toMatchObject({
      billing_account: "012345-6789AB-CDEF01",
      amount: { specified_amount: { units: "12000" } },
    });
    expect(only(stack, "google_monitoring_slo")).toMatchObject({ goal: 0.9995 });
    const alerts = all(stack, "google_monitoring_alert_policy");
    expect(JSON.stringify(alerts)).toContain("More than 5 restarts in 15 minutes");
    expect(JSON.stringify(alerts)).toContain("https://wiki.example.com/alerts#volume-is-nearly-full");
    expect(alerts.map(({ display_name: name }) => name)).toContain("gke-prod: Certificate of a public page runs out");
  });

  it("makes no budget without one being asked for", () => {
    const environment = ofTier("prod");
    const { budget: _, ...observability } = environment.google.observability;
    expect(
      all(made({ ...environment, google: { ...environment.google, observability } }), "google_billing_budget"),
    ).toEqual([]);
  });
});
