import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ChartData, renderSubject, verify } from "../../verification";
import { scratch } from "../rehearsal/tools/fixture";
import { type Change, noTools, part, set, shown, subject } from "./small-platform";

const definition = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: certificates.cert-manager.io
spec:
  group: cert-manager.io
  names:
    kind: Certificate
  versions:
    - name: v1
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              required: [issuerRef]
              properties:
                secretName: {type: string}
                issuerRef: {type: object, x-kubernetes-preserve-unknown-fields: true}
                usages: {type: array, items: {type: object, properties: {name: {type: string}}}}
`;

/** Chart data with one definition and the values of one chart. */
function data(): ChartData {
  const folder = scratch();
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  write("trino/values.yaml", "server:\n  workers: 2\n");
  write("cert-manager/crds/certificates.yaml", definition);
  const found = ChartData.find({ TERRALAKE_CHART_DATA: folder });
  if (!found) {
    throw new Error("the chart data is not found");
  }
  return found;
}

async function check(change: Change) {
  const whole = subject(change);
  return verify(whole, await renderSubject(whole, noTools), { data: data(), packedValues: () => Promise.resolve("") });
}

const certificate = (path: string, value: unknown): Change => ({
  objects: (objects) => set(part(objects, "certificate"), path, value),
});

test("custom resources are compared with their definitions", async () => {
  const { findings, checked, unchecked } = await check({});
  expect(findings).toEqual([]);
  expect(checked["custom resource"]).toBe(1);
  expect(unchecked.map(({ reason }) => reason)).toContain("no definition of postgresql.cnpg.io/v1 Cluster is at hand");
});

test.each<[string, string, unknown, string]>([
  ["an unknown field", "spec.dnsName", "x", "spec must NOT have additional properties (dnsName)"],
  ["a missing field", "spec.issuerRef", undefined, "spec must have required property 'issuerRef'"],
  ["a value of another kind", "spec.secretName", 1, "spec.secretName must be string"],
  [
    "an unknown field in one member of a list",
    "spec.usages",
    [{ name: "a" }, { title: "b" }],
    "spec.usages.1 must NOT have additional properties (title)",
  ],
])("finds %s", async (_, path, value, problem) => {
  const { findings } = await check(certificate(path, value));
  expect(findings.filter(({ check: about }) => about === "custom resources").map(shown)).toEqual([
    `Certificate/catalog-tls: ${problem}`,
  ]);
});

test("a field that only a later member of a list has is known", async () => {
  const { findings } = await check(certificate("spec.usages", [{}, { name: "b" }]));
  expect(findings).toEqual([]);
});

test("values are compared with those of the chart, also where it cannot be rendered", async () => {
  const release = {
    name: "trino",
    namespace: "lake",
    chart: "trino",
    repository: "https://charts.example.com",
    version: "1.0.0",
  };
  const { findings } = await check({ releases: { Trino: { ...release, values: ['{"server":{"worker":2}}'] } } });
  expect(findings.map(({ check: about, release: where, given }) => [about, where, given])).toEqual([
    ["chart values", "lake/trino", "server.worker is not in values.yaml"],
  ]);
});

test("values of a packed chart are read as Helm reads them: no is false", async () => {
  const release = {
    name: "own",
    namespace: "lake",
    chart: "own",
    repository: "https://charts.example.com",
    version: "1.0.0",
    values: ['{"metrics":true}'],
  };
  const whole = subject({ releases: { Own: release } });
  const rendered = (await renderSubject(whole, noTools)).map((each) =>
    each.installation.chart === "own" ? { ...each, chart: "own-1.0.0.tgz" } : each,
  );
  const { findings } = await verify(whole, rendered, { packedValues: () => Promise.resolve("metrics: no\n") });
  expect(findings.map(({ given }) => given)).toEqual([]);
});
