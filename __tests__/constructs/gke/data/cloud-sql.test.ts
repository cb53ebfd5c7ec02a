import { CloudSqlPostgres, type CloudSqlPostgresProps } from "../../../../constructs/gke/data/cloud-sql";
import { cloudSqlAddress } from "../../../../constructs/gke/data/cloud-sql-names";
import { DataZone } from "../../../../constructs/gke/data/data-zone";
import { all, type Block, emptyStack, only, where } from "../synthesized";

const network = "projects/example-dev/global/networks/gke-dev-network";

const props: CloudSqlPostgresProps = {
  project: "example-dev",
  region: "europe-west1",
  name: "gke-dev-postgres",
  version: "POSTGRES_17",
  edition: "ENTERPRISE",
  machine: "db-custom-2-8192",
  highlyAvailable: true,
  diskGib: 50,
  diskLimitGib: 500,
  backup: { hour: 1, keep: 30, logDays: 7 },
  maintenance: { day: 7, hour: 2 },
  flags: { max_connections: "200", log_statement: "none" },
  network,
  kmsKey: "projects/example-dev/locations/europe-west1/keyRings/gke-dev-platform/cryptoKeys/databases",
};

function server(changes: Partial<CloudSqlPostgresProps> = {}, allowDestroy = false) {
  const stack = emptyStack({ allowDestroy });
  const made = new CloudSqlPostgres(stack, "Postgres", { ...props, ...changes });
  return { stack, made };
}

const settingsOf = (block: Block) => block.settings as Block;

describe("CloudSqlPostgres", () => {
  it("has a private address only, and refuses connections without TLS", () => {
    expect(settingsOf(only(server().stack, "google_sql_database_instance")).ip_configuration).toEqual({
      ipv4_enabled: false,
      private_network: network,
      ssl_mode: "ENCRYPTED_ONLY",
    });
  });

  it("stands by in another zone, and keeps backups and the log of each moment", () => {
    const block = only(server().stack, "google_sql_database_instance");
    expect(settingsOf(block)).toMatchObject({
      availability_type: "REGIONAL",
      backup_configuration: {
        enabled: true,
        start_time: "01:00",
        point_in_time_recovery_enabled: true,
        transaction_log_retention_days: 7,
        backup_retention_settings: { retained_backups: 30 },
      },
      disk_autoresize: true,
      disk_autoresize_limit: 500,
    });
    expect(block.encryption_key_name).toMatch(/cryptoKeys\/databases$/);
  });

  it("cannot be destroyed where data is kept: neither by a plan nor through the API", () => {
    const kept = only(server().stack, "google_sql_database_instance");
    expect(kept).toMatchObject({ deletion_protection: true, lifecycle: { prevent_destroy: true } });
    expect(settingsOf(kept)).toMatchObject({ deletion_protection_enabled: true, retain_backups_on_delete: true });
    const free = only(server({}, true).stack, "google_sql_database_instance");
    expect(free).toMatchObject({ deletion_protection: false, lifecycle: { prevent_destroy: false } });
    expect(settingsOf(free)).toMatchObject({ deletion_protection_enabled: false });
  });

  it("logs who connects and what goes wrong, whatever flags an environment gives", () => {
    const { database_flags: flags } = settingsOf(only(server().stack, "google_sql_database_instance"));
    const byName = Object.fromEntries(
      (flags as readonly { name: string; value: string }[]).map(({ name, value }) => [name, value]),
    );
    expect(byName).toMatchObject({
      "cloudsql.iam_authentication": "on",
      "cloudsql.enable_pgaudit": "on",
      log_connections: "on",
      log_disconnections: "on",
      log_min_duration_statement: "-1",
      log_statement: "ddl",
      max_connections: "200",
    });
  });

  it("has copies to read from, without backups of their own", () => {
    const { stack } = server({ readReplicas: 2 });
    const replica = where(stack, "google_sql_database_instance", "name", "gke-dev-postgres-replica-2");
    expect(all(stack, "google_sql_database_instance")).toHaveLength(3);
    expect(replica.master_instance_name).toMatch(/google_sql_database_instance\.Postgres_[^.]*\.name/);
    expect(settingsOf(replica)).toMatchObject({ availability_type: "ZONAL" });
    expect(settingsOf(replica).backup_configuration).toBeUndefined();
  });

  it("has no password in its resource", () => {
    expect(JSON.stringify(only(server().stack, "google_sql_database_instance"))).not.toContain("root_password");
  });
});

describe("the name of a server", () => {
  it("is known before the server has an address", () => {
    const { stack, made } = server();
    const zone = new DataZone(stack, "Zone", { project: "example-dev", environment: "gke-dev", network });
    zone.add("postgres", made.address);
    expect(only(stack, "google_dns_managed_zone")).toMatchObject({
      dns_name: "data.gke-dev.internal.",
      visibility: "private",
      private_visibility_config: { networks: [{ network_url: network }] },
    });
    expect(only(stack, "google_dns_record_set")).toMatchObject({ type: "A", name: "postgres.data.gke-dev.internal." });
    expect(cloudSqlAddress("gke-dev", 1)).toEqual({
      instance: "gke-dev-postgres",
      host: "postgres.data.gke-dev.internal",
    });
  });

  it("stays when the server is made again under another one", () => {
    expect(cloudSqlAddress("gke-dev", 2)).toEqual({
      instance: "gke-dev-postgres-2",
      host: "postgres.data.gke-dev.internal",
    });
  });
});
