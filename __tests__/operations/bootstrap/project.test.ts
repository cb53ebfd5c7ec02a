import { enableServices, inspectProject } from "../../../operations/bootstrap/project";
import { type FakeGoogle, fakeGoogle } from "./fake-google";

let google: FakeGoogle;

beforeEach(async () => {
  google = await fakeGoogle("example-dev-platform-dev");
});

afterEach(() => google.close());

const inspect = () => inspectProject(google.api, google.project);

describe("a look at a project", () => {
  it("finds its number where everything is in order", async () => {
    expect(await inspect()).toEqual({ project: google.project, number: google.number, off: [] });
  });

  it("counts for the project itself, as Google refuses a person's requests that count for none", async () => {
    await inspect();
    expect(google.seen.length).toBeGreaterThan(0);
    expect(google.seen.filter(({ headers }) => headers["x-goog-user-project"] !== google.project)).toEqual([]);
  });

  it("changes nothing", async () => {
    google.off.add("cloudkms");
    await inspect();
    const changes = google.seen.filter(({ method, path }) => method !== "GET" && !path.endsWith(":testIamPermissions"));
    expect(changes).toEqual([]);
  });

  it("says which APIs are off, and asks nothing that needs them", async () => {
    google.off.add("cloudresourcemanager").add("storage");
    expect(await inspect()).toEqual({ project: google.project, off: ["cloudresourcemanager", "storage"] });
    expect(google.seen).toHaveLength(1);
  });

  it("tells a project that is not there from one that is deleted", async () => {
    await expect(inspectProject(google.api, "example-dev-platform-dve")).rejects.toThrow(
      "project example-dev-platform-dve does not exist, or you may not see it (Permission denied on resource project); " +
        "make it with gcloud projects create example-dev-platform-dve, or correct target.project in the environment's file",
    );
    google.lifecycle = "DELETE_REQUESTED";
    await expect(inspect()).rejects.toThrow(
      "project example-dev-platform-dev is DELETE_REQUESTED; bring it back with gcloud projects undelete",
    );
  });

  it("names the rights that are missing, and the roles that bring them", async () => {
    google.denied.add("cloudkms.keyRings.create").add("storage.buckets.create");
    await expect(inspect()).rejects.toThrow(
      "you may not do what a bootstrap of example-dev-platform-dev does; missing: cloudkms.keyRings.create, " +
        "storage.buckets.create; ask an owner of the project for roles/cloudkms.admin, roles/storage.admin",
    );
  });

  it("stops where nobody pays", async () => {
    google.billing = false;
    await expect(inspect()).rejects.toThrow(
      "nobody pays for project example-dev-platform-dev; link an account: gcloud billing projects link",
    );
  });

  it("does not ask for the bill where that API is off", async () => {
    google.billing = false;
    google.off.add("cloudbilling");
    expect((await inspect()).off).toEqual(["cloudbilling"]);
  });
});

describe("switching APIs on", () => {
  it("does it once, and waits until they are", async () => {
    google.off.add("cloudkms").add("iam");
    await enableServices(google.api, await inspect(), { pauseMs: 1 });
    expect((await inspect()).off).toEqual([]);
    const asked = google.seen.filter(({ method, path }) => method === "POST" && path.endsWith("batchEnable"));
    expect(asked.map(({ body }) => JSON.parse(body))).toEqual([
      { serviceIds: ["cloudkms.googleapis.com", "iam.googleapis.com"] },
    ]);
  });

  it("does nothing where all are on", async () => {
    const facts = await inspect();
    const before = google.seen.length;
    await enableServices(google.api, facts);
    expect(google.seen).toHaveLength(before);
  });
});
