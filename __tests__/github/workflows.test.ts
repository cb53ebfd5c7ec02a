import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Testing } from "cdktf";
import { parse } from "yaml";
import { tools } from "../../rehearsal/tools";
import { BootstrapStack, githubEnvironments } from "../../stacks/bootstrap";
import { inClusterLayers, layers } from "../../stacks/layers";
import type { StackJson } from "../../stacks/stack-json";
import { ofTier } from "../stacks/gke-environments";

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
}

interface PackageJson {
  readonly scripts: Readonly<Record<string, string>>;
}

interface Job {
  readonly if?: string;
  readonly environment?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly "timeout-minutes"?: number;
  readonly steps: readonly Step[];
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly defaults?: { readonly run: { readonly shell: string } };
  readonly jobs: Readonly<Record<string, Job>>;
}

const folder = join(__dirname, "../../.github/workflows");
const files = readdirSync(folder).sort();
const text = (file: string) => readFileSync(join(folder, file), "utf8");
const jobsOf = (file: string) => Object.values((parse(text(file)) as Workflow).jobs);

/** Actions that were looked at, each at the commit of its release; another commit is to be looked at first. */
const known = {
  "actions/cache": "55cc8345863c7cc4c66a329aec7e433d2d1c52a9",
  "actions/checkout": "3d3c42e5aac5ba805825da76410c181273ba90b1",
  "actions/setup-go": "b7ad1dad31e06c5925ef5d2fc7ad053ef454303e",
  "actions/setup-node": "820762786026740c76f36085b0efc47a31fe5020",
  "google-github-actions/auth": "7c6bc770dae815cd3e89ee6cdf493a5fab2cc093",
  "google-github-actions/setup-gcloud": "aa5489c8933f4cc7a4f7d45035b3b1440c9c10db",
  "hashicorp/setup-terraform": "dfe3c3f87815947d99a8997f908cb6525fc44e9e",
} as const;

test("there are workflows to look at", () =>
  expect(files).toEqual(["apply.yaml", "ci.yaml", "images.yaml", "plan.yaml"]));

describe.each(files)("%s", (file) => {
  const workflow = parse(text(file)) as Workflow;
  const jobs = jobsOf(file);

  it("runs actions of one commit, with the release beside it", () => {
    const lines = text(file)
      .split("\n")
      .filter((line) => /^\s*- uses:/.test(line));
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.filter((line) => !/uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([]);
    const used = jobs.flatMap(({ steps }) => steps).flatMap(({ uses }) => uses ?? []);
    const expected = Object.entries(known).map(([action, commit]) => `${action}@${commit}`);
    expect(used.filter((action) => !expected.includes(action))).toEqual([]);
  });

  it("has no rights but those that are named, and none to write", () => {
    const rights = [workflow.permissions, ...jobs.map(({ permissions }) => permissions ?? {})];
    expect(workflow.permissions).toBeDefined();
    const writes = rights.flatMap((right) => Object.entries(right ?? {})).filter(([, value]) => value !== "read");
    expect(writes.filter(([name]) => name !== "id-token")).toEqual([]);
  });

  it("never runs a stranger's code with rights, leaves no token in the checkout and ends some day", () => {
    expect(Object.keys(workflow.on)).not.toContain("pull_request_target");
    const checkouts = jobs.flatMap(({ steps }) => steps).filter(({ uses }) => uses?.startsWith("actions/checkout@"));
    expect(checkouts.length).toBeGreaterThan(0);
    expect(checkouts.filter((step) => step.with?.["persist-credentials"] !== false)).toEqual([]);
    expect(jobs.filter((job) => job["timeout-minutes"] === undefined)).toEqual([]);
  });

  it("puts nothing of an event into a script", () => {
    const scripts = jobs.flatMap(({ steps }) => steps).flatMap(({ run }) => run ?? []);
    expect(scripts.filter((script) => script.includes("${{"))).toEqual([]);
  });
});

describe("ci", () => {
  it("plans the stacks of Google Cloud with the real provider, and fails without it", () => {
    const [script = ""] = /npm run (\S+)/.exec(text("ci.yaml"))?.slice(1) ?? [];
    const { scripts } = JSON.parse(readFileSync(join(folder, "../../package.json"), "utf8")) as PackageJson;
    expect(scripts[script]).toBe("jest --config jest.plan.config.cjs");
    const planning = jobsOf("ci.yaml").flatMap(({ steps }) => steps.filter(({ run }) => run === `npm run ${script}`));
    expect(planning.map(({ env }) => env)).toEqual([{ TERRALAKE_REQUIRE_PLAN: "1" }]);
  });

  it("has no rights on Google Cloud", () => {
    expect(jobsOf("ci.yaml").map(({ permissions, environment }) => [permissions, environment])).toEqual([
      [undefined, undefined],
      [undefined, undefined],
    ]);
  });
});

describe("a job that has a token for Google Cloud", () => {
  const withToken = files.flatMap((file) =>
    jobsOf(file)
      .filter((job) => job.permissions?.["id-token"] === "write")
      .map((job) => ({ file, job })),
  );

  it("is one that plans, applies or publishes images", () => {
    expect(withToken.map(({ file }) => file)).toEqual(["apply.yaml", "images.yaml", "plan.yaml"]);
  });

  it("does not run before somebody has named the environments", () => {
    expect(withToken.filter(({ job }) => !job.if?.includes("vars.TERRALAKE_ENVIRONMENTS != ''"))).toEqual([]);
  });

  it("is in the environment of GitHub whose jobs the identity admits", () => {
    const name = "${{ matrix.environment }}";
    expect(withToken.map(({ job }) => job.environment)).toEqual([
      githubEnvironments.apply(name),
      githubEnvironments.images(name),
      githubEnvironments.plan(name),
    ]);
  });

  it("uses the Terraform that the project is tested with", () => {
    const steps = files.flatMap(jobsOf).flatMap((job) => job.steps);
    const versions = steps.flatMap((step) => step.with?.terraform_version ?? []);
    // Those that plan, apply, and plan without a token.
    expect(versions).toHaveLength(3);
    expect(new Set(versions)).toEqual(new Set([tools.get("terraform")?.version]));
  });

  it("fails where a command before a pipe fails", () => {
    const shells = withToken.map(({ file }) => (parse(text(file)) as Workflow).defaults?.run.shell);
    expect(shells).toEqual(["bash", "bash", "bash"]);
  });

  it("takes no key, only the token that GitHub signs", () => {
    for (const { file } of withToken) {
      expect(text(file)).toContain("workload_identity_provider");
      expect(text(file)).not.toMatch(/credentials_json|service_account:|secrets\./);
    }
  });
});

it("attests what the bootstrap layer has made a key for", () => {
  const made = JSON.parse(Testing.synth(new BootstrapStack(Testing.app(), ofTier("prod")))) as StackJson;
  const named = (type: string) => Object.values(made.resource?.[type] ?? {}).map(({ name }) => name);
  expect(named("google_binary_authorization_attestor")).toEqual(["gke-prod-built-by-ci"]);
  expect(named("google_kms_crypto_key")).toContain("images");
  expect(text("images.yaml")).toContain('--attestor "$ENVIRONMENT-built-by-ci"');
});

/** A run of a step's script beside programs of shell lines. */
interface ScriptRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Calls of the programs, in their order. */
  readonly asked: readonly string[];
}

/** Runs a step of images.yaml as GitHub does. */
function runStep(step: string, programs: Readonly<Record<string, string>>, pushed?: string): ScriptRun {
  const [script = ""] = jobsOf("images.yaml")
    .flatMap(({ steps }) => steps)
    .flatMap(({ name, run }) => (name === step ? [run ?? ""] : []));
  const place = mkdtempSync(join(tmpdir(), "images-"));
  const asked = join(place, "asked");
  for (const [name, lines] of Object.entries(programs)) {
    writeFileSync(join(place, name), `#!/bin/bash\necho "$*" >>"${asked}"\n${lines}\n`, { mode: 0o755 });
  }
  if (pushed !== undefined) writeFileSync(join(place, "pushed"), pushed);
  const env = { PATH: `${place}:${process.env.PATH}`, RUNNER_TEMP: place, ENVIRONMENT: "gke-prod" };
  const args = ["--noprofile", "--norc", "-eo", "pipefail", "-c", script];
  const { status, stdout, stderr } = spawnSync("bash", args, { cwd: place, env, encoding: "utf8" });
  const calls = existsSync(asked) ? readFileSync(asked, "utf8").trim().split("\n") : [];
  rmSync(place, { recursive: true });
  return { code: status, stdout, stderr, asked: calls };
}

const image = "europe-west1-docker.pkg.dev/example-dev/images/spark:1";

describe("the step that pushes", () => {
  const push = (terralake: string) => runStep("Push", { terralake, gcloud: "echo token", docker: "cat >/dev/null" });

  it("logs in to the registry that the images go to", () => {
    const { code, asked } = push(`echo "docker build --tag ${image}"; echo "docker push ${image}"`);
    expect(code).toBe(0);
    expect(asked.find((call) => call.startsWith("login"))).toMatch(/ https:\/\/europe-west1-docker\.pkg\.dev$/);
    expect(asked.filter((call) => call === "images push gke-prod --engine docker")).toHaveLength(1);
  });

  it("ends well where nothing is built", () => {
    const { code, stdout, asked } = push("echo 'gke-prod runs no image that this project builds'");
    expect({ code, calls: asked.length }).toEqual({ code: 0, calls: 1 });
    expect(stdout).toContain("nothing is pushed to Google Cloud for gke-prod");
  });

  it("fails when the command fails that says what is built", () => {
    expect(push("exit 1")).toMatchObject({ code: 1, asked: ["images push gke-prod --engine docker --dry-run"] });
  });
});

describe("the step that attests", () => {
  /** Runs it beside a gcloud that answers so about the attestor. */
  const attest = (answer: string) =>
    runStep(
      "Attest",
      { gcloud: `case "$*" in *"attestors describe"*) ${answer} ;; *"images describe"*) echo sha256:1 ;; esac` },
      `${image}\n"spark:1": "sha256:1",\n`,
    );
  const signed = ({ asked }: ScriptRun) => asked.filter((line) => line.includes("sign-and-create"));

  const key =
    "projects/example-dev/locations/europe-west1/keyRings/gke-prod-platform/cryptoKeys/images/cryptoKeyVersions";

  it("signs with the newest version that the attestor knows", () => {
    const versions = [2, 10, 9].map((version) => `//cloudkms.googleapis.com/v1/${key}/${version}`);
    const run = attest(`echo '${versions.join(";")}'`);
    expect(run.code).toBe(0);
    expect(signed(run)).toHaveLength(1);
    expect(signed(run)[0]).toContain(`--keyversion ${key}/10`);
    expect(signed(run)[0]).toContain("--artifact-url europe-west1-docker.pkg.dev/example-dev/images/spark@sha256:1");
  });

  it("signs nothing where nobody attests", () => {
    const run = attest("echo 'ERROR: NOT_FOUND: Requested entity was not found.' >&2; exit 1");
    expect({ code: run.code, signed: signed(run) }).toEqual({ code: 0, signed: [] });
    expect(run.stdout).toContain("nobody attests for gke-prod");
  });

  it.each([
    ["Google denies it", "echo 'ERROR: PERMISSION_DENIED: Permission denied' >&2; exit 1", "PERMISSION_DENIED"],
    ["Google cannot be reached", "echo 'ERROR: Unable to find the server' >&2; exit 1", "Unable to find the server"],
    ["the attestor knows no key", "echo", "knows no key"],
  ])("fails, and says why, when %s", (_, answer, said) => {
    const run = attest(answer);
    expect({ code: run.code, signed: signed(run) }).toEqual({ code: 1, signed: [] });
    expect(run.stderr).toContain(said);
  });
});

describe("the layers that a job looks at", () => {
  /** Applied by a person, as they need rights that no job has. */
  const byPeople = ["bootstrap", "perimeter"];

  it("are those outside the cluster in a plan, but for what only an organization's people read", () => {
    const [, list = ""] = /for layer in ([a-z ]+);/.exec(text("plan.yaml")) ?? [];
    const outside = layers.filter((layer) => !inClusterLayers.some((one) => one === layer) && layer !== "perimeter");
    expect(list.split(" ")).toEqual(outside);
    expect(text("plan.yaml")).toContain("-lock=false");
  });

  it("are all but those that a person applies", () => {
    const deploys = jobsOf("apply.yaml")
      .flatMap(({ steps }) => steps)
      .flatMap(({ run }) => (run?.includes("cdktf deploy") ? [run] : []));
    expect(deploys).toEqual([
      // What own images need before they can be attested, and so named.
      'npx cdktf deploy "$ENVIRONMENT-network" "$ENVIRONMENT-cluster" --auto-approve',
      `npx cdktf deploy "$ENVIRONMENT-!(${byPeople.join("|")})" --auto-approve`,
    ]);
  });
});
