import { Testing } from "cdktf";
import { agentApis, makeAgents } from "../../../operations/bootstrap/service-agents";
import { BootstrapStack } from "../../../stacks/bootstrap";
import type { StackJson } from "../../../stacks/stack-json";
import { ofTier } from "../../stacks/gke-environments";
import { type FakeGoogle, fakeGoogle } from "./fake-google";

let google: FakeGoogle;

beforeEach(async () => {
  google = await fakeGoogle();
});

afterEach(() => google.close());

const make = (apis: readonly string[]) => makeAgents(google.api, google.project, apis, { pauseMs: 1 });

/** A stack that lets agents use a key. */
const granting = (...domains: readonly string[]) =>
  ({
    resource: {
      google_kms_crypto_key_iam_member: Object.fromEntries(
        domains.map((domain) => [
          domain,
          { member: `serviceAccount:service-\${data.google_project.Project.number}@${domain}.iam.gserviceaccount.com` },
        ]),
      ),
    },
  }) as unknown as StackJson;

describe("agents of Google's services", () => {
  it("are those that the stack gives rights to, and that no API makes when it is switched on", () => {
    const domains = ["gcp-sa-gkebackup", "gcp-sa-cloud-sql", "cloudcomposer-accounts", "compute-system"];
    expect(agentApis(granting(...domains))).toEqual(["composer", "gkebackup", "sqladmin"]);
    expect(agentApis(granting())).toEqual([]);
  });

  it("are known of the real stack", () => {
    const stack = JSON.parse(Testing.synth(new BootstrapStack(Testing.app(), ofTier("prod")))) as StackJson;
    expect(agentApis(stack)).toEqual(expect.arrayContaining(["artifactregistry", "gkebackup"]));
  });

  it("are made one by one, once their APIs are on", async () => {
    await make(["gkebackup", "artifactregistry"]);
    const changes = google.seen.filter(({ method }) => method === "POST");
    expect(changes.map(({ path }) => path)).toEqual([
      `/v1/projects/${google.project}/services:batchEnable`,
      `/v1beta1/projects/${google.project}/services/gkebackup.googleapis.com:generateServiceIdentity`,
      `/v1beta1/projects/${google.project}/services/artifactregistry.googleapis.com:generateServiceIdentity`,
    ]);
  });

  it("asks for no more than twenty APIs at a time", async () => {
    await make(Array.from({ length: 21 }, (_, index) => `api${index}`));
    const batches = google.seen.filter(({ path }) => path.endsWith(":batchEnable")).map(({ body }) => JSON.parse(body));
    expect(batches.map(({ serviceIds }: { serviceIds: string[] }) => serviceIds.length)).toEqual([20, 1]);
  });

  it("says what Google could not do", async () => {
    google.operation = { error: { message: "quota" } };
    await expect(make(["gkebackup"])).rejects.toThrow("Google could not do it: quota; run again");
  });
});
