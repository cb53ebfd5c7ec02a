import { HelmProvider } from "@cdktf/provider-helm/lib/provider";
import { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { TerraformStack, Testing } from "cdktf";
import { NetworkFlows } from "../../../constructs/kubernetes";
import { keyOf, provided } from "../../../constructs/secrets";
import { Superset, SupersetOperator, type SupersetProps } from "../../../constructs/services";
import { DeploySettings } from "../../../constructs/terraform";
import { ChartData } from "../../support/chart-data";
import { objectProblems } from "../../support/crd-contract";
import { type DeliveredObject, objectsOf, releasesOf, valuesOf } from "../../support/releases";
import { valuesProblems } from "../../support/values-contract";
import { offers, rowsOf, secretOf, unknownInTemplates } from "./people-stacks";
import { namespace, type ServiceStacks, serviceStacks, small } from "./service-stacks";

const data = ChartData.find();

function superset(
  change: (made: ReturnType<typeof offers>) => Partial<SupersetProps> = () => ({}),
  stacks: ServiceStacks = serviceStacks(),
) {
  const made = offers(stacks);
  const built = new Superset(stacks.services, "Superset", {
    context: stacks.context,
    namespace,
    replicas: 1,
    resources: small,
    serverWorkers: 4,
    workers: 1,
    worker: small,
    database: made.database("superset"),
    cache: made.keyValueStore,
    queryEngines: [],
    ...change(made),
  });
  return { ...stacks, built };
}

const everySource = (made: ReturnType<typeof offers>) => ({
  queryEngines: [made.trino, made.sales, made.clickhouse, made.kyuubi],
});

interface Spec {
  readonly [key: string]: unknown;
  readonly lifecycle: { readonly init: { readonly command: readonly string[]; readonly trigger: string } };
}

function custom({ services }: ServiceStacks): DeliveredObject & { readonly spec: Spec } {
  const found = objectsOf(releasesOf(services)).find(({ kind }) => kind === "Superset");
  expect(found).toBeDefined();
  return found as DeliveredObject & { readonly spec: Spec };
}

describe("SupersetOperator", () => {
  const operator = (imageRegistry?: string) => {
    const stack = new TerraformStack(Testing.app(), "test-base");
    DeploySettings.set(stack, { imageRegistry });
    new KubernetesProvider(stack, "Kubernetes", {});
    new HelmProvider(stack, "Helm", {});
    const flows = new NetworkFlows(stack, "Flows", { cidrs: ["10.0.0.1/32"], port: 6443 });
    new SupersetOperator(stack, "Superset", { namespace, flows, resources: small, watched: [namespace], replicas: 2 });
    return { stack, flows };
  };

  (data ? test : test.skip)("has values that the chart knows", () => {
    const values = valuesOf(operator("registry.test").stack, "superset-operator");
    const defaults = data?.values("superset-operator") ?? {};
    expect(valuesProblems(values, { defaults, schema: data?.schema("superset-operator") })).toEqual([]);
  });

  test("watches the namespaces of Superset only, and calls the API server only", () => {
    const { stack, flows } = operator("registry.test");
    expect(valuesOf(stack, "superset-operator")).toMatchObject({
      replicas: 2,
      image: { repository: "registry.test/apache/superset-kubernetes-operator" },
      watch: { scope: "namespaces", namespaces: ["data-platform"] },
      metrics: { enabled: false },
      podSecurityContext: { runAsNonRoot: true, runAsUser: 65532 },
    });
    expect(flows.flows.map(({ from, to }) => `${from.name} -> ${to.name}`)).toEqual([
      "superset-operator -> api-server",
    ]);
  });
});

describe("Superset", () => {
  (data ? test.each : test.skip.each)([
    ["alone", () => ({})],
    [
      "with all that can be said",
      (made: ReturnType<typeof offers>) => ({
        ...everySource(made),
        replicas: 2,
        workers: 2,
        featureFlags: { ALERT_REPORTS: true },
        config: "ROW_LIMIT = 10000",
        runAs: { user: 2000, group: 0 },
      }),
    ],
    ["without workers", () => ({ workers: 0 })],
  ])("is accepted by its definition, %s", (_, change) => {
    const object = custom(superset(change));
    const schema = data?.definition(object.apiVersion, object.kind);
    expect(schema).toBeDefined();
    expect(objectProblems(object, schema ?? {})).toEqual([]);
  });

  test("names Secrets where it needs them, as production mode demands", () => {
    const made = superset();
    expect(custom(made).spec).toMatchObject({
      environment: "Production",
      secretKeyFrom: { name: "superset-secret-key", key: "secret-key" },
      metastore: { uriFrom: { name: "superset-settings", key: "uri" } },
      valkey: {
        host: "valkey.data-platform.svc",
        port: 6379,
        username: "superset",
        passwordFrom: { name: "superset-settings", key: "cache_password" },
      },
      serviceAccount: { create: false, name: "superset" },
    });
    expect(secretOf(made, "superset-settings")).toMatchObject({
      uri: "postgresql+psycopg2://{{ .database_username | urlquery }}:{{ .database_password | urlquery }}@postgres-rw.data-platform.svc:5432/superset?sslmode=verify-full&sslrootcert=/etc/superset-tls/ca.crt",
      cache_password: "platform/valkey/superset#password",
      admin_password: "platform/superset/admin#password",
    });
    expect(secretOf(made, "superset-secret-key")).toEqual({ "secret-key": "platform/superset/keys#secret_key" });
  });

  test("takes declared keys, and makes none beside them", () => {
    const stacks = serviceStacks();
    const declared = stacks.context.secrets.secret("superset-credentials", {
      "secret-key": provided("key", "a key"),
      "admin-password": provided("word", "a password"),
    });
    const made = superset(
      () => ({
        credentials: {
          secretKey: keyOf(declared, "secret-key"),
          adminPassword: keyOf(declared, "admin-password"),
        },
      }),
      stacks,
    );
    expect(secretOf(made, "superset-secret-key")["secret-key"]).toBe("platform/superset-credentials#secret-key");
    expect(secretOf(made, "superset-settings").admin_password).toBe("platform/superset-credentials#admin-password");
    expect(made.vaultSecrets.find("platform/superset/keys")).toBeUndefined();
    expect(made.vaultSecrets.find("platform/superset/admin")).toBeUndefined();
  });

  test("makes data sources of what the environment has, with passwords in the Secret only", () => {
    const made = superset(everySource);
    const secret = secretOf(made, "superset-settings");
    expect(secret["data-source.trino"]).toBe("trino://superset@trino.data-platform.svc:8080/lake");
    expect(secret["data-source.postgres-sales"]).toBe(
      "postgresql+psycopg2://{{ .postgres_sales_login | urlquery }}:{{ .postgres_sales_password | urlquery }}@postgres-rw.data-platform.svc:5432/sales?sslmode=verify-full&sslrootcert=/etc/superset-tls/ca.crt",
    );
    expect(secret["data-source.clickhouse"]).toBe(
      "clickhousedb://reader:{{ .clickhouse_password | urlquery }}@clickhouse.data-platform.svc:8123/",
    );
    expect(secret["data-source.kyuubi"]).toBe("hive://superset@kyuubi.data-platform.svc:10009/?auth=NONE");
    expect(secret.postgres_sales_password).toBe("platform/postgres/sales#password");
  });

  test("speaks TLS with sources that do, and checks their certificate", () => {
    const made = superset((all) => ({
      queryEngines: [
        { ...all.trino, tls: true },
        { ...all.clickhouse, tls: true },
      ],
    }));
    const secret = secretOf(made, "superset-settings");
    expect(secret["data-source.trino"]).toContain("?verify=%22%2Fetc%2Fsuperset-tls%2Fca.crt%22");
    expect(secret["data-source.clickhouse"]).toContain("?secure=true&ca_cert=%2Fetc%2Fsuperset-tls%2Fca.crt");
  });

  test("sets itself up before it starts: roles, administrator, data sources", () => {
    const made = superset(everySource);
    const [, , script = ""] = custom(made).spec.lifecycle.init.command;
    const lines = script.split("\n");
    const position = (text: string) => lines.findIndex((line) => line.includes(text));
    const order = ["until ", "superset init", "create-admin", "reset-password", "set-database-uri"].map(position);
    const told = lines.filter((line) => /--(password|uri) /.test(line));
    expect(
      told.map((line) => line.trim().replace(/^(with_files \S+( [a-z]\S+)?) .*(--(password|uri) \S+)$/, "$1 $3")),
    ).toEqual([
      "with_files fab create-admin --password @/etc/superset-secrets/admin_password",
      "with_files fab reset-password --password @/etc/superset-secrets/admin_password",
      'with_files set-database-uri --uri "@$source"',
    ]);
    expect(order.every((at) => at >= 0)).toBe(true);
    expect([...order].sort((a, b) => a - b)).toEqual(order);
    expect(custom(made).spec).toMatchObject({
      lifecycle: {
        podTemplate: {
          volumes: [{ name: "secrets", secret: { secretName: "superset-settings" } }],
          container: { volumeMounts: [{ name: "secrets", mountPath: "/etc/superset-secrets", readOnly: true }] },
        },
      },
    });
  });

  test("sets itself up again for another data source", () => {
    const trigger = (made: ServiceStacks) => custom(made).spec.lifecycle.init.trigger;
    expect(trigger(superset())).toBe(trigger(superset()));
    expect(trigger(superset())).not.toBe(trigger(superset((all) => ({ queryEngines: [all.trino] }))));
  });

  test("reloads, and waits for the Secret, with the version of each secret", () => {
    const made = superset((all) => ({ queryEngines: [all.sales] }));
    const versions =
      "platform/postgres/sales=1,platform/postgres/superset=1,platform/superset/admin=1,platform/valkey/superset=1";
    expect(custom(made).spec.forceReload).toBe(versions);
    expect(secretOf(made, "superset-settings").versions).toBe(versions);
    expect(custom(made).spec.lifecycle.init.command.at(-1)).toContain(
      `until [ "$(cat /etc/superset-secrets/versions)" = "${versions}" ]`,
    );
  });

  test("has four processes, workers in the background and one scheduler of them, or none", () => {
    expect(custom(superset()).spec).toMatchObject({
      webServer: { replicas: 1, gunicorn: { workers: 4 }, service: { type: "ClusterIP", port: 8088 } },
      celeryWorker: { replicas: 1 },
      celeryBeat: {},
    });
    const { celeryWorker, celeryBeat } = custom(superset(() => ({ workers: 0 }))).spec;
    expect([celeryWorker, celeryBeat]).toEqual([undefined, undefined]);
  });

  test("runs restricted as its image's user, without a token", () => {
    const made = superset();
    expect(custom(made).spec).toMatchObject({
      podTemplate: {
        podSecurityContext: { runAsUser: 1000, runAsGroup: 1000, runAsNonRoot: true },
        container: { securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } } },
        // a Service named superset would become SUPERSET_PORT, which the image reads
        enableServiceLinks: false,
      },
    });
    const account = objectsOf(releasesOf(made.services)).find(({ kind }) => kind === "ServiceAccount");
    expect(account).toMatchObject({ metadata: { name: "superset" }, automountServiceAccountToken: false });
  });

  test.each(["superset-settings"])("reads in the templates of %s what that Secret has", (name) => {
    expect(unknownInTemplates(superset(everySource), name)).toEqual([]);
  });

  test("calls what it uses and nothing else", () => {
    expect(rowsOf(superset(everySource), /superset/)).toEqual([
      "superset -> postgres 5432",
      "superset -> valkey 6379",
      "superset -> trino 8080",
      "superset -> clickhouse 8123",
      "superset -> kyuubi 10009",
    ]);
  });

  test("offers its page at the Service that the operator makes", () => {
    expect(superset().built.webUi).toMatchObject({
      name: "superset",
      service: { namespace: "data-platform", name: "superset-web-server", port: 8088 },
      healthPath: "/health",
      login: "own",
    });
  });

  test("is of the project's own image unless another is given", () => {
    const own = superset(undefined, serviceStacks({ imageRegistry: "registry.test" }));
    expect(custom(own).spec.image).toMatchObject({ repository: "registry.test/terralake/superset" });
    const given = superset(() => ({ image: "registry.test:5000/data/superset:6" }));
    expect(custom(given).spec.image).toMatchObject({ repository: "registry.test:5000/data/superset", tag: "6" });
  });
});
