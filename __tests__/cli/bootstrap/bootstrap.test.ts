import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bootstrapStack, type OnGoogle, type Run } from "../../../cli/bootstrap/bootstrap";
import { WorkingFolder } from "../../../cli/bootstrap/working-folder";
import { onPath } from "../../../cli/processes";
import { steps } from "../../../cli/progress";
import { gkeDev } from "../../../environments/gke-dev";
import type { StackJson } from "../../../stacks/stack-json";
import { type FakeGoogle, fakeGoogle } from "../../operations/bootstrap/fake-google";

// Terraform is started several times, and machines are busy.
jest.setTimeout(120_000);

const terraform = process.env.TERRALAKE_TERRAFORM || onPath("terraform");

/** A group of tests that run Terraform. */
function withTerraform(title: string, tests: () => void): void {
  if (terraform) describe(title, tests);
  else describe.skip(`${title} (skipped: terraform is not on the PATH)`, tests);
}

const bucket = "example-dev-platform-dev-gke-dev-tfstate";
const object = `${bucket}/gke-dev/bootstrap/default.tfstate`;
const bucketPath = `/storage/v1/b/${bucket}`;
const environment = gkeDev as OnGoogle;

/** A stack with the backend of the real one, and resources that need no provider. */
const stack = {
  terraform: { backend: { gcs: { bucket, prefix: "gke-dev/bootstrap" } }, required_providers: {} },
  resource: { terraform_data: { One: { input: "one" }, Two: { input: "two" } } },
  output: {
    github_provider: { value: "projects/1/locations/global/workloadIdentityPools/github-gke-dev/providers/github" },
  },
};

let google: FakeGoogle;
let place: string;
let count = 0;
const printed: string[] = [];

beforeEach(async () => {
  google = await fakeGoogle(environment.target.project);
  place = join(process.env.TMPDIR ?? "/tmp", `bootstrap-${process.pid}-${count++}`);
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, "stack.json"), JSON.stringify(stack));
  for (const [name, value] of Object.entries(google.variables)) process.env[name] = value;
  printed.length = 0;
  for (const stream of [process.stdout, process.stderr]) {
    jest.spyOn(stream, "write").mockImplementation((text) => printed.push(String(text)) > 0);
  }
});

afterEach(async () => {
  jest.restoreAllMocks();
  for (const name of Object.keys(google.variables)) delete process.env[name];
  await google.close();
});

function run(signal = new AbortController().signal): Run {
  return {
    environment,
    api: google.api,
    folder: new WorkingFolder(place),
    stack: stack as unknown as StackJson,
    file: join(place, "stack.json"),
    report: steps(signal),
    signal,
    terraform: (report) => ({ terraform: terraform ?? "terraform", project: google.project, report, signal }),
  };
}

/** What Terraform would do in the cloud that the fake one is not told of: the bucket is there once it was applied. */
function bucketAppears(): void {
  google.things.set(bucketPath, { projectNumber: google.number });
}

const make = { dryRun: false, yes: true };
const file = () => join(place, "bootstrap.tfstate");
const kept = () => JSON.parse(google.objects.get(object)?.text ?? "{}") as { resources?: unknown[]; serial?: number };

withTerraform("a bootstrap of an empty project", () => {
  it("keeps the state in a file first, then moves it into the bucket", async () => {
    await bootstrapStack(run(), make);
    expect(kept().resources).toHaveLength(2);
    expect(existsSync(file())).toBe(false);
    expect(printed.join("")).toContain("keep the state in ");
    expect(printed.join("")).toContain(`move the state into the bucket ${bucket}`);
    expect(printed.join("")).toContain("gh variable set GOOGLE_PROVIDER --env gke-dev-plan --body projects/1/");
    expect(printed.join("")).toContain(
      "gh variable set GOOGLE_IDENTITY --env gke-dev-plan --body gke-dev-plan@example-dev-platform-dev.iam",
    );
  });

  it("changes nothing the second time", async () => {
    await bootstrapStack(run(), make);
    bucketAppears();
    const { serial } = kept();
    printed.length = 0;
    await bootstrapStack(run(), { dryRun: false, yes: false });
    expect(kept().serial).toBe(serial);
    expect(printed.join("")).toContain("gke-dev: nothing was to be changed");
  });

  it("says in a dry run what it would do, and does nothing", async () => {
    google.off.add("cloudkms");
    await bootstrapStack(run(), { dryRun: true, yes: false });
    const text = printed.join("");
    expect(text).toContain("1. switch on cloudkms, by which the rest can be looked at");
    expect(text).toContain("terraform_data.One will be created");
    expect(text).toContain("what needs cloudkms is not known before these APIs are on");
    expect(text).toContain("nothing was changed");
    expect(google.objects.size).toBe(0);
    expect(google.off.has("cloudkms")).toBe(true);
    expect(existsSync(file())).toBe(false);
    const asks = /:(testIamPermissions|getIamPolicy)$/;
    expect(google.seen.filter(({ method, path }) => method !== "GET" && !asks.test(path))).toEqual([]);
  });

  it("asks before it changes anything, and refuses where it cannot ask", async () => {
    await expect(bootstrapStack(run(), { dryRun: false, yes: false })).rejects.toThrow(
      `bootstrap would change project ${google.project} and cannot ask without a terminal; add --yes`,
    );
    expect(google.objects.size).toBe(0);
    expect(existsSync(file())).toBe(false);
  });
});

withTerraform("what Google puts into a project by itself", () => {
  it("is told before Compute Engine is on, and how to forbid it", async () => {
    await bootstrapStack(run(), { dryRun: true, yes: false });
    expect(printed.join("")).toContain("Compute Engine is off in example-dev-platform-dev");
    expect(printed.join("")).toContain("enable-enforce compute.skipDefaultNetworkCreation");
  });

  it("is looked for again after the apply that switches Compute Engine on", async () => {
    const given = run();
    let applied = false;
    const switching: Run = {
      ...given,
      terraform: (report) => ({
        ...given.terraform(report),
        report: (line: string) => {
          report(line);
          if (!line.startsWith("Apply complete!")) return;
          applied = true;
          google.things.set(`/compute/v1/projects/${google.project}`, {});
          google.things.set(`/compute/v1/projects/${google.project}/global/networks/default`, {});
        },
      }),
    };
    await bootstrapStack(switching, make);
    expect(applied).toBe(true);
    expect(printed.join("")).toContain(`${google.project} has the network "default"`);
  });
});

withTerraform("a bootstrap that did not come to its end", () => {
  it("goes on with the file of the first run, and moves it", async () => {
    await bootstrapStack(run(), make);
    const state = google.objects.get(object)?.text ?? "";
    google.objects.clear();
    bucketAppears();
    writeFileSync(file(), state);
    await bootstrapStack(run(), make);
    expect(kept().resources).toHaveLength(2);
    expect(existsSync(file())).toBe(false);
  });

  it("moves away the copy that a run left behind after the move", async () => {
    await bootstrapStack(run(), make);
    bucketAppears();
    writeFileSync(file(), google.objects.get(object)?.text ?? "");
    await bootstrapStack(run(), make);
    expect(existsSync(file())).toBe(false);
  });

  it("keeps the file when the state did not arrive in the bucket", async () => {
    google.forgetful = true;
    await expect(bootstrapStack(run(), make)).rejects.toThrow();
    expect(google.objects.has(object)).toBe(false);
    expect(JSON.parse(readFileSync(file(), "utf8"))).toMatchObject({ resources: [{}, {}] });
  });

  it("does not choose between two states", async () => {
    await bootstrapStack(run(), make);
    bucketAppears();
    writeFileSync(
      file(),
      (google.objects.get(object)?.text ?? "").replace(/"lineage": ?"[^"]+"/, '"lineage": "another"'),
    );
    await expect(bootstrapStack(run(), make)).rejects.toThrow("there are two states");
  });

  it("stops when it is stopped", async () => {
    const controller = new AbortController();
    const given = run(controller.signal);
    const stopped: Run = {
      ...given,
      terraform: (report) => {
        controller.abort();
        return given.terraform(report);
      },
    };
    await expect(bootstrapStack(stopped, make)).rejects.toThrow();
    expect(google.objects.size).toBe(0);
  });
});

withTerraform("a state that was lost", () => {
  it("is made anew in its bucket, with all that is there taken over", async () => {
    bucketAppears();
    await bootstrapStack(run(), make);
    expect(printed.join("")).toContain(`use the bucket ${bucket}, which has no state of this layer`);
    expect(kept().resources).toHaveLength(2);
    expect(existsSync(file())).toBe(false);
  });
});

it("hands what exists to Terraform as imports", async () => {
  const folder = new WorkingFolder(place);
  await folder.prepare(join(place, "stack.json"), [{ address: "google_kms_key_ring.Keys", id: "ring" }], "declared");
  const imports = join(place, "bootstrap/existing.tf.json");
  expect(JSON.parse(readFileSync(imports, "utf8"))).toEqual({
    import: [{ to: "google_kms_key_ring.Keys", id: "ring" }],
  });
  await folder.prepare(join(place, "stack.json"), [], "declared");
  expect(existsSync(imports)).toBe(false);
});
