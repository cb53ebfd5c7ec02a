import type { DataPlatformSettings } from "../../../constructs/services";
import { small } from "./service-stacks";

const place = { namespace: "data-platform", resources: small } as const;

/** All services at once, several pods of each where that is possible. */
export const everyService: DataPlatformSettings = {
  postgres: { ...place, instances: 3, storage: "10Gi" },
  mariadb: { ...place, replicas: 3, storage: "10Gi" },
  objectStore: { ...place, storage: "20Gi" },
  nessie: { ...place, replicas: 2 },
  hiveMetastore: { ...place, replicas: 2, database: "mariadb" },
  trino: { namespace: "data-platform", workers: 2, coordinator: small, worker: small },
  sparkOperator: { ...place, jobNamespaces: ["spark-jobs"] },
  kyuubi: { ...place, namespace: "kyuubi", replicas: 1, authentication: "JDBC" },
};
