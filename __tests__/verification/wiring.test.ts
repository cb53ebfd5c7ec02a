import { type Change, deployment, findings, part, report, set } from "./small-platform";

const pod = "spec.template.spec";

/** Changes one field of one object. */
function broken(name: string, path: string, value: unknown): Change {
  return { objects: (objects) => set(part(objects, name), path, value) };
}

function without(name: string): Change {
  return {
    objects: (objects) => {
      delete objects[name];
    },
  };
}

test("a platform in which all leads somewhere has no findings, and each kind of reference was looked at", async () => {
  const { findings: found, checked } = await report();
  expect(found).toEqual([]);
  expect(checked).toEqual({
    "API server flow": 2,
    address: 2,
    claim: 1,
    "config map": 2,
    "config map key": 1,
    flow: 2,
    images: 1,
    issuer: 1,
    namespace: 1,
    pod: 2,
    policy: 7,
    port: 2,
    role: 1,
    secret: 2,
    "secret key": 2,
    "secret store": 1,
    selector: 1,
    "service account": 2,
    "storage class": 2,
    "target port": 1,
  });
});

test.each<[string, Change, readonly string[]]>([
  [
    "a Secret's key that its maker names otherwise",
    broken("password", "spec.data.0.secretKey", "pass"),
    [
      `Deployment/catalog ${pod}.containers[0].env[0].valueFrom.secretKeyRef: key password of secret catalog-database in lake`,
    ],
  ],
  [
    "a Secret that nobody makes",
    broken("password", "spec.target.name", "catalog-db"),
    [`Deployment/catalog ${pod}.containers[0].env[0].valueFrom.secretKeyRef: secret catalog-database in lake`],
  ],
  [
    "a template that replaces what was fetched",
    broken("password", "spec.target.template", { data: { url: "{{ .password }}" } }),
    [
      `Deployment/catalog ${pod}.containers[0].env[0].valueFrom.secretKeyRef: key password of secret catalog-database in lake`,
    ],
  ],
  [
    "a key that a certificate's Secret does not have",
    broken("catalog", `${pod}.volumes.0.secret.items.0.key`, "ca.pem"),
    [`Deployment/catalog ${pod}.volumes[0].secret: key ca.pem of secret catalog-tls in lake`],
  ],
  [
    "a ConfigMap's key",
    broken("configuration", "data", { "server.properties": "url=jdbc:postgresql://postgres-rw.lake.svc:5432/catalog" }),
    [
      `Deployment/catalog ${pod}.containers[0].env[1].valueFrom.configMapKeyRef: key catalog.properties of config map catalog-config in lake`,
    ],
  ],
  [
    "a service account",
    broken("catalog", `${pod}.serviceAccountName`, "catalogue"),
    [`Deployment/catalog ${pod}.serviceAccountName: service account catalogue in lake`],
  ],
  [
    "the subject of a right",
    broken("binding", "subjects.0.name", "catalogue"),
    ["RoleBinding/catalog subjects: service account catalogue in lake"],
  ],
  ["a role", without("role"), ["RoleBinding/catalog roleRef: Role catalog in lake"]],
  [
    "a claim",
    without("volume"),
    [`Deployment/catalog ${pod}.volumes[2].persistentVolumeClaim.claimName: claim catalog-data in lake`],
  ],
  [
    "a storage class that the target does not have",
    broken("database", "spec.storage.storageClass", "premium-rwo"),
    ["Cluster/postgres spec.storage.storageClass: storage class premium-rwo"],
  ],
  ["an issuer", without("issuer"), ["Certificate/catalog-tls spec.issuerRef: ClusterIssuer authority"]],
  [
    "a secret store",
    without("store"),
    ["ExternalSecret/catalog-database spec.secretStoreRef: SecretStore vault in lake"],
  ],
  [
    "a Service that an operator makes under another name",
    broken("database", "metadata.name", "postgresql"),
    [
      "ConfigMap/catalog-config data.catalog.properties: postgres-rw.lake.svc:5432",
      // The policies name the database by its old name too.
      "Cluster/postgresql: Cluster/postgresql of lake calls the Kubernetes API",
    ],
  ],
  [
    "a port that the Service does not have",
    broken("configuration", "data", { "catalog.properties": "jdbc:postgresql://postgres-rw.lake.svc:5433/catalog" }),
    ["ConfigMap/catalog-config data.catalog.properties: postgres-rw.lake.svc:5433, port 5433"],
  ],
  [
    "the port that a scheme means",
    broken("service", "spec.ports.0.port", 8080),
    [`Deployment/client ${pod}.containers[0].env[0].value: catalog.lake.svc, port 80`],
  ],
  [
    "a Service's selector",
    broken("service", "spec.selector.app", "catalogue"),
    ["Service/catalog spec.selector: app=catalogue"],
  ],
  [
    "a target port that no container names",
    broken("service", "spec.ports.0.targetPort", "web"),
    ["Service/catalog spec.ports: target port web"],
  ],
])("finds %s", async (_, change, expected) => {
  expect(await findings(change)).toEqual(expected);
});

test("an optional reference may lead to nothing", async () => {
  const optional = { name: "EXTRA", valueFrom: { secretKeyRef: { name: "extra", key: "x", optional: true } } };
  expect(await findings(broken("client", `${pod}.containers.0.env.1`, optional))).toEqual([]);
});

test("a finding says what is there and what to do", async () => {
  const { findings: found } = await report(broken("password", "spec.data.0.secretKey", "pass"));
  expect(found).toEqual([
    {
      check: "wiring",
      release: "lake/objects",
      path: `Deployment/catalog ${pod}.containers[0].env[0].valueFrom.secretKeyRef`,
      given: "key password of secret catalog-database in lake",
      allowed: "pass",
      next: "name a key that it has, or let its maker write this one",
    },
  ]);
});

test("what stands in a Secret of External Secrets is called by the pods that read it", async () => {
  const url = {
    data: { url: "postgresql://u:{{ .password }}@postgres-ro.lake.svc:5432/x", password: "{{ .password }}" },
  };
  const change = broken("password", "spec.target.template", url);
  expect(await findings(change)).toEqual([]);
  const moved = { data: { ...url.data, url: "postgresql://u:{{ .password }}@postgres-replica.lake.svc:5432/x" } };
  expect(await findings(broken("password", "spec.target.template", moved))).toEqual([
    "ExternalSecret/catalog-database spec.target.template.data.url: postgres-replica.lake.svc:5432",
  ]);
});

test("settings of Spark are judged as those of its jobs", async () => {
  const lines = ["spark.kubernetes.namespace=lake", "spark.kubernetes.driver.secretKeyRef.KEY=engine:key"];
  const text = [...lines, "spark.kubernetes.authenticate.driver.serviceAccountName=jobs"].join("\n");
  expect(
    await findings({
      objects: (objects) => {
        set(part(objects, "configuration"), "data", { "catalog.properties": text });
      },
    }),
  ).toEqual([
    "ConfigMap/catalog-config text: service account jobs in lake",
    "ConfigMap/catalog-config text: secret engine in lake",
  ]);
});

test("names that a release brings which could not be rendered are no findings, but are named", async () => {
  const { findings: found, unchecked } = await report({
    ...broken("password", "spec.target.name", "catalog-db"),
    releases: {
      Other: {
        name: "other",
        namespace: "lake",
        chart: "other",
        repository: "https://charts.example.com",
        version: "1.0.0",
        values: ["{}"],
      },
    },
  });
  expect(found).toEqual([]);
  expect(unchecked.filter(({ release }) => release === "lake/other")).toEqual([
    {
      release: "lake/other",
      chart: "other",
      reason: "the chart is not at hand",
      what: [
        "references of its pods, addresses in its configuration, its Services, pod security",
        `whether it makes the secret catalog-database in lake, which Deployment/catalog ${pod}.containers[0].env[0].valueFrom.secretKeyRef names`,
      ],
    },
    {
      release: "lake/other",
      chart: "other",
      reason: "neither the chart nor its data is at hand",
      what: ["keys and kinds of its values"],
    },
  ]);
});

test("objects that Terraform makes without Helm are read as the API has them", async () => {
  const job = {
    metadata: { name: "backup", namespace: "lake" },
    spec: {
      template: {
        spec: {
          automount_service_account_token: false,
          service_account_name: "${kubernetes_service_account_v1.Backup.metadata[0].name}",
          security_context: [{ run_as_non_root: true, seccomp_profile: [{ type: "RuntimeDefault" }] }],
          container: [
            {
              name: "backup",
              env: [{ name: "KEY", value_from: [{ secret_key_ref: [{ name: "backup", key: "key" }] }] }],
              security_context: { allow_privilege_escalation: false, capabilities: { drop: ["ALL"] } },
            },
          ],
          volume: [{ name: "scripts", config_map: { name: "${kubernetes_config_map_v1.Scripts.metadata[0].name}" } }],
        },
      },
    },
  };
  const account = { metadata: { name: "backup", namespace: "lake" } };
  const resources = {
    kubernetes_job_v1: { Backup: job },
    kubernetes_service_account_v1: { Backup: account },
    kubernetes_config_map_v1: {
      Scripts: { metadata: { name: "scripts", namespace: "lake" }, data: { "run.sh": "true" } },
    },
  };
  expect(await findings({ resources })).toEqual([
    "Job/backup spec.template.spec.containers[0].env[0].valueFrom.secretKeyRef: secret backup in lake",
  ]);
});

test("an address in the configuration of Vault is called by its servers", async () => {
  const vault = deployment("vault", { ports: [{ containerPort: 8200 }] });
  set(vault, "spec.template.metadata.labels", { "app.kubernetes.io/name": "vault", component: "server" });
  const connection = {
    postgresql: { connection_url: "postgresql://{{username}}:{{password}}@postgres-rw.lake.svc:5432/x" },
  };
  const found = await findings({
    objects: (objects) => {
      objects.vault = vault;
    },
    resources: { vault_database_secret_backend_connection: { Catalog: connection } },
  });
  expect(found).toEqual([
    "vault_database_secret_backend_connection/Catalog postgresql.connection_url: lake Deployment/vault calls postgres-rw.lake.svc:5432",
    "vault_database_secret_backend_connection/Catalog postgresql.connection_url: lake Deployment/vault calls postgres-rw.lake.svc:5432",
  ]);
});
