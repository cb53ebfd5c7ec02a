import { type DeliveredObject, objectsOf, releasesOf, type Values, valuesOf } from "../../../support/releases";
import { everyReceiver, monitored, type Variant } from "./monitoring-stack";

type Made = ReturnType<typeof monitored>;

function object(made: Made, kind: string, name: string, namespace?: string): DeliveredObject {
  const found = objectsOf(releasesOf(made.services)).filter(
    (candidate) =>
      candidate.kind === kind &&
      candidate.metadata.name === name &&
      (namespace === undefined || candidate.metadata.namespace === namespace),
  );
  expect(found).toHaveLength(1);
  return found[0] as DeliveredObject;
}

function names(made: Made, kind: string): readonly string[] {
  return objectsOf(releasesOf(made.services))
    .filter((candidate) => candidate.kind === kind)
    .map(({ metadata }) => metadata.name)
    .sort();
}

function rows({ flows }: Made): readonly string[] {
  return flows.flows.map(({ from, to, ports }) => `${from.name} -> ${to.name} ${ports.join(",")}`);
}

describe("monitors and alerts", () => {
  test("ask each target at its port and path, from the namespace of monitoring", () => {
    expect(object(monitored(), "PodMonitor", "trino")).toMatchObject({
      metadata: { namespace: "monitoring" },
      spec: {
        namespaceSelector: { matchNames: ["data-platform"] },
        selector: { matchLabels: { "app.kubernetes.io/name": "trino" } },
        podMetricsEndpoints: [
          { port: "jmx", path: "/jmx", relabelings: [{ targetLabel: "job", replacement: "trino" }] },
        ],
      },
    });
  });

  test("ask the parts of monitoring too, by number where the port is known by it", () => {
    const made = monitored();
    expect(names(made, "PodMonitor")).toEqual([
      ...["alertmanager", "alloy", "grafana", "loki", "prometheus", "prometheus-operator", "trino"],
    ]);
    expect(object(made, "PodMonitor", "loki").spec).toMatchObject({
      podMetricsEndpoints: [{ portNumber: 3100, path: "/metrics" }],
    });
    expect(names(monitored({ logs: "off" }), "PodMonitor")).not.toContain("loki");
  });

  test("come after the server that takes them", () => {
    const monitors = releasesOf(monitored().services).find(({ name }) => name === "monitoring-monitors");
    expect(monitors?.dependsOn).toEqual([expect.stringMatching(/^helm_release\.Monitoring_Release_/)]);
  });

  test("of a service stand beside those of the platform, each with what to do", () => {
    const made = monitored();
    expect(names(made, "PrometheusRule")).toEqual(["platform", "trino"]);
    expect(object(made, "PrometheusRule", "trino").spec).toMatchObject({
      groups: [
        {
          name: "trino",
          rules: [
            {
              alert: "TrinoQueriesWait",
              expr: "sum(trino_queries_queued) > 100",
              for: "10m",
              labels: { severity: "warning" },
              annotations: { summary: "Queries wait for Trino.", remedy: "Give it more workers." },
            },
          ],
        },
      ],
    });
  });
});

describe("rights", () => {
  const rolesOf = (made: Made) =>
    objectsOf(releasesOf(made.services)).filter(({ kind }) => kind === "Role" || kind === "ClusterRole");
  const rulesOf = (role: DeliveredObject) =>
    role.rules as readonly { readonly resources: readonly string[]; readonly verbs: readonly string[] }[];

  test("reach Secrets in the namespace of monitoring only, and by the operator only", () => {
    const readers = rolesOf(monitored({ logs: "bucket" })).filter((role) =>
      rulesOf(role).some(({ resources }) => resources.includes("secrets") || resources.includes("*")),
    );
    expect(readers.map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`)).toEqual([
      "Role monitoring/prometheus-operator",
    ]);
  });

  test("let Prometheus look for pods where its targets are, and nowhere else", () => {
    const roles = rolesOf(monitored()).filter(({ metadata }) => metadata.name === "prometheus");
    expect(roles.map(({ metadata }) => metadata.namespace)).toEqual(["data-platform", "monitoring"]);
    expect(object(monitored(), "ClusterRole", "monitoring-prometheus").rules).toEqual([
      { apiGroups: [""], resources: ["nodes/metrics"], verbs: ["get"] },
    ]);
  });

  test("let the collector of logs read pods of services and platform, and are absent without logs", () => {
    const collector = (logs: "volume" | "off") =>
      rolesOf(monitored({ logs })).filter(({ metadata }) => metadata.name === "alloy");
    expect(
      collector("volume")
        .map(({ metadata }) => String(metadata.namespace))
        .sort(),
    ).toEqual(["data-platform", "monitoring", "vault"]);
    expect(
      collector("volume")
        .flatMap(rulesOf)
        .flatMap(({ verbs }) => verbs),
    ).not.toContain("create");
    expect(collector("off")).toEqual([]);
  });

  test("of the chart are not made: its operator would write every Secret of the cluster", () => {
    expect(valuesOf(monitored().services, "monitoring")).toMatchObject({
      global: { rbac: { create: false } },
      prometheusOperator: { namespaces: { releaseNamespace: true, additional: [] } },
      prometheus: { serviceAccount: { name: "prometheus" } },
    });
  });
});

describe("Prometheus and Alertmanager", () => {
  test("run nothing on the nodes, bring no definitions and take every monitor", () => {
    expect(valuesOf(monitored().services, "monitoring")).toMatchObject({
      crds: { enabled: false },
      nodeExporter: { enabled: false },
      defaultRules: { create: false },
      prometheus: {
        prometheusSpec: { podMonitorSelectorNilUsesHelmValues: false, ruleSelectorNilUsesHelmValues: false },
      },
    });
  });

  test.each([
    { storage: "10Gi", size: "8192MB" },
    { storage: "512Mi", size: "409MB" },
    { storage: "1Ti", size: "838860MB" },
  ])("with a volume of $storage drop metrics above $size", ({ storage, size }) => {
    const { prometheus } = valuesOf(monitored({ props: { storage } }).services, "monitoring") as {
      readonly prometheus: { readonly prometheusSpec: Values };
    };
    expect(prometheus.prometheusSpec).toMatchObject({
      retention: "7d",
      retentionSize: size,
      storageSpec: { volumeClaimTemplate: { spec: { resources: { requests: { storage } } } } },
    });
  });

  test("as two survive the loss of a node and tell each other", () => {
    const made = monitored({ props: { replicas: 2, storageClass: "fast" } });
    expect(valuesOf(made.services, "monitoring")).toMatchObject({
      prometheus: {
        podDisruptionBudget: { enabled: true },
        prometheusSpec: {
          replicas: 2,
          podAntiAffinity: "soft",
          storageSpec: { volumeClaimTemplate: { spec: { storageClassName: "fast" } } },
        },
      },
      alertmanager: { alertmanagerSpec: { replicas: 2 } },
    });
    expect(rows(made)).toContain("alertmanager -> alertmanager 9094");
  });
});

describe("receivers", () => {
  const config = (variant: Variant) =>
    (valuesOf(monitored(variant).services, "monitoring") as { readonly alertmanager: Values }).alertmanager;

  test("are nobody when none is named, and Alertmanager calls nobody", () => {
    expect(config({})).toMatchObject({
      config: { receivers: [{ name: "people" }] },
      alertmanagerSpec: { secrets: [] },
    });
    const made = monitored();
    expect(names(made, "ExternalSecret")).not.toContain("alert-receivers");
    expect(rows(made).filter((row) => row.startsWith("alertmanager"))).toEqual([]);
  });

  test("read what is secret from files of a Secret that follows its source", () => {
    const made = monitored({ receivers: everyReceiver });
    const { alertmanager } = valuesOf(made.services, "monitoring") as { readonly alertmanager: Values };
    expect(alertmanager).toMatchObject({ alertmanagerSpec: { secrets: ["alert-receivers"] } });
    const files = JSON.stringify(alertmanager.config).match(/\/etc\/alertmanager\/secrets\/[^"]+/g) ?? [];
    const { spec } = object(made, "ExternalSecret", "alert-receivers") as DeliveredObject & {
      readonly spec: { readonly data: readonly { readonly secretKey: string }[] };
    };
    expect([...files].sort()).toEqual(
      spec.data.map(({ secretKey }) => `/etc/alertmanager/secrets/alert-receivers/${secretKey}`).sort(),
    );
    expect(rows(made)).toContain("alertmanager -> internet 443,587");
  });
});

describe("Grafana", () => {
  test("has the administrator of its secret and keeps, downloads and reports nothing", () => {
    const made = monitored();
    expect(valuesOf(made.services, "monitoring")).toMatchObject({
      grafana: {
        admin: { existingSecret: "grafana-credentials", userKey: "admin-user", passwordKey: "admin-password" },
        automountServiceAccountToken: false,
        sidecar: { dashboards: { enabled: false }, datasources: { enabled: false } },
        podAnnotations: { "secret.reloader.stakater.com/reload": "grafana-credentials" },
        "grafana.ini": { plugins: { preinstall_disabled: true }, analytics: { reporting_enabled: false } },
      },
    });
    expect(object(made, "ExternalSecret", "grafana-credentials").spec).toMatchObject({
      data: [{ secretKey: "admin-user" }, { secretKey: "admin-password" }],
    });
  });

  test("reads what is there: no source of logs without logs", () => {
    const sources = (logs: "volume" | "off") => {
      const { grafana } = valuesOf(monitored({ logs }).services, "monitoring") as {
        readonly grafana: {
          readonly datasources: { readonly [file: string]: { readonly datasources: readonly Values[] } };
        };
      };
      return grafana.datasources["datasources.yaml"]?.datasources.map(({ url }) => url);
    };
    expect(sources("volume")).toEqual([
      "http://monitoring-prometheus.monitoring.svc:9090",
      "http://monitoring-alertmanager.monitoring.svc:9093",
      "http://loki.monitoring.svc:3100",
    ]);
    expect(sources("off")).toHaveLength(2);
  });

  test("is the one page for people, with a login of its own", () => {
    expect(monitored().monitoring.webUi).toMatchObject({
      name: "grafana",
      service: { namespace: "monitoring", name: "grafana", port: 80 },
      server: { port: 3000 },
      login: "own",
    });
  });
});

describe("logs", () => {
  test("are read through the API, restricted, and brought to Loki", () => {
    const values = valuesOf(monitored().services, "alloy") as {
      readonly alloy: { readonly configMap: { readonly content: string } };
    };
    expect(values).toMatchObject({
      global: {
        podSecurityContext: { runAsNonRoot: true, runAsUser: 473, seccompProfile: { type: "RuntimeDefault" } },
      },
      rbac: { create: false },
      alloy: {
        enableReporting: false,
        securityContext: { readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } },
      },
      controller: { type: "deployment" },
    });
    expect(JSON.stringify(values)).not.toContain("hostPath");
    // K8S-06: its account gives no pod a token; this one asks for one itself.
    expect(JSON.stringify(values)).toContain("serviceAccountToken");
    const { automountServiceAccountToken: token } = object(monitored(), "ServiceAccount", "alloy") as {
      readonly automountServiceAccountToken?: boolean;
    };
    expect(token).toBe(false);
    const { content } = values.alloy.configMap;
    expect(content).toContain('names = ["data-platform","monitoring","vault"]');
    expect(content).toContain('url = "http://loki.monitoring.svc:3100/loki/api/v1/push"');
  });

  test("stay in the volume where there is no bucket", () => {
    expect(valuesOf(monitored().services, "loki")).toMatchObject({
      deploymentMode: "Monolithic",
      loki: { storage: { type: "filesystem" }, limits_config: { retention_period: "168h" } },
      singleBinary: { persistence: { size: "5Gi" } },
    });
  });

  test("go to their bucket with the keys of its Secret", () => {
    const made = monitored({ logs: "bucket" });
    expect(valuesOf(made.services, "loki")).toMatchObject({
      loki: {
        storage: { type: "s3", bucketNames: { chunks: "logs" }, s3: { s3ForcePathStyle: true, insecure: true } },
        compactor: { delete_request_store: "s3" },
        schemaConfig: { configs: [{ object_store: "s3" }] },
      },
      singleBinary: {
        extraEnvFrom: [{ secretRef: { name: "loki-s3-credentials" } }],
        podAnnotations: { "secret.reloader.stakater.com/reload": "loki-s3-credentials" },
      },
    });
    expect(object(made, "ExternalSecret", "loki-s3-credentials").spec).toMatchObject({
      data: [{ secretKey: "AWS_ACCESS_KEY_ID" }, { secretKey: "AWS_SECRET_ACCESS_KEY" }],
    });
    expect(rows(made)).toContain("loki -> seaweedfs 8333");
  });
});

test("its flows are those of its parts and to each target, and no other", () => {
  expect(rows(monitored())).toEqual([
    "prometheus-operator -> api-server 6443",
    "prometheus -> api-server 6443",
    "kube-state-metrics -> api-server 6443",
    "alloy -> api-server 6443",
    "prometheus -> prometheus-operator 8080",
    "prometheus -> alertmanager 9093",
    "prometheus -> grafana 3000",
    "prometheus -> loki 3100",
    "prometheus -> alloy 12345",
    "prometheus -> trino 5556",
    "prometheus -> kube-state-metrics 8080",
    "prometheus -> kubelets 10250",
    "grafana -> prometheus 9090",
    "grafana -> alertmanager 9093",
    "grafana -> loki 3100",
    "alloy -> loki 3100",
    "loki -> loki 7946,9095",
  ]);
});

test("every image comes from the mirror where there is one", () => {
  const made = monitored({ settings: { imageRegistry: "localhost:5001" } });
  expect(valuesOf(made.services, "monitoring")).toMatchObject({ global: { imageRegistry: "localhost:5001" } });
  expect(valuesOf(made.services, "loki")).toMatchObject({ global: { imageRegistry: "localhost:5001" } });
  expect(valuesOf(made.services, "alloy")).toMatchObject({
    global: { image: { registry: "localhost:5001" }, podSecurityContext: { runAsNonRoot: true } },
  });
});

test("every pod runs restricted, and leaves its user to the namespace where the environment says so", () => {
  const contexts = (openshift: boolean) => {
    const { services } = monitored({ settings: { openshift } });
    const [stack, loki, alloy] = ["monitoring", "loki", "alloy"].map((name) => valuesOf(services, name));
    return JSON.stringify([stack, loki, alloy]);
  };
  expect(
    contexts(false)
      .match(/"runAsUser":\d+/g)
      ?.sort(),
  ).toEqual(["1000", "1000", "10001", "472", "473", "65534", "65534"].map((user) => `"runAsUser":${user}`));
  expect(contexts(false).match(/"runAsNonRoot":true/g)).toHaveLength(7);
  expect(contexts(true)).not.toMatch(/"(runAsUser|runAsGroup|fsGroup)":\d/);
});
