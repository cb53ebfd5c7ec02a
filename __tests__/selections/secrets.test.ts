import { datalypticaOnKind } from "../../environments/datalyptica";
import { defineEnvironment, type Environment, type EnvironmentInput } from "../../environments/schema";
import { kyuubi, kyuubiFromSecrets, kyuubiReader, kyuubiSecrets } from "../../selections";
import { kind } from "../fixtures/environments/base";

const resolve = (changes: Partial<EnvironmentInput>): Environment =>
  defineEnvironment({ ...kind, name: "kind", ...changes } as EnvironmentInput);

const withKyuubi = (declared = kyuubiSecrets()) =>
  resolve({
    target: { kind: "kind", nodes: [{ count: 4, cpu: "8", memory: "32Gi" }] },
    services: kyuubi(kyuubiFromSecrets),
    secrets: { declared, sharedReaders: [kyuubiReader] },
  }).secrets;

describe("kyuubiSecrets", () => {
  test("becomes vault-secret-<name> in namespace kyuubi, each with all its keys", () => {
    const copies = Object.entries(withKyuubi().declared).flatMap(([path, secret]) =>
      secret.copies.map((copy) => ({ path, ...copy })),
    );
    expect(copies).toEqual(
      ["database", "spark", "kyuubi-server", "aws", "monitoring"].map((name) =>
        expect.objectContaining({ path: `kyuubi/${name}`, namespace: "kyuubi", name: `vault-secret-${name}` }),
      ),
    );
    expect(copies.filter(({ keys }) => keys !== undefined)).toEqual([]);
  });

  test("has executors of 12g, or of what the nodes have", () => {
    const memory = (secrets: ReturnType<typeof withKyuubi>) =>
      secrets.declared["kyuubi/spark"]?.keys.spark_executor_memory;
    expect(memory(withKyuubi())).toEqual({ value: "12g" });
    expect(memory(withKyuubi(kyuubiSecrets({ executorMemory: "2g" })))).toEqual({ value: "2g" });
  });

  test("lets kyuubi-sa read the mount by kyuubi-role and kyuubi-policy", () => {
    expect(withKyuubi().sharedReaders).toEqual([
      {
        mount: "kyuubi",
        policy: "kyuubi-policy",
        role: "kyuubi-role",
        namespace: "kyuubi",
        serviceAccount: "kyuubi-sa",
      },
    ]);
  });
});

describe("datalypticaSecrets", () => {
  const { declared } = datalypticaOnKind.secrets;
  const copies = Object.entries(declared).flatMap(([path, secret]) => secret.copies.map((copy) => ({ path, ...copy })));

  test("copies each secret under its own name, only to the namespaces that use it", () => {
    const places = Object.fromEntries(
      Object.entries(declared).map(([path, secret]) => [path, secret.copies.map(({ namespace }) => namespace)]),
    );
    expect(places).toEqual({
      "datalyptica/postgresql-credentials": ["datalyptica-core", "datalyptica-apps"],
      "datalyptica/redis-credentials": ["datalyptica-core", "datalyptica-apps"],
      "datalyptica/minio-credentials": ["datalyptica-core", "datalyptica-apps"],
      "datalyptica/clickhouse-credentials": ["datalyptica-apps"],
      "datalyptica/airflow-credentials": ["datalyptica-apps"],
      "datalyptica/superset-credentials": ["datalyptica-apps"],
      "datalyptica/grafana-credentials": [],
    });
    expect(copies.filter(({ path, name }) => path !== `datalyptica/${name}`)).toEqual([]);
  });

  test("keeps administrators' passwords where their service runs", () => {
    const inApps = copies.filter(({ namespace }) => namespace === "datalyptica-apps");
    expect(inApps.find(({ name }) => name === "postgresql-credentials")?.keys).not.toContain("postgres-password");
    expect(inApps.find(({ name }) => name === "minio-credentials")?.keys).toEqual(["access-key", "secret-key"]);
  });

  test("has no password with a value of its own in Git", () => {
    const keys = Object.values(declared).flatMap((secret) => Object.entries(secret.keys));
    const open = keys.filter(([, value]) => "value" in value).map(([key]) => key);
    expect(keys.length).toBeGreaterThan(15);
    expect(open.sort()).toEqual(["admin-user", "username"]);
  });
});

describe("what services take from declared secrets", () => {
  const problemsOf = (services: unknown, secrets: unknown): string => {
    try {
      resolve({ services, secrets } as never);
    } catch (error) {
      return (error as Error).message;
    }
    return "";
  };
  const base = { mariadb: {}, objectStore: {}, hiveMetastore: { database: "mariadb" }, sparkOperator: {} };
  const secrets = {
    declared: {
      "own/keys": {
        keys: { key_id: { generate: 20 }, key: { generate: 40 } },
        copies: [{ namespace: "data-platform", name: "own-keys" }],
      },
    },
  };

  test("is refused for a bucket when it is not declared, with the nearest name", () => {
    const credentials = { hive: { accessKey: "own/keys#keyid", secretKey: "own/keys#key" } };
    const message = problemsOf({ ...base, objectStore: { credentials } }, secrets);
    expect(message).toContain('services.objectStore.credentials.hive.accessKey: "own/keys#keyid"');
    expect(message).toContain("did you mean own/keys#key_id?");
    expect(message).not.toContain("secretKey:");
  });

  test("is refused for Kyuubi's environment when it is no copy in its namespace", () => {
    const environment = { KEY: "own-keys#kay", FINE: "own-keys#key" };
    const message = problemsOf({ ...base, kyuubi: { environment } }, secrets);
    expect(message).toContain('services.kyuubi.environment.KEY: "own-keys#kay"');
    expect(message).toContain("did you mean own-keys#key?");
    expect(message).not.toContain("FINE");
    expect(
      problemsOf({ ...base, kyuubi: { namespace: "kyuubi", environment: { FINE: "own-keys#key" } } }, secrets),
    ).toContain("services.kyuubi.environment.FINE");
  });

  test("is refused for an account that is no shared reader", () => {
    const message = problemsOf({ ...base, kyuubi: { serviceAccount: "somebody" } }, secrets);
    expect(message).toContain('services.kyuubi.serviceAccount: "somebody"');
    expect(message).toContain("add it to secrets.sharedReaders");
  });
});
