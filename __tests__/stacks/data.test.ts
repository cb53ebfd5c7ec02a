import { type App, Testing } from "cdktf";
import type { Environment } from "../../environments/schema";
import { BaseStack } from "../../stacks/base";
import { DataStack } from "../../stacks/data";
import { NetworkStack } from "../../stacks/network";
import { isGke } from "../../stacks/platform-stack";
import { SecretsStack } from "../../stacks/secrets";
import { ServicesStack } from "../../stacks/services";
import { all, type Block, documentOf, only, where } from "../constructs/gke/synthesized";
import managedData from "../fixtures/environments/valid/gke-with-managed-data";
import { cloud } from "../support/fixture-environments";
import { objectsOf, releasesOf } from "../support/releases";
import { gkeEnvironments } from "./gke-environments";

/** The stacks that data outside the cluster is about. */
function stacksOf(environment: Environment) {
  if (!isGke(environment)) {
    throw new Error(`${environment.name} is not on Google Cloud`);
  }
  const app: App = Testing.app();
  const network = new NetworkStack(app, environment);
  const data = new DataStack(app, environment, { network: network.outputs });
  const base = new BaseStack(app, environment);
  const secrets = new SecretsStack(app, environment, {
    snapshots: { bucket: "example", serviceAccountAnnotations: {} },
  });
  const services = new ServicesStack(app, environment, { vaultIssuer: "vault", ...secrets.outputs });
  return { data, base, secrets, services };
}

const managed = () => stacksOf(cloud(managedData as never));

const account = "iam.gke.io/gcp-service-account";

/** Pairs of Kubernetes and Google service accounts, as the layers inside the cluster annotate them. */
function annotated({ base, services }: ReturnType<typeof stacksOf>): ReadonlyMap<string, string> {
  const accounts = new Map<string, string>();
  for (const { kind, metadata, spec } of objectsOf(releasesOf(services))) {
    const { name, namespace, annotations } = metadata as {
      name: string;
      namespace: string;
      annotations?: Record<string, string>;
    };
    if (kind === "ServiceAccount" && annotations?.[account]) {
      accounts.set(`${namespace}/${name}`, annotations[account]);
    }
    const template = (spec as { serviceAccountTemplate?: { metadata: { annotations: Record<string, string> } } })
      ?.serviceAccountTemplate;
    if (kind === "Cluster" && template?.metadata.annotations[account]) {
      accounts.set(`${namespace}/${name}`, template.metadata.annotations[account]);
    }
  }
  for (const { values } of releasesOf(base)) {
    const { spark } = values as {
      spark?: { jobNamespaces: string[]; serviceAccount?: { annotations: Record<string, string> } };
    };
    const email = spark?.serviceAccount?.annotations[account];
    if (email) {
      for (const namespace of spark.jobNamespaces) {
        accounts.set(`${namespace}/spark-operator-spark`, email);
      }
    }
  }
  return accounts;
}

describe("buckets of Cloud Storage", () => {
  it.each(gkeEnvironments.map((environment) => [environment.name, environment] as const))(
    "of %s are private, versioned, and kept where data is kept",
    (_, environment) => {
      const { data } = stacksOf(environment);
      const buckets = all(data, "google_storage_bucket");
      expect(buckets.length).toBeGreaterThan(0);
      for (const block of buckets) {
        expect(block).toMatchObject({
          uniform_bucket_level_access: true,
          public_access_prevention: "enforced",
          versioning: { enabled: true },
          lifecycle: { prevent_destroy: !environment.allowDestroy },
        });
        const key = (block.encryption as Block | undefined)?.default_kms_key_name;
        expect(key === undefined).toBe(!environment.google.cluster.ownKeys);
        expect(key ?? "/cryptoKeys/storage").toMatch(/\/cryptoKeys\/storage$/);
      }
    },
  );

  it.each(gkeEnvironments.map((environment) => [environment.name, environment] as const))(
    "of %s are opened by the pods that the data layer lets act as an identity, and by no others",
    (_, environment) => {
      const stacks = stacksOf(environment);
      const allowed = all(stacks.data, "google_service_account_iam_member").map(({ member }) =>
        String(member).replace(/^.*\[(.*)\]$/, "$1"),
      );
      expect(allowed.sort()).toEqual([...annotated(stacks).keys()].sort());
      const emails = all(stacks.data, "google_service_account").map(
        ({ account_id: id }) => `${id}@${environment.target.project}.iam.gserviceaccount.com`,
      );
      expect([...new Set(annotated(stacks).values())].sort()).toEqual(emails.sort());
    },
  );

  it("bring removed backups of staging and prod back for a month, as the pods that write them may remove them", () => {
    const days = gkeEnvironments.map((environment) =>
      all(stacksOf(environment).data, "google_storage_bucket").map(({ name, soft_delete_policy: soft }) => [
        /-backup$/.test(String(name)),
        Number((soft as Block).retention_duration_seconds) / 86_400,
      ]),
    );
    const removed = (isBackup: boolean) =>
      days.map((buckets) => [...new Set(buckets.filter(([backup]) => backup === isBackup).map(([, kept]) => kept))]);
    expect(gkeEnvironments.map(({ target }) => target.tier)).toEqual(["dev", "staging", "prod"]);
    expect(removed(true)).toEqual([[7], [30], [30]]);
    expect(removed(false)).toEqual([[7], [7], [7]]);
  });

  it("bring them back for as long as copies stay, but not longer than Google can", () => {
    const kept = (keepDays: number) => {
      const services = { ...managedData.services, objectStore: { kind: "gcs" }, postgres: { backup: { keepDays } } };
      const { data } = stacksOf(cloud({ ...managedData, services } as never));
      const name = "example-dev-platform-prod-gke-prod-postgres-backup";
      const { soft_delete_policy: soft } = where(data, "google_storage_bucket", "name", name);
      return Number((soft as Block).retention_duration_seconds) / 86_400;
    };
    expect([14, 60, 400].map(kept)).toEqual([30, 60, 90]);
  });

  it("have the versions, rules and retention that the environment asks for", () => {
    const { data } = managed();
    const bucket = (name: string) =>
      where(data, "google_storage_bucket", "name", `example-dev-platform-prod-gke-prod-${name}`);
    expect(bucket("scratch")).toMatchObject({ versioning: { enabled: false } });
    expect(bucket("evidence")).toMatchObject({
      versioning: { enabled: false },
      retention_policy: { retention_period: 365 * 24 * 60 * 60, is_locked: false },
    });
    expect(bucket("raw").lifecycle_rule).toEqual([
      { action: { type: "AbortIncompleteMultipartUpload" }, condition: { age: 7 } },
      { action: { type: "Delete" }, condition: { age: 7, matches_prefix: ["tmp/"], with_state: "LIVE" } },
      { action: { type: "Delete" }, condition: { days_since_noncurrent_time: 14, with_state: "ARCHIVED" } },
    ]);
  });

  it("are not made where a store in the cluster keeps the objects", () => {
    const { data } = stacksOf(
      cloud({ services: { postgres: {}, objectStore: {}, nessie: {} }, dataReason: "nothing here is kept" }),
    );
    expect(documentOf(data).resource).toBeUndefined();
  });
});

describe("Cloud SQL", () => {
  it("gets its users' passwords by the values that the source of secrets gets, in no state", () => {
    const { secrets } = managed();
    const users = all(secrets, "google_sql_user");
    expect(users.map(({ name }) => name).sort()).toEqual(["nessie", "orders"]);
    const document = JSON.stringify(documentOf(secrets).resource?.vault_kv_secret_v2);
    for (const { password, password_wo: written, password_wo_version: version } of users) {
      expect(password).toBeUndefined();
      expect(version).toBe(1);
      const expression = /^\$\{(ephemeral\.random_password\.\w+\.result)\}$/.exec(String(written))?.[1];
      expect(expression).toBeDefined();
      expect(document).toContain(expression);
    }
    expect(
      all(secrets, "google_sql_database")
        .map(({ name }) => name)
        .sort(),
    ).toEqual(["nessie", "orders"]);
  });

  it("is reached by the name that its zone has, over TLS, in the range of managed services", () => {
    const { data, services } = managed();
    const record = where(data, "google_dns_record_set", "name", "postgres.data.gke-prod.internal.");
    const text = JSON.stringify(releasesOf(services).map(({ values }) => values));
    expect(text).toContain(`jdbc:postgresql://${String(record.name).replace(/\.$/, "")}:5432/nessie?sslmode=require`);
    const policies = all(services, "kubernetes_network_policy_v1").filter(({ metadata }) =>
      /to-cloud-sql-egress$/.test(String((metadata as Block).name)),
    );
    expect(policies.length).toBeGreaterThan(0);
    for (const { spec } of policies) {
      expect(JSON.stringify(spec)).toContain('"cidr":"10.10.48.0/20"');
    }
  });

  it("leaves no server, operator or backup in the cluster", () => {
    const { base, services } = managed();
    expect(releasesOf(base).map(({ name }) => name)).not.toContain("cloudnative-pg");
    expect(objectsOf(releasesOf(services)).filter(({ kind }) => /Cluster$|ObjectStore/.test(kind))).toEqual([]);
  });
});

describe("Memorystore", () => {
  it("takes tokens and TLS, is protected, and has a name before it has an address", () => {
    const { data } = managed();
    expect(only(data, "google_memorystore_instance")).toMatchObject({
      authorization_mode: "IAM_AUTH",
      transit_encryption_mode: "SERVER_AUTHENTICATION",
      deletion_protection_enabled: true,
      replica_count: 2,
      engine_configs: { "maxmemory-policy": "allkeys-lru" },
      lifecycle: { prevent_destroy: true },
    });
    expect(only(data, "google_network_connectivity_service_connection_policy")).toMatchObject({
      service_class: "gcp-memorystore",
    });
    const record = where(data, "google_dns_record_set", "name", "valkey.data.gke-prod.internal.");
    expect(JSON.stringify(record.rrdatas)).toContain("CONNECTION_TYPE_PRIMARY");
  });
});
