import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ChartRelease, type ChartReleaseProps, PlatformNamespace } from "../../../constructs/kubernetes";
import { type DeploySettingsProps, PlatformError } from "../../../constructs/terraform";
import { lake, testStack } from "../../support/test-stack";
import { only, where } from "../gke/synthesized";

const chart = { chart: "trino", repository: "https://charts.example.com", version: "1.2.3" };

function release(props: Partial<ChartReleaseProps> = {}, settings?: DeploySettingsProps) {
  const stack = testStack(settings);
  const made = new ChartRelease(stack, "Trino", { chart, namespace: lake, releaseName: "trino", ...props });
  return { stack, made, block: () => only(stack, "helm_release") };
}

describe("ChartRelease", () => {
  it("states what Helm would choose by itself", () => {
    const { block } = release();
    expect(block()).toMatchObject({
      name: "trino",
      namespace: "lake",
      chart: "trino",
      repository: "https://charts.example.com",
      version: "1.2.3",
      create_namespace: false,
      max_history: 5,
      wait: true,
      timeout: 600,
      upgrade_install: true,
    });
    expect(block()).not.toHaveProperty("replace");
    expect(block()).not.toHaveProperty("atomic");
  });

  it("pulls images as the environment says, wherever values say when", () => {
    const values = { image: { pullPolicy: "IfNotPresent" }, pods: [{ imagePullPolicy: "IfNotPresent", name: "a" }] };
    expect(release({ values }).made.values).toEqual(values);
    expect(release({ values }, { pullPolicy: "Always" }).made.values).toEqual({
      image: { pullPolicy: "Always" },
      pods: [{ imagePullPolicy: "Always", name: "a" }],
    });
  });

  it("names no user where these are left to the namespace, not even those of the chart", () => {
    const values = { pod: { runAsUser: 1000, runAsNonRoot: true }, groups: [{ fsGroup: 1000 }] };
    const pinned = { ...chart, users: ["pod.fsGroup", "container.runAsUser"] };
    expect(release({ values, chart: pinned }).made.values).toEqual(values);
    expect(release({ values, chart: pinned }, { openshift: true }).made.values).toEqual({
      pod: { runAsUser: null, runAsNonRoot: true, fsGroup: null },
      groups: [{ fsGroup: null }],
      container: { runAsUser: null },
    });
  });

  it("shows its resolved settings", () => {
    const { made } = release({ wait: false, timeoutSeconds: 30 });
    expect(made).toMatchObject({ releaseName: "trino", namespace: lake, values: {}, wait: false, timeoutSeconds: 30 });
    expect(release().made).toMatchObject({ wait: true, timeoutSeconds: 600 });
  });

  it("writes values as one sorted document", () => {
    expect(release({ values: { b: 1, a: { d: undefined, c: [2] } } }).block().values).toEqual([
      '{"a":{"c":[2]},"b":1}',
    ]);
  });

  it("rolls back where a failed install may go", () => {
    expect(release({ onFailure: "remove" }).block()).toMatchObject({ atomic: true });
  });

  it("re-uses the name where hooks run at install only", () => {
    const { block } = release({ adopt: "replace" });
    expect(block()).toMatchObject({ replace: true });
    expect(block()).not.toHaveProperty("upgrade_install");
  });

  it("waits for a namespace of its own stack and for what it is told", () => {
    const stack = testStack();
    const namespace = new PlatformNamespace(stack, "Lake", {
      name: "lake",
      quota: { cpu: "1", memory: "1Gi", pods: 1 },
    });
    const first = new ChartRelease(stack, "First", { chart, namespace, releaseName: "first" });
    new ChartRelease(stack, "Second", {
      chart,
      namespace,
      releaseName: "second",
      dependsOn: [first.resource],
    });
    expect(where(stack, "helm_release", "name", "second").depends_on).toEqual([
      `kubernetes_namespace_v1.${namespace.resource.friendlyUniqueId}`,
      `helm_release.${first.resource.friendlyUniqueId}`,
    ]);
  });

  it.each(["Trino", "1trino", "trino-", "a_b", "", "x".repeat(54)])("refuses the name %p", (releaseName) => {
    expect(() => release({ releaseName })).toThrow(PlatformError);
    expect(() => release({ releaseName })).toThrow(
      `test/Trino: release name is "${releaseName}": use lower-case letters, digits and dashes, at most 53 characters`,
    );
  });

  it.each(["x", "x".repeat(53)])("takes the name %p", (releaseName) => {
    expect(release({ releaseName }).block().name).toBe(releaseName);
  });

  it.each(["~1.2.3", "1.2", "latest", ">= 1.0.0", "1.2.3 || 2.0.0", ""])("refuses the version %p", (version) => {
    expect(() => release({ chart: { ...chart, version } })).toThrow(
      `test/Trino: chart version is "${version}": name one exact version such as 1.2.3`,
    );
  });

  it.each(["v1.21.1", "1.2.3-rc.1"])("takes the version %s", (version) => {
    expect(release({ chart: { ...chart, version } }).block().version).toBe(version);
  });
});

describe("the origin of a chart", () => {
  it("may be a mirror", () => {
    expect(release({}, { charts: "oci://mirror.example.com/charts" }).block()).toMatchObject({
      chart: "trino",
      repository: "oci://mirror.example.com/charts",
      version: "1.2.3",
    });
  });

  it("may be a folder with one folder for each chart", () => {
    const { block } = release({}, { charts: "../../../charts" });
    expect(block()).toMatchObject({ chart: "../../../charts/trino", version: "1.2.3" });
    expect(block()).not.toHaveProperty("repository");
  });

  it("is the stack itself for a chart of this project, whatever the setting", () => {
    const folder = join(mkdtempSync(join(tmpdir(), "terralake-chart-")), "own");
    mkdirSync(folder);
    writeFileSync(join(folder, "Chart.yaml"), "name: own\nversion: 1.0.0\n");
    try {
      const { block } = release({ chart: { folder, version: "1.0.0" } }, { charts: "oci://mirror.example.com" });
      expect(block().chart).toMatch(/^\.\/assets\/\w+\/[0-9A-F]{32}$/);
      expect(block()).not.toHaveProperty("repository");
      expect(block()).not.toHaveProperty("version");
    } finally {
      rmSync(join(folder, ".."), { recursive: true });
    }
  });
});
