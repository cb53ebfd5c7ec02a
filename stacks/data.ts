import type { Construct } from "constructs";
import {
  aroundIdentities,
  backupBucketsOn,
  googleIdentitiesOn,
  isKeyless,
} from "../catalogue/assembly/google-identities";
import { identityAccount, serviceBucketName } from "../catalogue/parts/google-buckets";
import {
  type BootstrapAddresses,
  BucketIdentity,
  bootstrapAddresses,
  CloudSqlPostgres,
  DataZone,
  gcpName,
  googleProvider,
  MemorystoreValkey,
  PrivateBucket,
} from "../constructs/gke";
import { idOf } from "../constructs/kubernetes/names";
import { ofTier, type Tier, tierSettings } from "../environments/schema";
import type { NetworkOutputs } from "./network";
import { type GkeEnvironment, PlatformStack } from "./platform-stack";

/** What a {@link DataStack} needs of the layers before it. */
export interface DataStackProps {
  readonly network: NetworkOutputs;
}

/** Layer `data`: what services keep outside the cluster: buckets, databases and key-value stores of Google, and the identities that reach them. */
export class DataStack extends PlatformStack {
  constructor(scope: Construct, environment: GkeEnvironment, { network }: DataStackProps) {
    super(scope, "data", environment);
    const { project, region } = environment.target;
    const place = { environment: environment.name, project, region };
    const bootstrap = bootstrapAddresses(this, place);
    googleProvider(this, { ...place, impersonate: bootstrap.applyIdentity });
    if (isKeyless(environment.services)) {
      this.identities(environment, this.buckets(environment, bootstrap));
    }
    this.servers(environment, bootstrap, network);
  }

  /** The buckets that services ask for. */
  private buckets(
    { name: prefix, services, target, google }: GkeEnvironment,
    { keys }: BootstrapAddresses,
  ): ReadonlyMap<string, PrivateBucket> {
    const { project, region } = target;
    const place = { project, environment: prefix };
    const kmsKey = google.cluster.ownKeys ? keys.storage : undefined;
    const backups = backupBucketsOn(services);
    return new Map(
      aroundIdentities(services).buckets.map((bucket) => {
        const said = services.objectStore?.buckets[bucket];
        const made = new PrivateBucket(this, `${idOf(bucket)}Bucket`, {
          name: gcpName(this, "bucket", serviceBucketName(place, bucket)),
          location: region,
          kmsKey,
          softDeleteDays: removedDays(backups.get(bucket), target.tier),
          versioning: said?.versioning,
          rules: said?.lifecycle,
          retention: said?.retentionDays === undefined ? undefined : { days: said.retentionDays, locked: false },
        });
        return [bucket, made] as const;
      }),
    );
  }

  /** A Google service account for each workload that opens buckets. */
  private identities(environment: GkeEnvironment, buckets: ReadonlyMap<string, PrivateBucket>): void {
    const { name: prefix, services, target } = environment;
    const place = { project: target.project, environment: prefix };
    for (const { name, kubernetes, buckets: opened } of googleIdentitiesOn(services)) {
      new BucketIdentity(this, `${idOf(name)}Identity`, {
        project: target.project,
        accountId: gcpName(this, "service-account", identityAccount(place, name)),
        displayName: `Terralake: pods of ${name}`,
        kubernetes,
        buckets: opened.flatMap(({ bucket, access }) => {
          const made = buckets.get(bucket);
          return made ? [{ id: bucket, bucket: made, access }] : [];
        }),
      });
    }
  }

  /** The servers that Google runs, under names that are known before they have addresses. */
  private servers(
    { name: prefix, services, target, google }: GkeEnvironment,
    { keys }: BootstrapAddresses,
    { network, subnetwork }: NetworkOutputs,
  ): void {
    const { project, region } = target;
    const [sql, store] = [services.postgres?.cloudSql, services.valkey?.memorystore];
    if (!sql && !store) {
      return;
    }
    const zone = new DataZone(this, "Zone", { project, environment: prefix, network });
    const common = { project, region, network, kmsKey: google.cluster.ownKeys ? keys.databases : undefined };
    if (sql) {
      const postgres = new CloudSqlPostgres(this, "Postgres", { ...common, ...sql, name: sql.instance });
      zone.add("postgres", postgres.address);
    }
    if (store) {
      const valkey = new MemorystoreValkey(this, "Valkey", {
        ...common,
        ...store,
        subnetwork,
        name: store.instance,
        config: services.valkey?.config,
      });
      zone.add("valkey", valkey.address);
    }
  }
}

/** Longest time that Cloud Storage itself keeps what was removed. */
const longestSoftDelete = 90;

/**
 * Days that objects which were removed can be brought back.
 *
 * @param keepDays of the backup, where the bucket holds one: who writes it may remove it, by mistake or by break-in (DAT-04)
 */
function removedDays(keepDays: number | undefined, tier: Tier): number | undefined {
  const least = ofTier(tier, tierSettings.removedBackupDays);
  return keepDays === undefined ? undefined : Math.min(Math.max(least, keepDays), longestSoftDelete);
}
