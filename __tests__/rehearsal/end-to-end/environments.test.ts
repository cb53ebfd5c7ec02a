import { servicesOn } from "../../../catalogue/assembly/on";
import { environments } from "../../../environments";
import { proofs } from "../../../rehearsal/proofs";
import { dynamicCredentials } from "../../../rehearsal/proofs/dynamic-credentials";
import { people } from "../../../rehearsal/proofs/people";
import type { Proof } from "../../../rehearsal/proofs/proof";
import { sharedReaders } from "../../../rehearsal/proofs/shared-readers";
import type { RehearsalResult } from "../../../rehearsal/result";
import { datalypticaSecrets, kyuubiSecrets } from "../../../selections";
import { rehearsed, rehearsedStacks } from "./rehearsed";

/** Titles of all proofs but those that an environment has nothing for. */
function allBut(...absent: readonly Proof[]): readonly string[] {
  return proofs.filter((proof) => !absent.includes(proof)).map(({ title }) => title);
}

/** What each environment must come to: the secrets with their keys are what charts read by name. */
const expected = {
  kind: {
    releases: ["data-platform/nessie", "data-platform/seaweedfs", "data-platform/trino", "vault/vault"],
    secrets: {
      "data-platform/nessie-postgres": ["password", "username"],
      "data-platform/nessie-s3-credentials": ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"],
      "data-platform/postgres-nessie-role": ["password", "username"],
    },
    proofs: allBut(sharedReaders, people),
    rewrites: ["allowDestroy", "backend", "endpoint", "vault address"],
  },
  minikube: {
    releases: ["kyuubi/hive-metastore", "kyuubi/kyuubi-dbt", "kyuubi/seaweedfs", "vault/vault"],
    secrets: {
      "kyuubi/vault-secret-aws": Object.keys(kyuubiKeys("aws")).sort(),
      "kyuubi/vault-secret-database": Object.keys(kyuubiKeys("database")).sort(),
      "kyuubi/vault-secret-kyuubi-server": Object.keys(kyuubiKeys("kyuubi-server")).sort(),
      "kyuubi/vault-secret-monitoring": ["grafana_admin_password", "grafana_admin_user", "prometheus_retention"],
      "kyuubi/vault-secret-spark": Object.keys(kyuubiKeys("spark")).sort(),
    },
    proofs: allBut(dynamicCredentials),
    rewrites: ["allowDestroy", "backend", "endpoint", "vault address"],
  },
  datalyptica: {
    releases: [
      "datalyptica-apps/airflow",
      "datalyptica-apps/clickhouse-objects",
      "datalyptica-apps/clickhouse-operator",
      "datalyptica-apps/flink-objects",
      "datalyptica-apps/spark",
      "datalyptica-apps/superset-objects",
      "datalyptica-apps/trino",
      "datalyptica-core/apicurio-registry-objects",
      "datalyptica-core/kafka-objects",
      "datalyptica-core/nessie",
      "datalyptica-core/postgres-objects",
      "datalyptica-core/seaweedfs",
      "datalyptica-core/valkey",
      "vault/vault",
    ],
    secrets: {
      "datalyptica-apps/airflow-credentials": datalypticaKeys("airflow-credentials"),
      "datalyptica-apps/clickhouse-credentials": datalypticaKeys("clickhouse-credentials"),
      "datalyptica-apps/superset-credentials": datalypticaKeys("superset-credentials"),
      "datalyptica-core/minio-credentials": datalypticaKeys("minio-credentials"),
      "datalyptica-core/postgresql-credentials": datalypticaKeys("postgresql-credentials"),
      "datalyptica-core/redis-credentials": datalypticaKeys("redis-credentials"),
    },
    proofs: allBut(sharedReaders, people, dynamicCredentials),
    rewrites: ["allowDestroy", "backend", "endpoint", "vault address"],
  },
  "gke-prod": {
    releases: ["data-platform/nessie", "data-platform/trino", "flux-system/flux", "vault/vault"],
    secrets: {
      "data-platform/nessie-postgres": ["password", "username"],
    },
    proofs: allBut(sharedReaders, dynamicCredentials),
    rewrites: ["allowDestroy", "backend", "credentials", "endpoint", "vault address"],
  },
} as const;

function kyuubiKeys(name: string): object {
  return kyuubiSecrets()[`kyuubi/${name}`]?.keys ?? {};
}

function datalypticaKeys(name: string): readonly string[] {
  return Object.keys(datalypticaSecrets()[`datalyptica/${name}`]?.keys ?? {}).sort();
}

/** The services of an environment, the last that is built first. */
function servicesLastFirst(name: string): readonly string[] {
  const services = environments.find((each) => each.name === name)?.services ?? {};
  return servicesOn(services)
    .map((service) => service.name)
    .reverse();
}

/** The README's own command, which `.ci/run` runs, switches the services of this one off. */
const switchedOffElsewhere = "kind";

// A rehearsal rejects when a second plan is not empty, a secret is found in a file, or a destroy leaves something.
describe.each(Object.entries(expected))("rehearsal of %s", (name, { releases, secrets, proofs: shown, rewrites }) => {
  let result: RehearsalResult;

  beforeAll(async () => {
    result = await rehearsed(name, name === switchedOffElsewhere ? ["switch-off"] : []);
  });

  it("applies every in-cluster layer", () => {
    expect(result.stacks.map(({ stack }) => stack)).toEqual(rehearsedStacks(name));
    for (const { stack, resources } of result.stacks) {
      expect([stack, resources > 0]).toEqual([stack, true]);
    }
  });

  it("installs every release", () => {
    const names = result.releases.map((release) => `${release.namespace}/${release.name}`);
    expect(names).toEqual(expect.arrayContaining([...releases]));
    expect(result.releases.filter(({ status }) => status !== "deployed")).toEqual([]);
  });

  it("brings every secret from Vault to its namespace, with the keys that charts read", () => {
    const keys = Object.fromEntries(
      result.secrets.map((secret) => [`${secret.namespace}/${secret.name}`, secret.keys]),
    );
    expect(keys).toMatchObject(secrets);
    for (const { from } of result.secrets) {
      expect(from.length).toBeGreaterThan(0);
    }
  });

  it("shows on the running platform what was promised, each with a finding", () => {
    // A machine without PostgreSQL says so among the substitutes.
    const withoutPostgres = result.substitutes.some((line) => line.startsWith("no PostgreSQL runs"));
    expect(result.proofs.map(({ title }) => title)).toEqual(
      shown.filter((title) => !(withoutPostgres && title === dynamicCredentials.title)),
    );
    expect(result.proofs.filter(({ finding }) => !/\d|reads/.test(finding))).toEqual([]);
  });

  it("has searched states, plans, JSON and logs for the values of Vault, and fails when it finds one", () => {
    expect(result.leakSearch.values).toBeGreaterThanOrEqual(10);
    expect(result.leakSearch.files).toBeGreaterThan(20);
  });

  it("says what it put in the place of something else", () => {
    expect(result.rewrites.map((rewrite) => rewrite.split(":")[0])).toEqual(expect.arrayContaining([...rewrites]));
    expect(result.substitutes.join("\n")).toContain("Bank-Vaults");
  });

  it("switches every service off, the last first, and finds nothing left of it but what holds data", () => {
    const expectedOff = name === switchedOffElsewhere ? [] : servicesLastFirst(name);
    expect(result.switchedOff.map(({ service }) => service)).toEqual(expectedOff);
    for (const { service, resources, stacks, kept } of result.switchedOff) {
      // Buckets of Cloud Storage have nothing in the layer of the services but what others have of them.
      const first = name === "gke-prod" && service === "objectStore" ? "secrets" : "services";
      expect([service, resources > 0, stacks[0]]).toEqual([service, true, `${name}-${first}`]);
      // A kept object that holds no data is there with the reason.
      expect(kept.filter((each) => !/^PersistentVolumeClaim |^Secret .* \(.+\)$/.test(each))).toEqual([]);
    }
  });

  it("leaves nothing but definitions", () => {
    expect(result.kept.length).toBeGreaterThan(0);
    expect(result.kept.filter((kept) => !kept.startsWith("definition "))).toEqual([]);
  });
});
