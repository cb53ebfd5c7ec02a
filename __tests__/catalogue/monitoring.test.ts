import type { ServiceSite } from "../../catalogue/definition";
import { monitoring, platformLogs, watchedServices } from "../../catalogue/monitoring";
import { existingNamespace } from "../../constructs/kubernetes";
import type { Size } from "../../environments/schema/sizes";
import { platformNamespaces } from "../../stacks/namespaces";

const settings = (given: Parameters<typeof monitoring.input.parse>[0] = {}, size: Size = "small") =>
  monitoring.resolve(monitoring.input.parse(given), { size });

const data = existingNamespace("data-platform");
const pods = (name: string) => ({ namespace: data, name, podLabels: { "app.kubernetes.io/name": name } });

test("a laptop keeps a week in volumes, and production a month, with logs in the object store", () => {
  expect(settings()).toMatchObject({
    namespace: "monitoring",
    replicas: 1,
    retention: "7d",
    storage: "10Gi",
    logs: { in: "volume", retention: "7d" },
    alerts: {},
  });
  expect(settings({}, "large")).toMatchObject({
    replicas: 2,
    retention: "30d",
    storage: "50Gi",
    logs: { in: "objectStore", retention: "30d" },
  });
});

test("logs in the object store need it and ask for their bucket, and others do not", () => {
  expect(monitoring.needs?.(settings({}, "large"))).toEqual([["objectStore"]]);
  expect(monitoring.buckets?.(settings({}, "large"))).toEqual(["logs"]);
  for (const other of [settings(), settings({ logs: { enabled: false } }, "large")]) {
    expect(monitoring.needs?.(other)).toEqual([]);
    expect(monitoring.buckets?.(other)).toEqual([]);
  }
});

test("the capacity counts each pod and volume, and no logs where they are off", () => {
  const components = (given = {}) => monitoring.workloads(settings(given)).map(({ component }) => component);
  expect(components()).toEqual([
    ...["prometheus", "alertmanager", "config-reloader", "prometheus-operator", "kube-state-metrics", "grafana"],
    ...["loki", "alloy"],
  ]);
  expect(components({ logs: { enabled: false } })).not.toContain("loki");
  expect(monitoring.workloads(settings({ replicas: 2, storage: "20Gi" }))[0]).toMatchObject({
    pods: 2,
    storage: "20Gi",
  });
});

test("a volume that is too small for two hours of metrics is refused", () => {
  expect(monitoring.check?.(settings({ storage: "1Gi" }), {})).toMatchObject([{ path: "storage", given: '"1Gi"' }]);
  expect(monitoring.check?.(settings({ storage: "2Gi" }), {})).toEqual([]);
});

test.each([
  { alerts: { receivers: { slack: { url: "https://hooks.example.com/x", channel: "#ops" } } } },
  { alerts: { receivers: { slack: { url: "platform/alerts#url", channel: "ops" } } } },
  { alerts: { receivers: { email: { to: "a@example.com" } } } },
  { retention: "a week" },
  { nodeRanges: ["10.0.0.1"] },
])("%j is refused", (given) => {
  expect(monitoring.input.safeParse(given).success).toBe(false);
});

test("every service with pods is watched: by its metrics, ports and pages, each pod once", () => {
  const trino = pods("trino");
  const offers: ServiceSite["offers"] = [
    {
      service: "trino",
      metrics: [{ name: "trino", pods: trino, port: 5556 }],
      ports: { http: { end: trino, port: 8080 }, outside: { end: { name: "world", cidrs: ["0.0.0.0/0"] }, port: 443 } },
      webUis: [
        {
          name: "trino",
          service: { namespace: "data-platform", name: "trino", port: 8080 },
          server: { end: pods("trino-web"), port: 8080 },
          healthPath: "/v1/info",
          login: "own",
        },
      ],
    },
    { service: "sparkOperator" },
  ];
  expect(watchedServices(offers)).toEqual([
    { service: "trino", pods: [trino, pods("trino-web")], metrics: [{ name: "trino", pods: trino, port: 5556 }] },
  ]);
});

test("logs are read in namespaces that every platform has", () => {
  const all: readonly string[] = Object.values(platformNamespaces);
  expect(platformLogs.filter((name) => !all.includes(name))).toEqual([]);
});
