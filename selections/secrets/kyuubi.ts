import type { SecretsInput, ServicesInput } from "../../environments/schema";

/** What differs between places where Kyuubi runs. */
export interface KyuubiSecretsOptions {
  /**
   * Memory of a Spark executor. More than a node has leaves executors waiting for ever.
   *
   * @default "12g"
   */
  readonly executorMemory?: string;
}

const namespace = "kyuubi";
const host = `mariadb.${namespace}.svc`;

/**
 * The secrets of the Kyuubi platform under the names that its users know: mount `kyuubi`, each secret as Kubernetes Secret
 * `vault-secret-<name>`. Which of their keys come from
 * that platform and which values are this one's own is told in docs/migration/promises.md.
 *
 * @see docs/migration/promises.md
 */
export function kyuubiSecrets({ executorMemory = "12g" }: KyuubiSecretsOptions = {}): Declared {
  const secrets: Readonly<Record<string, Keys>> = {
    database: databaseKeys,
    spark: sparkKeys(executorMemory),
    "kyuubi-server": serverKeys,
    aws: awsKeys,
    monitoring: monitoringKeys,
  };
  return Object.fromEntries(
    Object.entries(secrets).map(([name, keys]) => [
      `kyuubi/${name}`,
      { keys, owner: "data platform", copies: [{ namespace, name: `vault-secret-${name}` }] },
    ]),
  );
}

/** Who reads all of mount `kyuubi`, by the names that the platform's users know. */
export const kyuubiReader = {
  mount: "kyuubi",
  policy: "kyuubi-policy",
  role: "kyuubi-role",
  namespace,
  serviceAccount: "kyuubi-sa",
} as const;

/** Lets the services of {@link kyuubi} take passwords, key pairs and settings from {@link kyuubiSecrets}. */
export const kyuubiFromSecrets = {
  mariadb: {
    credentials: {
      kyuubi: "kyuubi/database#mariadb_password",
      hive: "kyuubi/database#hive_metastore_connection_password",
    },
  },
  objectStore: {
    credentials: {
      hive: { accessKey: "kyuubi/aws#aws_access_key_id", secretKey: "kyuubi/aws#aws_secret_access_key" },
    },
  },
  kyuubi: {
    serviceAccount: kyuubiReader.serviceAccount,
    environment: {
      MARIADB_PASSWORD: "vault-secret-database#mariadb_password",
      SPARK_DRIVER_MEMORY: "vault-secret-spark#spark_driver_memory",
      SPARK_EXECUTOR_CORES: "vault-secret-spark#spark_executor_cores",
      SPARK_EXECUTOR_MEMORY: "vault-secret-spark#spark_executor_memory",
    },
  },
} as const satisfies ServicesInput;

type Declared = NonNullable<SecretsInput["declared"]>;
type Keys = Declared[string]["keys"];

const databaseKeys: Keys = {
  // The gateway's own user; root's password stays with the operator.
  mariadb_user: { value: "kyuubi" },
  mariadb_password: { generate: 32 },
  mariadb_database: { value: "kyuubi" },
  hive_metastore_connection_url: { value: `jdbc:mariadb://${host}:3306/hive?sslMode=trust` },
  hive_metastore_connection_user: { value: "hive" },
  hive_metastore_connection_password: { generate: 32 },
};

function sparkKeys(executorMemory: string): Keys {
  return fixed({
    spark_kubernetes_namespace: "spark-jobs",
    spark_kubernetes_authenticate_driver_serviceaccount: "spark-operator-spark",
    spark_kubernetes_container_image_pullpolicy: "IfNotPresent",
    spark_driver_memory: "5g",
    spark_driver_memory_overhead: "1g",
    spark_driver_cores: "1",
    spark_executor_memory: executorMemory,
    spark_executor_cores: "2",
    spark_executor_instances: "2",
    spark_dynamicallocation_enabled: "true",
    spark_dynamicallocation_minexecutors: "0",
    spark_dynamicallocation_maxexecutors: "9",
    spark_dynamicallocation_executoridletimeout: "60s",
    spark_dynamicallocation_cachedexecutoridletimeout: "1800s",
    spark_dynamicallocation_sustainedschedulerbacklogtimeout: "1s",
    spark_dynamicallocation_schedulerbacklogtimeout: "1s",
    spark_sql_catalogimplementation: "hive",
    spark_hive_metastore_uris: `thrift://hive-metastore.${namespace}.svc:9083`,
    spark_eventlog_enabled: "true",
    spark_eventlog_dir: "/tmp/spark-events",
    spark_serializer: "org.apache.spark.serializer.KryoSerializer",
    spark_jars_ivy: "/tmp/.ivy2",
    spark_user: "spark",
  });
}

const serverKeys: Keys = fixed({
  kyuubi_frontend_bind_host: "0.0.0.0",
  kyuubi_frontend_bind_port: "10009",
  kyuubi_frontend_rest_bind_port: "10099",
  kyuubi_session_engine_type: "SPARK_SQL",
  kyuubi_session_engine_spark_main_resource: "local:///opt/kyuubi/externals/engines/spark/kyuubi-spark-sql-engine.jar",
  kyuubi_engine_spark_application_name: "kyuubi-spark-sql-engine",
  kyuubi_ha_enabled: "false",
  // `NONE`, which checks nobody, is refused.
  kyuubi_authentication: "JDBC",
  kyuubi_user_session_timeout: "PT30S",
  kyuubi_server_session_timeout: "PT15M",
});

const awsKeys: Keys = {
  aws_access_key_id: { generate: 20 },
  aws_secret_access_key: { generate: 40 },
  ...fixed({
    aws_region: "us-east-1",
    aws_s3_endpoint: `http://seaweedfs-all-in-one.${namespace}.svc:8333`,
    aws_s3_path_style_access: "true",
  }),
};

const monitoringKeys: Keys = {
  grafana_admin_user: { value: "admin" },
  grafana_admin_password: { generate: 32 },
  prometheus_retention: { value: "15d" },
};

/** Settings that are no secrets and stand beside them. */
function fixed(values: Readonly<Record<string, string>>): Keys {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, { value }]));
}
