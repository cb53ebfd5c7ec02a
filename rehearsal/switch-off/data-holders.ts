import type { HelmRecord } from "../inspect/helm-records";
import { renderedObjects } from "../inspect/helm-records";
import type { LiveObject } from "../inspect/live-objects";
import { nameOf, releaseOf } from "../inspect/unexplained";

/** Kinds whose objects hold data, or have pods made that do: a new one in the place of an old one has lost it. */
const holders: ReadonlySet<string> = new Set([
  "/PersistentVolumeClaim",
  "apps/StatefulSet",
  "ceph.rook.io/CephObjectStore",
  "clickhouse-keeper.altinity.com/ClickHouseKeeperInstallation",
  "clickhouse.altinity.com/ClickHouseInstallation",
  "k8s.mariadb.com/MariaDB",
  "kafka.strimzi.io/Kafka",
  "kafka.strimzi.io/KafkaNodePool",
  "objectbucket.io/ObjectBucketClaim",
  "postgresql.cnpg.io/Cluster",
]);

/** Whether an object holds data, or has pods made that do. */
export function holdsData({ group, kind }: Pick<LiveObject, "group" | "kind">): boolean {
  return holders.has(`${group}/${kind}`);
}

/** Releases, as `namespace/name`, that render something that holds data. */
export function releasesWithData(records: readonly HelmRecord[]): ReadonlySet<string> {
  return new Set(
    records
      .filter((record) =>
        renderedObjects(record).some(({ apiVersion = "", kind = "" }) => {
          const [group, version] = apiVersion.split("/");
          return holdsData({ group: version === undefined ? "" : (group ?? ""), kind });
        }),
      )
      .map(({ namespace, name }) => `${namespace}/${name}`),
  );
}

/**
 * Compares what holds data before and after a service was switched off.
 *
 * @param gone releases of the service, as `namespace/name`
 * @returns one line for each holder that others had and that is gone or is another one now
 */
export function lostHolders(
  before: readonly LiveObject[],
  after: readonly LiveObject[],
  gone: ReadonlySet<string>,
): readonly string[] {
  const now = new Map(after.map((object) => [`${object.group}/${nameOf(object)}`, object.uid]));
  const byUid = new Map(before.map((object) => [object.uid, object]));
  const ofGone = (object: LiveObject): boolean => {
    const release = releaseOf(object);
    if (release !== undefined) return gone.has(release);
    const owners = object.owners.flatMap((uid) => byUid.get(uid) ?? []);
    return owners.some(ofGone) || gone.has(`${object.namespace}/${object.labels["app.kubernetes.io/instance"] ?? ""}`);
  };
  return before
    .filter((object) => holdsData(object) && !ofGone(object))
    .flatMap((object) => {
      const uid = now.get(`${object.group}/${nameOf(object)}`);
      if (uid === object.uid) return [];
      return [`${nameOf(object)} ${uid === undefined ? "is gone" : "is another one now"}`];
    });
}
