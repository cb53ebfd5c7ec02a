import { privateData } from "../../policies/data/dat-01-private-data";
import { recoverableData } from "../../policies/data/dat-02-recoverable-data";
import { bucketOpeners } from "../../policies/data/dat-03-bucket-openers";
import { keptBackups } from "../../policies/data/dat-04-kept-backups";
import type { Block } from "../../stacks/stack-json";
import { cloud, describeRule, resource } from "./hand-made";

const kept = { environment: cloud, layer: "data" as const };
const free = { environment: { ...cloud, allowDestroy: true }, layer: "data" as const };

const bucket = (changes: Block = {}, place = kept) =>
  resource(
    "google_storage_bucket",
    {
      uniform_bucket_level_access: true,
      public_access_prevention: "enforced",
      versioning: { enabled: true },
      ...changes,
    },
    place,
  );

const server = (way: Block = {}, settings: Block = {}, block: Block = {}) =>
  resource(
    "google_sql_database_instance",
    {
      settings: {
        deletion_protection_enabled: true,
        backup_configuration: { enabled: true, point_in_time_recovery_enabled: true },
        ip_configuration: { ipv4_enabled: false, private_network: "network", ssl_mode: "ENCRYPTED_ONLY", ...way },
        ...settings,
      },
      ...block,
    },
    kept,
  );

const store = (block: Block) => resource("google_memorystore_instance", block, kept);

describeRule(privateData, {
  violates: [
    [
      "a bucket with lists of access",
      bucket({ uniform_bucket_level_access: false }),
      "uniform_bucket_level_access is false",
    ],
    [
      "a bucket that may be public",
      bucket({ public_access_prevention: "inherited" }),
      'public_access_prevention is "inherited"',
    ],
    ["a server with a public address", server({ ipv4_enabled: true }), "ipv4_enabled is true"],
    ["a server that says nothing of its addresses", server({ ipv4_enabled: undefined }), "ipv4_enabled is absent"],
    ["a server outside the network", server({ private_network: undefined }), "it has no private network"],
    [
      "a server that networks outside reach",
      server({ authorized_networks: [{ value: "0.0.0.0/0" }] }),
      "networks outside may connect",
    ],
    [
      "a server that takes plain connections",
      server({ ssl_mode: "ALLOW_UNENCRYPTED_AND_ENCRYPTED" }),
      'ssl_mode is "ALLOW_UNENCRYPTED_AND_ENCRYPTED"',
    ],
    [
      "a store without a login",
      store({ authorization_mode: "AUTH_DISABLED", transit_encryption_mode: "SERVER_AUTHENTICATION" }),
      'authorization_mode is "AUTH_DISABLED"',
    ],
    ["a store without TLS", store({ authorization_mode: "IAM_AUTH" }), "transit_encryption_mode is absent"],
  ],
  complies: [
    ["a private bucket", bucket()],
    ["a private server", server()],
    ["a server that asks for client certificates", server({ ssl_mode: "TRUSTED_CLIENT_CERTIFICATE_REQUIRED" })],
    ["a store", store({ authorization_mode: "IAM_AUTH", transit_encryption_mode: "SERVER_AUTHENTICATION" })],
  ],
  doesNotApply: [["a grant", resource("google_storage_bucket_iam_member", { role: "roles/storage.admin" }, kept)]],
});

describeRule(recoverableData, {
  violates: [
    [
      "a bucket without versions",
      bucket({ versioning: { enabled: false } }),
      "what is removed is gone: no versions, no retention, soft delete for absent seconds",
    ],
    [
      "a bucket that keeps what is removed for a day",
      bucket({ versioning: { enabled: false }, soft_delete_policy: { retention_duration_seconds: 86_400 } }),
      "what is removed is gone: no versions, no retention, soft delete for 86400 seconds",
    ],
    ["a server without backups", server({}, { backup_configuration: { enabled: false } }), "it has no backups"],
    [
      "a server without logs",
      server({}, { backup_configuration: { enabled: true } }),
      "no moment between two backups can be restored",
    ],
    ["a server that the API deletes", server({}, { deletion_protection_enabled: false }), "the API lets it be deleted"],
  ],
  complies: [
    ["a bucket with versions", bucket()],
    [
      "a bucket with a retention",
      bucket({ versioning: { enabled: false }, retention_policy: { retention_period: 1 } }),
    ],
    [
      "a bucket with a week of soft delete",
      bucket({ versioning: { enabled: false }, soft_delete_policy: { retention_duration_seconds: 604_800 } }),
    ],
    ["a server with backups", server()],
    ["a copy to read from", server({}, { backup_configuration: undefined }, { master_instance_name: "first" })],
  ],
  doesNotApply: [["a place to be torn down", bucket({ versioning: { enabled: false } }, free)]],
});

const grant = (type: string, role: string) => resource(type, { role, member: "serviceAccount:trino" }, kept);

describeRule(bucketOpeners, {
  violates: [
    [
      "an administrator",
      grant("google_storage_bucket_iam_member", "roles/storage.admin"),
      "roles/storage.admin is none of roles/storage.legacyBucketReader, roles/storage.objectCreator, roles/storage.objectUser, roles/storage.objectViewer",
    ],
    [
      "a grant of the whole list",
      grant("google_storage_bucket_iam_binding", "roles/storage.objectUser"),
      "it is no grant of one member at one bucket",
    ],
    [
      "a grant on the project",
      grant("google_project_iam_member", "roles/storage.objectUser"),
      "it is no grant of one member at one bucket",
    ],
  ],
  complies: [["a user of objects", grant("google_storage_bucket_iam_member", "roles/storage.objectUser")]],
  doesNotApply: [
    [
      "another layer",
      resource("google_storage_bucket_iam_member", { role: "roles/storage.admin" }, { ...kept, layer: "bootstrap" }),
    ],
  ],
});

const backups = (days: number | undefined, tier: "dev" | "staging" | "prod", name = "example-dev-postgres-backup") =>
  resource(
    "google_storage_bucket",
    { name, ...(days !== undefined && { soft_delete_policy: { retention_duration_seconds: days * 86_400 } }) },
    { environment: { ...cloud, tier }, layer: "data" as const },
  );

describeRule(keptBackups, {
  violates: [
    ["a week of prod", backups(7, "prod"), "removed backups can be brought back for 604800 seconds"],
    ["none of staging", backups(0, "staging"), "removed backups can be brought back for 0 seconds"],
    [
      "a bucket that says nothing",
      backups(undefined, "prod"),
      "removed backups can be brought back for absent seconds",
    ],
  ],
  complies: [["a month", backups(30, "prod")]],
  doesNotApply: [
    ["dev", backups(7, "dev")],
    ["a bucket of another use", backups(7, "prod", "example-dev-warehouse")],
  ],
});
