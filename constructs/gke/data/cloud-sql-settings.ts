import type { SqlDatabaseInstanceSettings } from "@cdktf/provider-google/lib/sql-database-instance";

/** How a server is sized, kept and looked after. */
export interface ServerSettings {
  readonly edition: "ENTERPRISE" | "ENTERPRISE_PLUS";
  /** Machine, such as `db-custom-2-8192`: two processors and 8192 MiB. */
  readonly machine: string;
  /** Whether a second server stands by in another zone. */
  readonly highlyAvailable: boolean;
  /** GiB of the first disk. */
  readonly diskGib: number;
  /** GiB up to which the disk grows by itself. */
  readonly diskLimitGib: number;
  readonly backup: {
    /** Hour in UTC in which it begins. */
    readonly hour: number;
    /** Daily backups that are kept. */
    readonly keep: number;
    /** Days of which any moment can be restored. */
    readonly logDays: number;
  };
  /** When Google may restart the server for an upgrade, in UTC; day 1 is Monday. */
  readonly maintenance: { readonly day: number; readonly hour: number };
  /** Flags beside those that are always set, over which those win. */
  readonly flags: { readonly [flag: string]: string };
  /** `projects/<project>/global/networks/<name>` */
  readonly network: string;
  /** Name of the reserved range that the address is taken from. @default - any range of the network's peering */
  readonly addressRange?: string;
}

/**
 * Flags that every server has: who connects, who changes tables and what goes wrong is logged, in the terms of the CIS
 * benchmark for Google Cloud, 6.2.
 *
 * @see https://cloud.google.com/sql/docs/postgres/flags
 */
export const fixedFlags = {
  "cloudsql.enable_pgaudit": "on",
  "cloudsql.iam_authentication": "on",
  log_checkpoints: "on",
  log_connections: "on",
  log_disconnections: "on",
  log_error_verbosity: "default",
  log_lock_waits: "on",
  // No duration and no statement of a query, in which there is data.
  log_min_duration_statement: "-1",
  log_min_error_statement: "error",
  log_min_messages: "warning",
  log_statement: "ddl",
  log_temp_files: "0",
  "pgaudit.log": "ddl,role",
} as const satisfies { readonly [flag: string]: string };

/** The settings of a server, or of a copy that is read only. */
export function serverSettings(
  props: ServerSettings,
  { keep, replica = false }: { readonly keep: boolean; readonly replica?: boolean },
): SqlDatabaseInstanceSettings {
  const flags = { ...props.flags, ...fixedFlags };
  return {
    tier: props.machine,
    edition: props.edition,
    availabilityType: props.highlyAvailable && !replica ? "REGIONAL" : "ZONAL",
    diskType: "PD_SSD",
    diskSize: props.diskGib,
    diskAutoresize: true,
    diskAutoresizeLimit: props.diskLimitGib,
    // The API refuses too, whoever asks and by whatever tool.
    deletionProtectionEnabled: keep,
    ...(replica ? {} : { retainBackupsOnDelete: keep, backupConfiguration: backupOf(props) }),
    ipConfiguration: {
      // CIS 6.5, 6.6: no public address, so there are no authorized networks either.
      ipv4Enabled: false,
      privateNetwork: props.network,
      allocatedIpRange: props.addressRange,
      // CIS 6.4: refused without TLS. Certificates of clients would be keys to be kept in the state.
      sslMode: "ENCRYPTED_ONLY",
    },
    databaseFlags: Object.entries(flags)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => ({ name, value })),
    maintenanceWindow: { day: props.maintenance.day, hour: props.maintenance.hour, updateTrack: "stable" },
    insightsConfig: {
      queryInsightsEnabled: true,
      recordApplicationTags: true,
      // Addresses of pods tell nothing after a minute.
      recordClientAddress: false,
      queryStringLength: 1024,
      queryPlansPerMinute: 5,
    },
    passwordValidationPolicy: {
      enablePasswordPolicy: true,
      minLength: 16,
      disallowUsernameSubstring: true,
    },
  };
}

function backupOf({ backup }: ServerSettings) {
  return {
    enabled: true,
    startTime: `${String(backup.hour).padStart(2, "0")}:00`,
    pointInTimeRecoveryEnabled: true,
    transactionLogRetentionDays: backup.logDays,
    backupRetentionSettings: { retainedBackups: backup.keep, retentionUnit: "COUNT" },
  };
}
