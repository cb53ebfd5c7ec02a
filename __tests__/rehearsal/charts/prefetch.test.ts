import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findChart, prefetchCharts } from "../../../rehearsal/charts";
import { scratch, serve } from "../tools/fixture";

const nowhere = "http://127.0.0.1:1/charts";

/** A folder with `<folder>/Chart.yaml`, such as TERRALAKE_CHARTS or chart data. */
function chartFolder(chart: string, version: string, folder = chart): string {
  const root = scratch();
  mkdirSync(join(root, folder, "templates"), { recursive: true });
  writeFileSync(join(root, folder, "Chart.yaml"), `apiVersion: v2\nname: ${chart}\nversion: ${version}\n`);
  return root;
}

/** A program in the place of Helm that writes its arguments down and "pulls" a file. */
function fakeHelm(exitCode = 0): { readonly path: string; readonly calls: () => readonly string[] } {
  const folder = scratch();
  const path = join(folder, "helm");
  const log = join(folder, "calls");
  writeFileSync(log, "");
  const pull = 'for last; do :; done; echo packed > "$last/chart.tgz"';
  writeFileSync(
    path,
    `#!/bin/sh\necho "$@" >> ${log}\n${exitCode ? `echo "Error: no such chart" >&2; exit ${exitCode}` : pull}\n`,
  );
  chmodSync(path, 0o755);
  return { path, calls: () => readFileSync(log, "utf8").trim().split("\n").filter(Boolean) };
}

describe("charts", () => {
  test("come from the folder first, and another version is said", async () => {
    const TERRALAKE_CHARTS = chartFolder("trino", "1.40.0");
    const environment = { TERRALAKE_CHARTS, TERRALAKE_CHART_DATA: chartFolder("trino", "1.42.2") };
    const requests = [{ chart: "trino", repository: nowhere, version: "1.42.2" }];
    expect(await prefetchCharts(requests, { environment, cacheDir: scratch() })).toEqual([
      {
        chart: "trino",
        version: "1.42.2",
        path: join(TERRALAKE_CHARTS, "trino"),
        source: "folder",
        foundVersion: "1.40.0",
      },
    ]);
  });

  test("in the folder must be whole: data of a chart is refused with the place where it belongs", async () => {
    const TERRALAKE_CHARTS = chartFolder("trino", "1.42.2");
    rmSync(join(TERRALAKE_CHARTS, "trino", "templates"), { recursive: true });
    const requests = [{ chart: "trino", repository: nowhere, version: "1.42.2" }];
    await expect(prefetchCharts(requests, { environment: { TERRALAKE_CHARTS }, cacheDir: scratch() })).rejects.toThrow(
      "it is no whole chart; data to make stand-ins of belongs into TERRALAKE_CHART_DATA",
    );
  });

  test("are pulled from upstream, from HTTP and OCI repositories, and kept in the cache", async () => {
    const server = await serve((_request, response) => response.writeHead(404).end());
    const helm = fakeHelm();
    const cacheDir = scratch();
    const options = { environment: { PATH: process.env.PATH }, cacheDir, helm: async () => helm.path };
    const requests = [{ chart: "trino", repository: `${server.base}/charts`, version: "1.42.2" }];
    const [first] = await prefetchCharts(requests, options);
    await server.close();
    const [second] = await prefetchCharts(requests, options);
    expect(first).toEqual({
      chart: "trino",
      version: "1.42.2",
      path: expect.stringContaining(cacheDir),
      source: "upstream",
    });
    expect(readFileSync(first?.path ?? "", "utf8")).toBe("packed\n");
    expect(second).toEqual(first);
    expect(helm.calls()).toEqual([
      expect.stringMatching(/^pull trino --repo http:.*\/charts --version 1\.42\.2 --destination /),
    ]);
  });

  test("are stand-ins where upstream is not reachable, without a need for Helm", async () => {
    const environment = { TERRALAKE_CHART_DATA: chartFolder("cluster", "0.8.0", "cnpg-cluster") };
    const helm = async () => {
      throw new Error("Helm is not needed");
    };
    const requests = [{ chart: "cluster", repository: nowhere, version: "0.8.1" }];
    const [found] = await prefetchCharts(requests, { environment, cacheDir: scratch(), helm });
    expect(found).toMatchObject({ chart: "cluster", version: "0.8.1", source: "stand-in", foundVersion: "0.8.0" });
    expect(found?.standsFor).toContain("a ConfigMap instead of upstream's custom resources");
  });

  test("are stand-ins where upstream has not the chart", async () => {
    const server = await serve((_request, response) => response.writeHead(200).end());
    const environment = { TERRALAKE_CHART_DATA: chartFolder("trino", "1.42.2"), PATH: process.env.PATH };
    const options = { environment, cacheDir: scratch(), helm: async () => fakeHelm(1).path };
    const requests = [{ chart: "trino", repository: server.base, version: "1.42.2" }];
    const [found] = await prefetchCharts(requests, options);
    await server.close();
    expect(found?.source).toBe("stand-in");
  });

  test("that are nowhere are named together, with what to do", async () => {
    const environment = { TERRALAKE_CHART_DATA: chartFolder("other", "1.0.0") };
    const requests = [
      { chart: "trino", repository: nowhere, version: "1.42.2" },
      { chart: "nessie", repository: nowhere, version: "0.108.4" },
    ];
    const failed = String(await prefetchCharts(requests, { environment, cacheDir: scratch() }).catch((error) => error));
    expect(failed).toContain("chart trino 1.42.2 is missing: 127.0.0.1:1 is not reachable; there is no chart data");
    expect(failed).toContain("chart nessie 0.108.4 is missing");
    expect(failed).toContain("put it into a folder as nessie/Chart.yaml and set TERRALAKE_CHARTS to that folder");
  });

  test("asked for twice are taken once", async () => {
    const environment = { TERRALAKE_CHARTS: chartFolder("trino", "1.42.2") };
    const request = { chart: "trino", repository: nowhere, version: "1.42.2" };
    expect(await prefetchCharts([request, request], { environment, cacheDir: scratch() })).toHaveLength(1);
  });

  test("folder that does not exist is an error", async () => {
    const environment = { TERRALAKE_CHARTS: "/nowhere" };
    const requests = [{ chart: "trino", repository: nowhere, version: "1.42.2" }];
    await expect(prefetchCharts(requests, { environment, cacheDir: scratch() })).rejects.toThrow(
      "TERRALAKE_CHARTS is /nowhere: no such folder",
    );
  });
});

describe("a chart as upstream has it", () => {
  const request = { chart: "trino", repository: nowhere, version: "1.42.2" };

  test("comes from the folder", async () => {
    const TERRALAKE_CHARTS = chartFolder("trino", "1.42.2");
    const found = await findChart(request, { environment: { TERRALAKE_CHARTS }, cacheDir: scratch() });
    expect(found).toMatchObject({ path: join(TERRALAKE_CHARTS, "trino"), source: "folder" });
  });

  test("is never a stand-in: where there is none, why is said", async () => {
    const environment = { TERRALAKE_CHART_DATA: chartFolder("trino", "1.42.2") };
    expect(await findChart(request, { environment, cacheDir: scratch() })).toEqual({
      missing: "127.0.0.1:1 is not reachable",
    });
  });

  test("is not asked for upstream when offline", async () => {
    const server = await serve((_request, response) => response.writeHead(404).end());
    const helm = fakeHelm();
    const options = { environment: {}, cacheDir: scratch(), helm: async () => helm.path, offline: true };
    expect(await findChart({ ...request, repository: `${server.base}/charts` }, options)).toEqual({
      missing: "upstream was not asked",
    });
    await server.close();
    expect(helm.calls()).toEqual([]);
  });
});
