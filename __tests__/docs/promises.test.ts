import { kyuubiSecrets } from "../../selections";
import { isThere, promiseRows, quoted } from "../support/promises";

jest.setTimeout(60_000);

const keysTable = "Keys of the Kyuubi platform's secrets";
const states = ["kept", "replaced", "dropped", "open"];

const rows = promiseRows();
const promises = rows
  .filter(({ section }) => section !== keysTable)
  .map(({ section, cells }) => {
    const [state = "", where = ""] = cells.slice(-2);
    return { section, promise: cells.slice(0, -2).join(": "), state, where };
  });
const kept = promises.filter(({ state }) => state === "kept");

describe("docs/migration/promises.md", () => {
  it("has a row for promises of every area, each with a state and a reason or a place", () => {
    expect(promises.length).toBeGreaterThanOrEqual(150);
    expect([...new Set(promises.map(({ section }) => section))]).toEqual([
      "Secrets",
      "Base",
      "Data services",
      "Cloud",
      "GitOps",
      "Operations",
      "Replaced on purpose",
    ]);
    for (const { promise, state, where } of promises) {
      expect([promise, states.includes(state), where.length > 5]).toEqual([promise, true, true]);
    }
  });

  it.each(["Secrets", "Base", "Data services"])("leaves no promise of section %s open", (area) => {
    expect(promises.filter(({ section, state }) => section === area && state === "open")).toEqual([]);
  });

  it.each([
    ["postgresql", "5432"],
    ["redis", "6379"],
    ["minio", "9000, 9001"],
    ["nessie", "19120"],
    ["trino-coordinator", "8080"],
    ["flink-jobmanager", "6123, 8081"],
    ["kafka", "9092, 9093"],
    ["schema-registry", "8085"],
    ["spark-master", "7077, 8080"],
    ["clickhouse", "8123, 9000"],
    ["airflow-webserver", "8082"],
    ["superset", "8088"],
  ])("keeps the Service %s of the Datalyptica platform with %s", (name, ports) => {
    const row = kept.find(({ promise }) => promise.includes(`Service \`${name}\``));
    expect(row?.promise.match(/ports? (.*)$/)?.[1]).toBe(ports);
  });

  it("points to the decision for each user that is another one", () => {
    const users = promises.filter(
      ({ section, promise }) => section === "Data services" && / as user \d+$/.test(promise),
    );
    expect(users.length).toBeGreaterThanOrEqual(10);
    const without = users.filter(({ state, where }) => state !== "kept" && !where.includes("users-and-ports.md"));
    expect(without).toEqual([]);
  });

  it("marks promises as kept", () => {
    expect(kept.length).toBeGreaterThanOrEqual(115);
  });

  it.each(kept.map(({ promise, where }) => [promise, where] as const))("keeps: %s", (_, where) => {
    // Only what stands before the explanation is a place.
    const locators = quoted(where.replace(/`:.*$/, "`"));
    expect(locators.length).toBeGreaterThan(0);
    expect(locators.filter((locator) => !isThere(locator))).toEqual([]);
  });

  it("has each key of the Kyuubi platform's secrets once, and no other", () => {
    const listed = rows
      .filter(({ section }) => section === keysTable)
      .map(({ cells: [secret = "", key = ""] }) => `kyuubi/${quoted(secret)[0]}#${quoted(key)[0]}`);
    const declared = Object.entries(kyuubiSecrets()).flatMap(([name, { keys }]) =>
      Object.keys(keys).map((key) => `${name}#${key}`),
    );
    expect(listed.length).toBeGreaterThan(40);
    expect(listed.sort()).toEqual(declared.sort());
  });
});

describe("a place in the page", () => {
  it.each([
    "kv minikube-secrets kyuubi/database#mariadb_root_password",
    "kv minikube-secrets kyuubi/spark#spark_driver_cores=2",
    "kv minikube-secrets platform/database#mariadb_password",
    "copy minikube-services kyuubi/vault-secret-nothing#mariadb_password",
    "copy minikube-services kyuubi/vault-secret-database#nothing",
    "block minikube-secrets vault_policy kyuubi",
    'block datalyptica-base kubernetes_role_v1 datalyptica-core rule[0].verbs=["*"]',
    'block datalyptica-base kubernetes_role_v1 datalyptica-other rule[0].verbs=["get","list","watch"]',
    "object minikube-services MariaDB kyuubi/postgres",
    "field minikube-services MariaDB kyuubi/mariadb spec.port=3307",
    "field minikube-services MariaDB kyuubi/mariadb spec.ports=3306",
    "field minikube-services MariaDB kyuubi/other spec.port=3306",
    "field datalyptica-services Deployment datalyptica-apps/spark-worker spec.template.spec.containers[0].args~=--cores 3",
    "field datalyptica-services Deployment datalyptica-apps/spark-worker spec.template.spec.containers[name=other].name=other",
    'field datalyptica-services FlinkDeployment datalyptica-apps/flink spec.flinkConfiguration["rest.port"]=8082',
    "field pipeline-prod-services Deployment self-healing-pipeline-prod/backend spec.template.spec.containers[0].env[name=APPROVAL_MODE].value=none",
    'text gke-prod-analytics "SAMPLE_DATA":"realistic"',
    "port datalyptica-services datalyptica-core/minio 9000",
    "port datalyptica-services datalyptica-core/minio 9002->8333",
    "port datalyptica-services datalyptica-core/minio 9000->8334",
    "port datalyptica-services datalyptica-apps/minio 9000->8333",
    "value minikube-services kyuubi/kyuubi-dbt replicas=2",
    "value minikube-services kyuubi/nothing replicas=1",
    "value datalyptica-services datalyptica-core/valkey valkeyConfig~=appendonly no",
    "release minikube-services kyuubi/nothing",
    "text minikube-secrets no such text",
    "cli no-such-command",
    "proof proof",
    "file no/such/file",
    "file selections/kyuubi.ts no such text",
    "test __tests__/selections/profiles.test.ts no such title",
  ])("that is not there is noticed: %s", (locator) => {
    expect(isThere(locator)).toBe(false);
  });

  it("that states nothing is refused", () => {
    expect(() => isThere("value minikube-services kyuubi/kyuubi-dbt replicas")).toThrow('"replicas" states nothing');
  });

  it("of no known kind is refused", () => {
    expect(() => isThere("somewhere minikube")).toThrow('"somewhere minikube" is no locator');
  });
});
