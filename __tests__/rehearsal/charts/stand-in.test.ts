import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, parseAllDocuments } from "yaml";
import { crdDelivery, crdTemplate, withMarker } from "../../../rehearsal/charts/crds";
import { readChartData } from "../../../rehearsal/charts/data";
import { writeStandIn } from "../../../rehearsal/charts/stand-in";
import { scratch } from "../tools/fixture";

const crd = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  annotations:
    controller-gen.kubebuilder.io/version: v0.19.0
  name: things.example.com
spec:
  group: example.com # {{ .Values.not.a.template }}
`;

/** Chart data as it is found beside a checkout. */
function chartData(chart: string, folder = chart): string {
  const root = scratch();
  mkdirSync(join(root, folder, "crds"), { recursive: true });
  const dependencies = "dependencies:\n  - {name: other, version: 1.0.0, repository: https://example.com}\n";
  writeFileSync(
    join(root, folder, "Chart.yaml"),
    `apiVersion: v2\nname: ${chart}\nversion: 1.2.3\nkubeVersion: ">= 1.30.0-0"\n${dependencies}`,
  );
  writeFileSync(join(root, folder, "values.yaml"), "replicas: 1\n");
  writeFileSync(join(root, folder, "values.schema.json"), '{"type": "object"}');
  writeFileSync(join(root, folder, "crds", "things.yaml"), crd);
  return root;
}

async function standIn(chart: string, cacheDir = scratch(), crds?: readonly string[]) {
  const data = await readChartData(chartData(chart, chart === "cluster" ? "cnpg-cluster" : chart), chart);
  if (!data) {
    throw new Error("no data");
  }
  return writeStandIn(data, { cacheDir, ...(crds ? { crds } : {}) });
}

describe("stand-in charts", () => {
  test("keep name, version, values and schema, and drop dependencies", async () => {
    const { path } = await standIn("nessie");
    const chart = parse(readFileSync(join(path, "Chart.yaml"), "utf8"));
    expect(chart).toEqual({
      apiVersion: "v2",
      name: "nessie",
      version: "1.2.3",
      kubeVersion: ">= 1.30.0-0",
      annotations: { "terralake.dev/stand-in": "true" },
    });
    expect(readFileSync(join(path, "values.yaml"), "utf8")).toBe("replicas: 1\n");
    expect(readFileSync(join(path, "values.schema.json"), "utf8")).toBe('{"type": "object"}');
  });

  test("have CRDs where upstream has them", async () => {
    const plain = await standIn("spark-operator");
    expect(readFileSync(join(plain.path, "crds", "things.yaml"), "utf8")).toBe(crd);
    const template = await standIn("cert-manager");
    expect(existsSync(join(template.path, "crds"))).toBe(false);
    expect(existsSync(join(template.path, "files", "things.yaml"))).toBe(true);
    const large = await standIn("kyverno");
    expect(existsSync(join(large.path, "charts", "crds", "files", "things.yaml"))).toBe(true);
    expect(parse(readFileSync(join(large.path, "Chart.yaml"), "utf8")).dependencies).toEqual([
      { name: "crds", version: "0.0.0", repository: "", condition: "crds.install" },
    ]);
  });

  test("take other CRDs when the rehearsal runs another version of the operator", async () => {
    const other = join(scratch(), "older.yaml");
    writeFileSync(other, crd);
    const { path, standsFor } = await standIn("external-secrets", scratch(), [other]);
    expect(readdirSync(join(path, "files"))).toEqual(["older.yaml"]);
    expect(standsFor).toContain("1 CRD files of the controller that runs here");
  });

  test("say what they render", async () => {
    expect((await standIn("trino")).standsFor).toContain("one idle Deployment named like the release");
    expect((await standIn("cluster")).standsFor).toContain("a ConfigMap instead of upstream's custom resources");
    expect((await standIn("vault")).standsFor).toContain("StatefulSet, Services, service account");
    expect((await standIn("mariadb-operator-crds")).standsFor).toContain("the CRDs only");
  });

  test("have the same path in every run and are written once", async () => {
    const cacheDir = scratch();
    const first = await standIn("trino", cacheDir);
    const written = statSync(first.path).mtimeMs;
    const second = await standIn("trino", cacheDir);
    expect(second.path).toBe(first.path);
    expect(statSync(second.path).mtimeMs).toBe(written);
  });
});

describe("CRDs of a stand-in", () => {
  test("offer a place for annotations and stay the same otherwise", () => {
    const bare = crd.replace(/ {2}annotations:\n.*\n/, "");
    for (const text of [crd, bare]) {
      const marked = withMarker(text);
      expect(marked).toContain("  annotations:\n");
      expect(marked).toContain("    # more annotations\n");
      const [document] = parseAllDocuments(marked);
      expect(document?.getIn(["metadata", "name"])).toBe("things.example.com");
      expect(document?.getIn(["spec", "group"])).toBe("example.com");
    }
  });

  test("are kept or switched by the values that upstream has for it", () => {
    expect(crdTemplate(crdDelivery("cert-manager"), ["a.yaml"])).toMatch(
      /^\{\{- if eq \(toString \(dig "crds" "enabled"/,
    );
    expect(crdTemplate(crdDelivery("cert-manager"), ["a.yaml"])).toContain('(dig "crds" "keep"');
    expect(crdTemplate(crdDelivery("prometheus-operator-crds"), ["a.yaml"])).toContain('(dig "annotations"');
    expect(crdTemplate(crdDelivery("mariadb-operator-crds"), ["a.yaml"])).not.toContain("resource-policy");
  });
});
