import { listOf, objectOf } from "../../policies/blocks";
import { at, mapOf, textOf } from "../objects/kube-object";
import { type ProductRule, ports, service } from "./product";

const flux = (controller: string, open: readonly number[]) => ({
  part: controller,
  labels: { app: controller },
  ports: ports(...open),
  several: false,
  callsApiServer: true,
});

/** Port of the container that reloads the configuration. */
const reloader = { name: "reloader-web", port: 8080 };

/** What the operators of Spark, Superset, Flux and Prometheus make. */
export const otherProducts: Readonly<Record<string, ProductRule>> = {
  "sparkoperator.k8s.io/SparkConnect": {
    source: "spark-operator internal/controller/sparkconnect/{util,reconciler}.go",
    of: ({ name, block }) => {
      const selector = { "sparkoperator.k8s.io/connect-name": name, "spark-role": "connect-server" };
      const server = objectOf(at(block, "spec", "server"));
      const own = textOf(at(server, "service", "metadata", "name"));
      const open = [7078, 7079, 4040, 15002];
      const template = (part: "server" | "executor") => {
        const spec = at(block, "spec", part, "template", "spec");
        return spec === undefined ? {} : { spec: objectOf(spec), path: `spec.${part}.template.spec` };
      };
      const labels = (part: "server" | "executor") => mapOf(at(block, "spec", part, "template", "metadata", "labels"));
      return {
        services: [service(own ?? `${name}-server`, open, selector)],
        configMaps: [{ name: `${name}-conf`, keys: "any" }],
        pods: [
          {
            part: "server",
            labels: { ...labels("server"), ...selector },
            ports: ports(...open),
            several: false,
            callsApiServer: true,
            ...template("server"),
          },
          {
            part: "executor",
            labels: { ...labels("executor"), "sparkoperator.k8s.io/connect-name": name, "spark-role": "executor" },
            ports: ports(7079),
            ...template("executor"),
          },
        ],
      };
    },
  },
  "superset.apache.org/Superset": {
    source: "superset-kubernetes-operator internal/common/names.go, internal/controller/component_descriptors.go",
    of: ({ name, block }) => {
      const spec = objectOf(block.spec);
      const components: readonly (readonly [field: string, component: string, port: number | undefined])[] = [
        ["webServer", "web-server", 8088],
        ["celeryWorker", "celery-worker", undefined],
        ["celeryBeat", "celery-beat", undefined],
        ["celeryFlower", "celery-flower", 5555],
        ["websocketServer", "websocket-server", 8080],
        ["mcpServer", "mcp-server", 8088],
      ];
      const labels = (component: string) => ({
        "app.kubernetes.io/name": "superset",
        "app.kubernetes.io/component": component,
        "app.kubernetes.io/instance": name,
        "superset.apache.org/parent": name,
      });
      const used = components.filter(([field]) => spec[field] !== undefined);
      return {
        services: used.flatMap(([, component, port]) =>
          port === undefined ? [] : [service(`${name}-${component}`, [port], labels(component))],
        ),
        serviceAccounts: [textOf(at(spec, "serviceAccount", "name")) ?? name],
        pods: [
          ...used.map(([, component, port]) => ({
            part: component,
            labels: labels(component),
            ports: ports(...(port ? [port] : [])),
            several: false,
          })),
          {
            part: "init",
            labels: { ...labels("init"), "superset.apache.org/instance": name },
            ports: [],
            several: false,
          },
        ],
      };
    },
  },
  "fluxcd.controlplane.io/FluxInstance": {
    source: "flux-operator config/data/flux/<version>",
    of: ({ block }) => ({
      serviceAccounts: listOf(at(block, "spec", "components")).map(String),
      services: ["source-controller", "notification-controller"].map((name) => ({
        name,
        ports: [{ name: "http", port: 80, target: 9090 }],
        selector: { app: name },
      })),
      pods: [
        flux("source-controller", [8080, 9090, 9440]),
        flux("kustomize-controller", [8080, 9440]),
        flux("helm-controller", [8080, 9440]),
        flux("notification-controller", [8080, 9090, 9292, 9440]),
      ].filter(
        ({ part }) =>
          listOf(at(block, "spec", "components")).length === 0 ||
          listOf(at(block, "spec", "components")).includes(part),
      ),
    }),
  },
  "monitoring.coreos.com/Prometheus": {
    source:
      "https://prometheus-operator.dev/docs/api-reference/api, prometheus-operator pkg/prometheus/server/statefulset.go",
    of: ({ name, block }) => {
      const selector = { "app.kubernetes.io/name": "prometheus", "operator.prometheus.io/name": name };
      return {
        services: [service("prometheus-operated", [9090], { "app.kubernetes.io/name": "prometheus" })],
        pods: [
          {
            labels: {
              ...mapOf(at(block, "spec", "podMetadata", "labels")),
              ...selector,
              prometheus: name,
              "app.kubernetes.io/instance": name,
              "app.kubernetes.io/managed-by": "prometheus-operator",
            },
            ports: [{ name: String(at(block, "spec", "portName") ?? "web"), port: 9090 }, reloader],
            several: Number(at(block, "spec", "replicas") ?? 1) > 1,
            callsApiServer: true,
          },
        ],
      };
    },
  },
  "monitoring.coreos.com/Alertmanager": {
    source:
      "https://prometheus-operator.dev/docs/api-reference/api, prometheus-operator pkg/alertmanager/statefulset.go",
    of: ({ name, block }) => ({
      services: [service("alertmanager-operated", [9093, 9094], { "app.kubernetes.io/name": "alertmanager" })],
      pods: [
        {
          labels: {
            ...mapOf(at(block, "spec", "podMetadata", "labels")),
            "app.kubernetes.io/name": "alertmanager",
            "app.kubernetes.io/instance": name,
            "app.kubernetes.io/managed-by": "prometheus-operator",
            alertmanager: name,
          },
          ports: [{ name: String(at(block, "spec", "portName") ?? "web"), port: 9093 }, ...ports(9094), reloader],
          several: Number(at(block, "spec", "replicas") ?? 1) > 1,
        },
      ],
    }),
  },
};
