import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { chartDataFolder, chartsWithData } from "../../../rehearsal/charts";
import { readChartData } from "../../../rehearsal/charts/data";
import { writeStandIn } from "../../../rehearsal/charts/stand-in";
import { acquireTools } from "../../../rehearsal/tools";
import { scratch } from "../tools/fixture";

/** Charts that have data today; a chart that goes missing is noticed. */
const leastCharts = 50;
const secretLimit = 1024 * 1024;

const folder = chartDataFolder();
const cacheDir = scratch();
let helm: string;

if (!folder && process.env.TERRALAKE_REQUIRE_CHART_DATA === "1") {
  throw new Error("there is no chart data: set TERRALAKE_CHART_DATA to its folder");
}
const withData = folder ? describe : describe.skip;

beforeAll(async () => {
  helm = (await acquireTools(["helm"])).get("helm")?.path ?? "";
});

function template(path: string, values: readonly string[] = []): string {
  const set = values.flatMap((value) => ["--set", value]);
  return execFileSync(helm, ["template", "release", path, "--namespace", "place", "--kube-version", "1.35.4", ...set], {
    encoding: "utf8",
    maxBuffer: 1 << 26,
    stdio: ["ignore", "pipe", "pipe"],
  });
}

async function standIn(chart: string): Promise<string> {
  const data = await readChartData(folder ?? "", chart);
  if (!data) {
    throw new Error(`no data of ${chart}`);
  }
  return (await writeStandIn(data, { cacheDir })).path;
}

function kinds(manifest: string): readonly string[] {
  return [...manifest.matchAll(/^kind: (\S+)$/gm)].map((match) => match[1] ?? "");
}

/** Size of the Secret in which Helm stores a release: it holds the chart without its subcharts, and what was rendered. */
function secretSize(chart: string, manifest: string): number {
  const files = readdirSync(chart, { recursive: true, encoding: "utf8" })
    .filter((name) => !name.startsWith("charts") && statSync(join(chart, name)).isFile())
    .map((name) => ({ name, data: readFileSync(join(chart, name)).toString("base64") }));
  return gzipSync(JSON.stringify({ files, manifest })).toString("base64").length;
}

withData("stand-in charts (skipped without chart data, see TERRALAKE_CHART_DATA)", () => {
  test("a stand-in of every chart renders with its own values and fits a release", async () => {
    const charts = await chartsWithData(folder ?? "");
    expect(charts.length).toBeGreaterThanOrEqual(leastCharts);
    for (const chart of charts) {
      const path = await standIn(chart);
      const manifest = template(path);
      expect([chart, kinds(manifest).length > 0]).toEqual([chart, true]);
      expect([chart, secretSize(path, manifest) < secretLimit]).toEqual([chart, true]);
    }
  }, 120_000);

  test("values that the real schema refuses are refused", async () => {
    const path = await standIn("cert-manager");
    expect(() => template(path, ["crds.enable=true"])).toThrow("additional properties 'enable' not allowed");
  });

  test("CRDs come and stay as the values say", async () => {
    const manager = await standIn("cert-manager");
    const definitions = (manifest: string) =>
      kinds(manifest).filter((kind) => kind === "CustomResourceDefinition").length;
    const keeps = (manifest: string) => manifest.split("helm.sh/resource-policy: keep").length - 1;
    expect(definitions(template(manager))).toBe(0);
    expect(definitions(template(manager, ["crds.enabled=true"]))).toBe(6);
    expect(keeps(template(manager, ["crds.enabled=true"]))).toBe(6);
    expect(keeps(template(manager, ["crds.enabled=true", "crds.keep=false"]))).toBe(0);

    const secrets = await standIn("external-secrets");
    expect(keeps(template(secrets))).toBe(0);
    const kept = template(secrets, ["crds.annotations.helm\\.sh/resource-policy=keep"]);
    expect([definitions(kept), keeps(kept)]).toEqual([25, 25]);

    const monitors = await standIn("prometheus-operator-crds");
    expect(keeps(template(monitors, ["crds.annotations.helm\\.sh/resource-policy=keep"]))).toBe(8);
  }, 60_000);

  test("the vault chart has the names that others rely on", async () => {
    const path = await standIn("vault");
    const high = [
      "server.ha.enabled=true",
      "server.ha.raft.enabled=true",
      "server.ha.replicas=3",
      "fullnameOverride=vault",
    ];
    const manifest = template(path, high);
    expect(kinds(manifest)).toEqual([
      "ServiceAccount",
      "ClusterRoleBinding",
      "Service",
      "Service",
      "Service",
      "Service",
      "StatefulSet",
    ]);
    for (const name of ["vault", "vault-internal", "vault-active", "vault-standby", "vault-server-binding"]) {
      expect(manifest).toContain(`\n  name: ${name}\n`);
    }
    expect(manifest).toContain('    vault-active: "true"\n');
    expect(manifest).toContain("\n  replicas: 3\n");
    expect(manifest).toContain("\n    type: OnDelete\n");
    expect(manifest).toContain("\n  serviceName: vault-internal\n");
    expect(template(path)).toContain("\n  replicas: 1\n");
  });
});
