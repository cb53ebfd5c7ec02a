import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { documents } from "../../verification/rendering/render";
import { scratch } from "../rehearsal/tools/fixture";
import { noTools, report, shown } from "./small-platform";

const release = {
  name: "app",
  namespace: "lake",
  chart: "app",
  repository: "https://charts.example.com",
  version: "1.0.0",
  values: ['{"size":1}'],
};

/** A program that takes the arguments of Helm and prints what a chart renders. */
function helm(script: string): string {
  const path = join(scratch(), "helm");
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

function chart(): string {
  const folder = scratch();
  mkdirSync(join(folder, "templates"));
  writeFileSync(join(folder, "Chart.yaml"), "apiVersion: v2\nname: app\nversion: 1.0.0\n");
  writeFileSync(join(folder, "values.yaml"), "size: 2\n");
  return folder;
}

const found = (path: string) => () => Promise.resolve({ path });

test("what a chart renders is checked, whatever makes it", async () => {
  const pod =
    '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"app"},"spec":{"serviceAccountName":"app","containers":[]}}';
  const tools = { helm: { path: helm(`echo '${pod}'`) }, chart: found(chart()) };
  const { findings, releases } = await report({ releases: { App: release } }, tools);
  expect(findings.map(shown)).toEqual(["Pod/app spec.serviceAccountName: service account app in lake"]);
  expect(findings.map((finding) => finding.release)).toEqual(["lake/app"]);
  expect(releases.find((each) => each.release === "lake/app")).toMatchObject({ rendered: "helm", objects: 1 });
});

test("Helm gets the name, the namespace and the values of the release", async () => {
  const script =
    'while [ $# -gt 0 ]; do case $1 in --values) cat "$2" >&2; echo " $args" >&2; exit 1;; esac; args="$args $1"; shift; done';
  const { findings } = await report(
    { releases: { App: release } },
    { helm: { path: helm(script) }, chart: found("/charts/app") },
  );
  expect(findings.map(({ check, given }) => ({ check, given }))).toEqual([
    { check: "rendering", given: '{"size":1}  template app /charts/app --namespace lake' },
  ]);
});

test("values that the chart refuses are a finding, in the words of Helm", async () => {
  const { findings } = await report(
    { releases: { App: release } },
    { helm: { path: helm("echo 'Error: size must be at least 2' >&2; exit 1") }, chart: found(chart()) },
  );
  expect(findings).toEqual([
    {
      check: "rendering",
      release: "lake/app",
      path: "helm_release.App",
      given: "Error: size must be at least 2",
      allowed: "values that the chart app renders with",
      next: "correct what Helm names",
    },
  ]);
});

test("a chart that is not at hand and a missing Helm are named, never passed over", async () => {
  const missing = await report({ releases: { App: release } }, noTools);
  expect(missing.releases.find((each) => each.release === "lake/app")).toMatchObject({ rendered: "no", objects: 0 });
  expect(missing.unchecked.map(({ release: name, reason }) => `${name}: ${reason}`)).toContain(
    "lake/app: the chart is not at hand",
  );
  const helmless = await report({ releases: { App: release } }, { ...noTools, chart: found(chart()) });
  expect(helmless.unchecked.map(({ release: name, reason }) => `${name}: ${reason}`)).toContain(
    "lake/app: there is no helm",
  );
});

test("a chart of another version is named with both", async () => {
  const tools = {
    helm: { path: helm("true") },
    chart: () => Promise.resolve({ path: chart(), foundVersion: "0.9.0" }),
  };
  const { unchecked } = await report({ releases: { App: release } }, tools);
  expect(unchecked.map(({ reason }) => reason)).toContain("rendered by version 0.9.0 in the place of 1.0.0");
});

test("values of a chart that is at hand are checked against its own", async () => {
  const tools = { helm: { path: helm("true") }, chart: found(chart()) };
  const { findings } = await report({ releases: { App: { ...release, values: ['{"sise":1}'] } } }, tools);
  expect(findings.map(({ check, given }) => [check, given])).toEqual([["chart values", "sise is not in values.yaml"]]);
});

test("definitions are left out of what is read, and lists are opened", () => {
  const text = [
    "---\n# Source: x\napiVersion: v1\nkind: List\nitems:\n  - {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}",
    "---\napiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: b}",
    "---\n# nothing but a comment",
    "---\napiVersion: v1\nkind: Secret\nmetadata: {name: c, labels: null}",
  ].join("\n");
  expect(documents(text)).toEqual([
    { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" } },
    { apiVersion: "v1", kind: "Secret", metadata: { name: "c" } },
  ]);
});
