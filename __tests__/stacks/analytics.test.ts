import { Testing } from "cdktf";
import { AnalyticsStack } from "../../stacks/analytics";
import { all, documentOf, only } from "../constructs/gke/synthesized";
import { gkeEnvironments, ofTier } from "./gke-environments";

describe("AnalyticsStack", () => {
  it("has a dataset and three buckets in the region of the environment", () => {
    const stack = new AnalyticsStack(Testing.app(), ofTier("dev"));
    const { project } = ofTier("dev").target;
    expect(only(stack, "google_bigquery_dataset")).toMatchObject({
      dataset_id: "gke_dev_analytics",
      location: "europe-west1",
    });
    expect(stack.outputs).toEqual({
      dataset: "gke_dev_analytics",
      lakeBucket: `${project}-gke-dev-lake`,
      stagingBucket: `${project}-gke-dev-staging`,
      backupBucket: `${project}-gke-dev-backup`,
    });
    expect(all(stack, "google_storage_bucket").map(({ name }) => name)).toEqual([
      `${project}-gke-dev-backup`,
      `${project}-gke-dev-lake`,
      `${project}-gke-dev-staging`,
    ]);
  });

  it("keeps every bucket private and versioned", () => {
    for (const environment of gkeEnvironments) {
      const buckets = all(new AnalyticsStack(Testing.app(), environment), "google_storage_bucket");
      expect(buckets).toHaveLength(3);
      for (const bucket of buckets) {
        expect(bucket).toMatchObject({
          uniform_bucket_level_access: true,
          public_access_prevention: "enforced",
          versioning: { enabled: true },
        });
      }
    }
  });

  it("loses no data by a plan, but where the environment allows it", () => {
    for (const environment of gkeEnvironments) {
      const stack = new AnalyticsStack(Testing.app(), environment);
      const kept = !environment.allowDestroy;
      expect(only(stack, "google_bigquery_dataset")).toMatchObject({
        delete_contents_on_destroy: !kept,
        lifecycle: { prevent_destroy: kept },
      });
      for (const bucket of all(stack, "google_storage_bucket")) {
        expect(bucket).toMatchObject({ force_destroy: !kept, lifecycle: { prevent_destroy: kept } });
      }
    }
  });

  it("lets only what is on its way in expire", () => {
    const buckets = all(new AnalyticsStack(Testing.app(), ofTier("prod")), "google_storage_bucket");
    const expiring = buckets.filter(({ lifecycle_rule: rules }) => JSON.stringify(rules).includes('"LIVE"'));
    expect(expiring.map(({ name }) => name)).toEqual([`${ofTier("prod").target.project}-gke-prod-staging`]);
  });

  it("reads no data, so that it can be planned with no cloud", () => {
    expect(documentOf(new AnalyticsStack(Testing.app(), ofTier("dev"))).data).toBeUndefined();
  });
});
