import { AnalyticsDataset } from "../../../../constructs/gke/analytics/dataset";
import { emptyStack, only } from "../synthesized";

const place = { project: "example-dev", datasetId: "gke_dev_sales", location: "europe-west1", description: "Sales" };

function dataset(access?: ConstructorParameters<typeof AnalyticsDataset>[2]["access"]) {
  const stack = emptyStack();
  return { stack, made: new AnalyticsDataset(stack, "Sales", { ...place, access, allowDestroy: false }) };
}

describe("AnalyticsDataset", () => {
  it("is read by those who are named, and neither by editors nor by viewers of the project", () => {
    const { stack, made } = dataset([{ member: "group:data@example.com", role: "reader" }]);
    made.grant("writer", "serviceAccount:loader@example-dev.iam.gserviceaccount.com");
    expect(only(stack, "google_bigquery_dataset").access).toEqual([
      { role: "OWNER", special_group: "projectOwners" },
      { role: "READER", group_by_email: "data@example.com" },
      { role: "WRITER", user_by_email: "loader@example-dev.iam.gserviceaccount.com" },
    ]);
  });

  it("has a list of its own even where nobody is named, as Google would make one", () => {
    expect(only(dataset().stack, "google_bigquery_dataset").access).toEqual([
      { role: "OWNER", special_group: "projectOwners" },
    ]);
  });

  it("counts a grant once, however often it is given", () => {
    const { stack, made } = dataset();
    made.grant("reader", "user:a@example.com");
    made.grant("reader", "user:a@example.com");
    expect(only(stack, "google_bigquery_dataset").access).toHaveLength(2);
  });

  it.each(["allUsers", "allAuthenticatedUsers", "domain:example.com", "projectViewer:example-dev"])(
    "refuses %s",
    (member) => {
      expect(() => dataset([{ member, role: "reader" }])).toThrow(`"${member}" cannot have access to a dataset`);
    },
  );
});
