import { freeKeys } from "../../../../verification/charts/free-keys";
import { ChartData } from "../../../support/chart-data";
import { objectProblems } from "../../../support/crd-contract";
import { objectsOf, releasesOf, type Values } from "../../../support/releases";
import { valuesProblems } from "../../../support/values-contract";
import { everyReceiver, monitored } from "./monitoring-stack";

const data = ChartData.find();

/** Sections of Grafana's own settings, and keys that only its templates show. */
const open = ["fullnameOverride", "podAnnotations"];
const iniSections = ["analytics", "news", "users", "security", "snapshots", "plugins"].map(
  (section) => `grafana.ini.${section}`,
);

const variants = [
  monitored(),
  monitored({ logs: "off" }),
  monitored({
    logs: "bucket",
    settings: { imageRegistry: "localhost:5001", allowDestroy: true },
    receivers: everyReceiver,
    props: { replicas: 2, storageClass: "fast" },
  }),
];
const releases = variants.flatMap(({ services }) => releasesOf(services));

/** Kinds of Kubernetes itself. */
const builtIn = ["v1", "rbac.authorization.k8s.io/v1"];

(data ? describe : describe.skip)("upstream's charts", () => {
  test.each(["kube-prometheus-stack", "loki", "alloy"])("%s knows every key that is set", (chart) => {
    const ours = releases.filter((release) => release.chart === chart);
    expect(ours.length).toBeGreaterThanOrEqual(2);
    const contract = { defaults: data?.values(chart) ?? {}, schema: data?.schema(chart), free: freeKeys[chart] };
    expect(ours.flatMap(({ values }) => valuesProblems(values, contract))).toEqual([]);
  });

  test("grafana, a chart within kube-prometheus-stack, knows every key that is set of it", () => {
    const shown = [data?.values("grafana"), data?.values("kube-prometheus-stack")?.grafana as Values];
    for (const { values } of releases.filter(({ chart }) => chart === "kube-prometheus-stack")) {
      const [own = [], stack = []] = shown.map((defaults = {}) =>
        valuesProblems(values.grafana as Values, { defaults, free: [...open, ...iniSections] }),
      );
      expect(own.filter((problem) => stack.includes(problem))).toEqual([]);
    }
  });

  test("define every object that is delivered", () => {
    const custom = objectsOf(releases).filter(({ apiVersion }) => !builtIn.includes(apiVersion));
    for (const object of custom) {
      const schema = data?.definition(object.apiVersion, object.kind);
      expect({ kind: object.kind, defined: schema !== undefined }).toEqual({ kind: object.kind, defined: true });
      expect(objectProblems(object, schema as Values)).toEqual([]);
    }
    expect(new Set(custom.map(({ kind }) => kind))).toEqual(
      new Set(["PodMonitor", "PrometheusRule", "ExternalSecret", "SecretStore", "Certificate"].sort()),
    );
  });
});
