import { defaultsToRemove, findDefaults } from "../../../operations/bootstrap/project-defaults";
import { type FakeGoogle, fakeGoogle } from "./fake-google";

let google: FakeGoogle;

beforeEach(async () => {
  google = await fakeGoogle("example-dev-platform-dev");
});

afterEach(() => google.close());

const find = () => findDefaults(google.api, { project: google.project, off: [] });
const advice = async () => defaultsToRemove(google.project, await find()).join("\n");
const compute = () => `/compute/v1/projects/${google.project}`;
const agent = "serviceAccount:1234-compute@developer.gserviceaccount.com";

describe("what Google puts into a project by itself", () => {
  it("comes with Compute Engine, so it can be forbidden while that is off", async () => {
    expect(await find()).toEqual({ compute: false, network: false, editors: [] });
    expect(await advice()).toContain(
      "gcloud resource-manager org-policies enable-enforce iam.automaticIamGrantsForDefaultServiceAccounts --project example-dev-platform-dev",
    );
  });

  it("is nothing to speak of in a project that was cleaned", async () => {
    google.things.set(compute(), {});
    google.bindings = [
      { role: "roles/editor", members: ["user:ana@example.com"] },
      { role: "roles/compute.viewer", members: [agent] },
    ];
    expect(await advice()).toBe("");
  });

  it("is a network that lets the world in", async () => {
    google.things.set(compute(), {}).set(`${compute()}/global/networks/default`, {});
    expect(await advice()).toContain("gcloud compute networks delete default --project example-dev-platform-dev");
  });

  it("is an account that may edit the project", async () => {
    google.things.set(compute(), {});
    google.bindings = [{ role: "roles/editor", members: [agent, "serviceAccount:a@b.iam.gserviceaccount.com"] }];
    expect((await find()).editors).toEqual([agent]);
    expect(await advice()).toContain(
      `gcloud projects remove-iam-policy-binding example-dev-platform-dev --member ${agent} --role roles/editor`,
    );
  });

  it("is not asked of an API that is off", async () => {
    await findDefaults(google.api, { project: google.project, off: ["cloudresourcemanager"] });
    expect(google.seen.filter(({ path }) => path.endsWith(":getIamPolicy"))).toEqual([]);
  });

  it("is not changed by a look", async () => {
    await find();
    expect(google.seen.filter(({ method, path }) => method !== "GET" && !path.endsWith(":getIamPolicy"))).toEqual([]);
  });
});
