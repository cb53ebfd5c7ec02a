import { listOf, objectOf } from "../../policies/blocks";
import { at, type KubeObject, mapOf, textOf } from "../objects/kube-object";
import { portsOf } from "../objects/pods";
import { type ProductRule, ports, service } from "./product";

/** Port of Kafka's measurements. */
const metrics = { name: "tcp-prometheus", port: 9404 };

/** Labels by which the nodes of a pool are known. */
function rolesOf(pool: KubeObject): Readonly<Record<string, string>> {
  const roles = listOf(at(pool.block, "spec", "roles"));
  return {
    "strimzi.io/pool-name": pool.name,
    "strimzi.io/broker-role": String(roles.includes("broker")),
    "strimzi.io/controller-role": String(roles.includes("controller")),
  };
}

const strimziKeys = { ca: ["ca.crt", "ca.p12", "ca.password"] };

/** What the operators of Kafka, its registry and Flink make. */
export const streamProducts: Readonly<Record<string, ProductRule>> = {
  "kafka.strimzi.io/Kafka": {
    source:
      "strimzi api KafkaResources.java, ResourceLabels.java, cluster-operator KafkaCluster.java, CruiseControl.java, KafkaExporter.java",
    of: ({ name, namespace, block }, others) => {
      const spec = objectOf(block.spec);
      const base = { "strimzi.io/cluster": name };
      const nodes = { ...base, "strimzi.io/name": `${name}-kafka`, "strimzi.io/kind": "Kafka" };
      const brokers = { ...nodes, "strimzi.io/broker-role": "true" };
      const pools = others.filter(
        (other) =>
          other.kind === "KafkaNodePool" &&
          other.namespace === namespace &&
          objectOf(at(other.block, "metadata", "labels"))["strimzi.io/cluster"] === name,
      );
      const listeners = listOf(at(spec, "kafka", "listeners")).map((entry) => Number(objectOf(entry).port));
      const part = (id: string, suffix: string, type: string, open: readonly number[]) => ({
        part: id,
        labels: {
          ...base,
          "strimzi.io/name": `${name}${suffix}`,
          "strimzi.io/kind": "Kafka",
          "strimzi.io/component-type": type,
        },
        ports: open.map((port) => (port === metrics.port ? metrics : { port })),
        several: false,
        callsApiServer: type === "entity-operator",
      });
      const cruise = spec.cruiseControl !== undefined;
      const exporter = spec.kafkaExporter !== undefined;
      return {
        secrets: [
          { name: `${name}-cluster-ca-cert`, keys: strimziKeys.ca },
          { name: `${name}-clients-ca-cert`, keys: strimziKeys.ca },
          { name: `${name}-cluster-ca`, keys: ["ca.key"] },
          { name: `${name}-clients-ca`, keys: ["ca.key"] },
        ],
        services: [
          service(`${name}-kafka-bootstrap`, [9091, ...listeners], brokers),
          service(`${name}-kafka-brokers`, [9090, 9091, 8443, ...listeners], brokers),
          ...(cruise
            ? [service(`${name}-cruise-control`, [9090], { "strimzi.io/name": `${name}-cruise-control` })]
            : []),
        ],
        serviceAccounts: [`${name}-kafka`, ...(spec.entityOperator ? [`${name}-entity-operator`] : [])],
        pods: [
          ...pools.map((pool) => ({
            part: pool.name,
            labels: {
              ...nodes,
              "strimzi.io/component-type": "kafka",
              "app.kubernetes.io/name": "kafka",
              ...rolesOf(pool),
            },
            ports: [...ports(9090, 9091, 8443, ...listeners), metrics],
            callsApiServer: true,
          })),
          ...(spec.entityOperator
            ? [part("entity-operator", "-entity-operator", "entity-operator", [8080, 8081])]
            : []),
          ...(cruise ? [part("cruise-control", "-cruise-control", "cruise-control", [9090, 9404])] : []),
          ...(exporter ? [part("kafka-exporter", "-kafka-exporter", "kafka-exporter", [9404])] : []),
        ],
      };
    },
  },
  "kafka.strimzi.io/KafkaUser": {
    source: "strimzi user-operator KafkaUserModel.java",
    of: ({ name, block }) => {
      const type = textOf(at(block, "spec", "authentication", "type"));
      const keys =
        type === "scram-sha-512"
          ? ["password", "sasl.jaas.config"]
          : ["ca.crt", "user.crt", "user.key", "user.p12", "user.password"];
      return type === undefined ? {} : { secrets: [{ name, keys }] };
    },
  },
  "registry.apicur.io/ApicurioRegistry3": {
    source: "apicurio-registry operator ResourceFactory.java, Labels.java, k8s/default/app.service.yaml",
    of: ({ name, block }) => {
      const labels = (component: string) => ({
        app: name,
        "app.kubernetes.io/name": "apicurio-registry",
        "app.kubernetes.io/component": component,
        "app.kubernetes.io/part-of": "apicurio-registry",
        "app.kubernetes.io/instance": name,
      });
      const ui = at(block, "spec", "ui", "enabled") !== false;
      return {
        services: [
          service(`${name}-app-service`, [8080], labels("app")),
          ...(ui ? [service(`${name}-ui-service`, [8080], labels("ui"))] : []),
        ],
        pods: [
          {
            part: "app",
            labels: labels("app"),
            ports: [
              { name: "http", port: 8080 },
              { name: "management", port: 9000 },
            ],
            several: Number(at(block, "spec", "app", "replicas") ?? 1) > 1,
          },
          ...(ui ? [{ part: "ui", labels: labels("ui"), ports: [{ name: "http", port: 8080 }], several: false }] : []),
        ],
      };
    },
  },
  "flink.apache.org/FlinkDeployment": {
    source:
      "flink-kubernetes-operator IngressUtils.java, StandaloneKubernetesUtils.java, https://nightlies.apache.org/flink/flink-docs-stable/docs/deployment/resource-providers/native_kubernetes",
    of: ({ name, block }) => {
      const spec = objectOf(block.spec);
      const native = spec.mode !== "standalone";
      const base = { app: name, type: native ? "flink-native-kubernetes" : "flink-standalone-kubernetes" };
      const settings = objectOf(spec.flinkConfiguration);
      const configured = (key: string, standard: number) => Number(settings[key] ?? standard);
      const rest = configured("rest.port", 8081);
      const rpc = configured("jobmanager.rpc.port", 6123);
      const blob = configured("blob.server.port", 6124);
      // Of both kinds of pods; Flink chooses it at random where nobody does.
      const queries = configured("metrics.internal.query-service.port", 0);
      const query = queries > 0 ? [queries] : [];
      const more = (part: "jobManager" | "taskManager") => ({
        ...mapOf(at(spec, "podTemplate", "metadata", "labels")),
        ...mapOf(at(spec, part, "podTemplate", "metadata", "labels")),
      });
      const pod = (part: "jobManager" | "taskManager", component: string, open: readonly number[]) => {
        // The part's own template goes over the common one.
        const hasOwn = at(spec, part, "podTemplate", "spec") !== undefined;
        const path = hasOwn ? `spec.${part}.podTemplate.spec` : "spec.podTemplate.spec";
        const template = at(block, ...path.split("."));
        return {
          part: component,
          labels: { ...more(part), ...base, component },
          ports: [...ports(...open), ...portsOf(objectOf(template))],
          several: component === "taskmanager" || Number(at(spec, "jobManager", "replicas") ?? 1) > 1,
          callsApiServer: native,
          ...(template === undefined ? {} : { spec: objectOf(template), path }),
        };
      };
      const manager = { ...base, component: "jobmanager" };
      return {
        services: [service(`${name}-rest`, [rest], manager), service(name, [rpc, blob], manager)],
        configMaps: [{ name: `flink-config-${name}`, keys: "any" }],
        pods: [
          pod("jobManager", "jobmanager", [rest, rpc, blob, ...query]),
          pod("taskManager", "taskmanager", [
            configured("taskmanager.rpc.port", 6122),
            configured("taskmanager.data.port", 6121),
            ...query,
          ]),
        ],
      };
    },
  },
};
