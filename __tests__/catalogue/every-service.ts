import { type Services, type ServicesInput, serviceNames } from "../../environments/schema";
import { resolveServices, servicesInput } from "../../environments/schema/services";

const pod = { requests: { cpu: "250m", memory: "1Gi" }, limits: { memory: "1Gi" } } as const;

/** Services with more than one pod where that is possible. */
const several: ServicesInput = {
  postgres: { instances: 3, storage: "10Gi", resources: pod },
  mariadb: { replicas: 3, storage: "10Gi", resources: pod },
  objectStore: { storage: "20Gi", resources: pod },
  nessie: { replicas: 2, resources: pod },
  hiveMetastore: { replicas: 2, database: "mariadb", resources: pod },
  trino: { workers: 2, coordinator: pod, worker: pod },
  sparkOperator: { resources: pod, jobNamespaces: ["spark-jobs"] },
  kyuubi: { namespace: "kyuubi", replicas: 1, authentication: "JDBC", resources: pod },
};

/** What an environment would have of services that are written so. */
export function resolved(input: ServicesInput): Services {
  return resolveServices(servicesInput.parse(input), { size: "small" });
}

/** Every service of the catalogue, several pods of some. */
export const everyService: Services = resolved({
  ...(Object.fromEntries(serviceNames.map((name) => [name, {}])) as ServicesInput),
  ...several,
});

/** The services of the lakehouse and of SQL on Spark. */
export const coreServices: Services = resolved(several);
