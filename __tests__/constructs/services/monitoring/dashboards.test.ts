import { platformAlerts } from "../../../../constructs/services/monitoring/alerts";
import { dashboard } from "../../../../constructs/services/monitoring/dashboards/dashboard";
import { platformDashboards } from "../../../../constructs/services/monitoring/dashboards/platform-dashboards";
import { labelsOf, serviceDashboard } from "../../../../constructs/services/monitoring/dashboards/service-dashboard";
import { objectsOf, releasesOf } from "../../../support/releases";
import { monitored, objectStore, trino } from "./monitoring-stack";

interface Page {
  readonly uid: string;
  readonly panels: readonly {
    readonly id: number;
    readonly title: string;
    readonly type: string;
    readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
    readonly targets: readonly { readonly refId: string; readonly expr: string }[];
  }[];
}

const pages = (logs = true): readonly Page[] =>
  [
    ...Object.values(platformDashboards(logs)),
    ...[trino, objectStore].map((service) => serviceDashboard(service, logs)),
  ] as unknown as readonly Page[];

const expressions = [
  ...pages().flatMap(({ panels }) => panels.flatMap(({ targets }) => targets.map(({ expr }) => expr))),
  ...platformAlerts.flatMap(({ rules }) => rules.map(({ expression }) => expression)),
];

test("there is a page for the whole, for Vault, for Flux and for each service, as files of one config map", () => {
  const [map] = objectsOf(releasesOf(monitored().services)).filter(({ kind }) => kind === "ConfigMap");
  const files = map?.data as Readonly<Record<string, string>>;
  expect(Object.keys(files).sort()).toEqual([
    "flux.json",
    "objectStore.json",
    "overview.json",
    "trino.json",
    "vault.json",
  ]);
  expect(JSON.parse(files["trino.json"] ?? "")).toMatchObject({ uid: "terralake-trino", title: "trino" });
});

test("a service's page selects its pods by their labels, which kube-state-metrics is told of", () => {
  const [, , service] = [pages()[0], pages()[1], pages().find(({ uid }) => uid === "terralake-trino")];
  const cpu = service?.panels.find(({ title }) => title === "CPU");
  expect(cpu?.targets[0]?.expr).toContain(
    'kube_pod_labels{namespace="data-platform", label_app_kubernetes_io_name="trino"}',
  );
  expect(labelsOf([trino, objectStore])).toEqual(["app.kubernetes.io/name"]);
});

test("a service's page shows what only it tells, and whether its metrics arrive", () => {
  const titles = (uid: string) =>
    pages()
      .find((page) => page.uid === uid)
      ?.panels.map(({ title }) => title);
  expect(titles("terralake-trino")).toEqual(expect.arrayContaining(["Queries", "Metrics arrive", "Log"]));
  expect(titles("terralake-objectStore")).not.toContain("Metrics arrive");
});

test("no page asks for logs where none are collected", () => {
  const kinds = (logs: boolean) => pages(logs).flatMap(({ panels }) => panels.map(({ type }) => type));
  expect(kinds(true)).toContain("logs");
  expect(kinds(false)).not.toContain("logs");
});

test("panels are numbered, stand within 24 columns and do not cover each other", () => {
  for (const { panels } of pages()) {
    expect(panels.map(({ id }) => id)).toEqual(panels.map((_, index) => index + 1));
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(Math.max(...panels.map(({ gridPos }) => gridPos.x + gridPos.w))).toBeLessThanOrEqual(24);
  }
});

test("a row that is full begins a new one below its tallest panel", () => {
  const { panels } = dashboard({
    uid: "test",
    title: "test",
    tags: [],
    panels: [
      { title: "a", kind: "number", queries: [{ expression: "up" }] },
      { title: "b", kind: "graph", queries: [{ expression: "up" }, { expression: "up > 0" }] },
      { title: "c", kind: "graph", queries: [{ expression: "up" }] },
    ],
  }) as unknown as Page;
  expect(panels.map(({ gridPos: { x, y } }) => [x, y])).toEqual([
    [0, 0],
    [6, 0],
    [0, 8],
  ]);
  expect(panels[1]?.targets.map(({ refId }) => refId)).toEqual(["A", "B"]);
});

test("expressions have their brackets and quotes in pairs", () => {
  expect(expressions.length).toBeGreaterThan(50);
  expect(expressions.filter((expression) => !paired(expression))).toEqual([]);
  expect(["sum(up", 'up{job="a}', "sum by (a] (up)"].filter(paired)).toEqual([]);
});

test("every alert of the platform says in whole sentences what is wrong and what to do", () => {
  const rules = platformAlerts.flatMap((group) => group.rules);
  expect(new Set(rules.map(({ name }) => name)).size).toBe(rules.length);
  for (const { name, after, summary, remedy } of rules) {
    expect(name).toMatch(/^([A-Z][a-z]+)+$/);
    expect(after).toMatch(/^\d+[mh]$/);
    expect(summary).toMatch(/^.{20,}[.]$/);
    expect(remedy).toMatch(/^[A-Z].{15,}[.]$/);
  }
});

test("alerts cover pods, volumes, certificates, secrets, Vault, Flux and what nobody tells", () => {
  const names = platformAlerts.flatMap((group) => group.rules.map(({ name }) => name));
  expect(names).toEqual(
    expect.arrayContaining([
      ...["PodNotReady", "ContainerRestartsOften", "VolumeNearlyFull", "CertificateEndsSoon"],
      ...["ExternalSecretNotSynced", "VaultNotReady", "FluxNotReady", "TargetDown", "AlertsNotDelivered"],
    ]),
  );
});

/** Whether brackets close in the order in which they open, outside of quoted text. */
function paired(expression: string): boolean {
  const bare = expression.replaceAll(/"(\\.|[^"\\])*"/g, "");
  const open: string[] = [];
  for (const sign of bare) {
    const close = { "(": ")", "[": "]", "{": "}" }[sign];
    if (close) {
      open.push(close);
    } else if (")]}".includes(sign) && open.pop() !== sign) {
      return false;
    }
  }
  return open.length === 0 && !bare.includes('"');
}
