import { Testing } from "cdktf";
import { findExisting, importBlocks } from "../../../operations/bootstrap/existing";
import { BootstrapStack } from "../../../stacks/bootstrap";
import type { StackJson } from "../../../stacks/stack-json";
import { ofTier } from "../../stacks/gke-environments";
import { type FakeGoogle, fakeGoogle } from "./fake-google";

const environment = ofTier("dev");
const stack = JSON.parse(Testing.synth(new BootstrapStack(Testing.app(), environment))) as StackJson;
const { project } = environment.target;
const ring = `projects/${project}/locations/europe-west1/keyRings/gke-dev-platform`;
const bucket = `${project}-gke-dev-tfstate`;

let google: FakeGoogle;

beforeEach(async () => {
  google = await fakeGoogle(project);
});

afterEach(() => google.close());

const find = (off: readonly ("cloudkms" | "iam")[] = []) =>
  findExisting(google.api, stack, { project, number: google.number, off });

describe("what is at Google's side already", () => {
  it("is nothing in an empty project", async () => {
    expect(await find()).toEqual([]);
  });

  it("is asked for by the names that the stack would give", async () => {
    await find();
    const asked = new Set(google.seen.map(({ path }) => path));
    const account = (name: string) =>
      `/v1/projects/${project}/serviceAccounts/gke-dev-${name}@${project}.iam.gserviceaccount.com`;
    const pool = `/v1/projects/${project}/locations/global/workloadIdentityPools/github-gke-dev`;
    for (const path of [
      `/v1/${ring}`,
      `/v1/${ring}/cryptoKeys/state`,
      `/storage/v1/b/${bucket}`,
      account("apply"),
      account("plan"),
      account("images"),
      account("nodes"),
      account("vault"),
      `/v1/projects/${project}/roles/gke_dev_apply_service_accounts`,
      pool,
      `${pool}/providers/github`,
    ]) {
      expect(asked).toContain(path);
    }
    expect([...asked].filter((path) => path.includes("$"))).toEqual([]);
  });

  it("is taken over, also where some of the keys are new", async () => {
    google.things.set(`/v1/${ring}`, {}).set(`/v1/${ring}/cryptoKeys/vault-unseal`, {});
    google.things.set(`/storage/v1/b/${bucket}`, { projectNumber: google.number });
    expect(await find()).toEqual([
      { address: "google_kms_crypto_key.Keys_VaultUnseal", id: `${ring}/cryptoKeys/vault-unseal` },
      { address: "google_kms_key_ring.Keys", id: ring },
      { address: "google_storage_bucket.State_Bucket", id: `${project}/${bucket}` },
    ]);
  });

  it("is not asked for where the API is off", async () => {
    await find(["cloudkms", "iam"]);
    expect(google.seen.map(({ path }) => path)).toEqual([`/storage/v1/b/${bucket}`]);
  });

  it("leaves a deleted role to the provider, which brings it back", async () => {
    google.things.set(`/v1/projects/${project}/roles/gke_dev_apply_service_accounts`, { deleted: true });
    expect(await find()).toEqual([]);
  });

  it("is in the way when the bucket is somebody else's", async () => {
    google.things.set(`/storage/v1/b/${bucket}`, { projectNumber: "999" });
    await expect(find()).rejects.toThrow(
      `the bucket ${bucket} belongs to another project than ${project}; name another one in backend.bucket`,
    );
  });

  it("is in the way when a deleted pool keeps its name", async () => {
    const pool = `projects/${project}/locations/global/workloadIdentityPools/github-gke-dev`;
    google.things.set(`/v1/${pool}`, { state: "DELETED" });
    await expect(find()).rejects.toThrow(
      `${pool} was deleted and keeps its name for 30 days; gcloud iam workload-identity-pools undelete ${pool}`,
    );
  });
});

it("is told to Terraform as imports", () => {
  expect(JSON.parse(importBlocks([{ address: "google_kms_key_ring.Keys", id: ring }]))).toEqual({
    import: [{ to: "google_kms_key_ring.Keys", id: ring }],
  });
});
