import { judge, readCheckov, readTrivy, type ScannerFinding, scannerWaivers } from "../../../policies/scanners";

const finding = (changes: Partial<ScannerFinding> = {}): ScannerFinding => ({
  scanner: "checkov",
  check: "CKV_GCP_62",
  stack: "gke-prod-cluster",
  address: "google_storage_bucket.Lake",
  title: "Bucket should log access",
  ...changes,
});
const waiver = (changes: object = {}) => ({
  scanner: "checkov" as const,
  check: "CKV_GCP_62",
  addresses: ["google_storage_bucket.Lake"],
  reason: "because",
  ...changes,
});

describe("findings of scanners", () => {
  it("fail without a waiver", () => {
    expect(judge([finding()], ["checkov"], [])).toEqual({ failed: [finding()], waived: [], unused: [] });
  });

  it.each([
    ["of the address", {}],
    ["of all addresses that begin alike", { addresses: ["google_storage_bucket.*"] }],
    ["of several addresses", { addresses: ["google_storage_bucket.Other", "google_storage_bucket.Lake"] }],
    ["of one layer", { stacks: ["*-cluster"] }],
    ["of one environment", { stacks: ["gke-prod-*"] }],
    ["of one stack", { stacks: ["gke-prod-cluster"] }],
  ])("are waived by a waiver %s", (_, changes) => {
    const { failed, waived } = judge([finding()], ["checkov"], [waiver(changes)]);
    expect(failed).toEqual([]);
    expect(waived).toEqual([{ ...finding(), reason: "because" }]);
  });

  it.each([
    ["another check", { check: "CKV_GCP_63" }],
    ["another scanner", { scanner: "trivy" }],
    ["another address", { addresses: ["google_storage_bucket.Lakes"] }],
    ["the beginning of the address", { addresses: ["google_storage_bucket.La"] }],
    ["another text where a dot is", { addresses: ["google_storage_bucket_Lake", "googlexstorage_bucket.Lake"] }],
    ["another layer", { stacks: ["*-network"] }],
    ["another environment", { stacks: ["gke-dev-*"] }],
    ["the end of the stack's name", { stacks: ["prod-cluster"] }],
  ])("are not waived by a waiver for %s", (_, changes) => {
    const { failed, unused } = judge([finding()], ["checkov", "trivy"], [waiver(changes)]);
    expect(failed).toEqual([finding()]);
    expect(unused.length).toBeGreaterThan(0);
  });

  it("say which address and which stack of a waiver excuses nothing", () => {
    const more = waiver({
      addresses: ["google_storage_bucket.Lake", "google_storage_bucket.Gone"],
      stacks: ["gke-prod-cluster", "gke-dev-cluster"],
    });
    expect(judge([finding()], ["checkov"], [more]).unused).toEqual([
      { scanner: "checkov", check: "CKV_GCP_62", what: "google_storage_bucket.Gone" },
      { scanner: "checkov", check: "CKV_GCP_62", what: "gke-dev-cluster" },
    ]);
  });

  it("leave a waiver alone whose scanner did not run", () => {
    expect(judge([], ["checkov"], [waiver({ scanner: "trivy" })]).unused).toEqual([]);
  });

  it("are waived with a reason that says something", () => {
    expect(scannerWaivers.length).toBeGreaterThan(0);
    for (const { reason } of scannerWaivers) expect(reason.length).toBeGreaterThan(20);
  });
});

describe("reports of scanners", () => {
  const checkov = (parsingErrors: number) =>
    JSON.stringify({
      check_type: "terraform_json",
      summary: { passed: 3, failed: 1, parsing_errors: parsingErrors },
      results: {
        failed_checks: [
          {
            check_id: "CKV_GCP_62",
            check_name: "Bucket should log access",
            file_path: "/gke-prod-cluster/main.tf",
            resource: "google_storage_bucket.Lake",
          },
        ],
      },
    });

  it("of Checkov are read", () => {
    expect(readCheckov(checkov(0))).toEqual({ made: 4, findings: [finding()] });
  });

  it("of Checkov are refused when it could not parse a stack", () => {
    expect(() => readCheckov(checkov(2))).toThrow("Checkov could not parse 2 of the stacks");
  });

  it("of Trivy are read", () => {
    const cause = { Resource: "google_storage_bucket.Lake" };
    const text = JSON.stringify({
      Results: [
        { Target: ".", MisconfSummary: { Successes: 0, Failures: 0 } },
        {
          Target: "gke-prod-cluster/main.tf",
          MisconfSummary: { Successes: 5, Failures: 1 },
          Misconfigurations: [
            { ID: "GCP-0066", Title: "Own key", Status: "FAIL", CauseMetadata: cause },
            { ID: "GCP-0001", Title: "Not public", Status: "PASS", CauseMetadata: cause },
          ],
        },
      ],
    });
    expect(readTrivy(text)).toEqual({
      made: 6,
      findings: [finding({ scanner: "trivy", check: "GCP-0066", title: "Own key" })],
    });
  });

  it("of Trivy are refused when it left a stack out, of which the report says nothing", () => {
    const log =
      '2026-01-01T00:00:00Z\tERROR\t[terraform parser] Error parsing file\tmodule="root" file_path="kind-vault/main.tf" cause="" err="x"';
    expect(() => readTrivy("{}", `${log}\n${log}`)).toThrow("Trivy could not parse kind-vault");
    expect(readTrivy("{}", "INFO Detected config files num=3")).toEqual({ made: 0, findings: [] });
  });

  it("name stacks and addresses as waivers do", () => {
    // As Checkov 3.3.30 prints it with --compact, without what is null.
    const text = JSON.stringify({
      check_type: "terraform",
      summary: { passed: 1523, failed: 1, skipped: 0, parsing_errors: 0, resource_count: 2382 },
      results: {
        failed_checks: [
          {
            check_id: "CKV_GCP_12",
            check_name: "Ensure Network Policy is enabled on Kubernetes Engine Clusters",
            check_result: { result: "FAILED", evaluated_keys: ["network_policy/[0]/enabled"] },
            file_path: "/gke-dev-cluster/main.tf",
            file_line_range: [40, 170],
            resource: "google_container_cluster.Cluster",
            check_class: "checkov.terraform.checks.resource.gcp.GKENetworkPolicyEnabled",
            details: [],
          },
        ],
      },
    });
    const { failed, waived } = judge(readCheckov(text).findings, ["checkov"]);
    expect(failed).toEqual([]);
    expect(waived).toMatchObject([{ stack: "gke-dev-cluster", address: "google_container_cluster.Cluster" }]);
  });

  it("are no reports when they are something else", () => {
    expect(() => readCheckov("[]")).toThrow();
    expect(() => readTrivy('{"Results": 3}')).toThrow();
  });
});
