import type { INamespace } from "../../kubernetes";
import type { SqlDatabase } from "../contracts";
import { jdbcDrivers } from "../hive-site";
import { type ExecutorSettings, executorProperties } from "../spark/executors";
import { type Lakehouse, lakehouseProperties } from "../spark/lakehouse";
import { sparkPorts } from "../spark/pods";
import { privateConnections, type SparkProperties } from "../spark/properties";
import type { KyuubiRegistry } from "./registry";
import { authorityFile, usersQuery } from "./users";

/** How Kyuubi knows who its user is; `NONE` and `NOSASL` check nobody and are not offered. */
export type KyuubiAuthentication = "JDBC" | "LDAP" | "KERBEROS" | "CUSTOM";

/** The Spark applications that a gateway starts for its users. */
export interface KyuubiEngines {
  /** Who shares one: nobody, the sessions of a user, of a group, or all sessions of the gateways. */
  readonly shareLevel: "CONNECTION" | "USER" | "GROUP" | "SERVER";
  /** Minutes without a session after which one ends. */
  readonly idleMinutes: number;
  readonly driver: { readonly cores: number; readonly memoryMebibytes: number };
  readonly executors: ExecutorSettings;
}

/** Where users are asked for with the authentication `LDAP`. */
export interface KyuubiLdap {
  /** `ldaps://host:port`. */
  readonly url: string;
  readonly baseDn: string;
  /** Patterns of users' names, `%s` stands for the user; several with colons between them. */
  readonly userDnPattern: string;
}

/** What {@link kyuubiProperties} is made of. */
export interface KyuubiConfigProps {
  /** Name of the workload, which is also the name of its part of the registry. */
  readonly name: string;
  readonly authentication: KyuubiAuthentication;
  /** Directory of the users. @default - none */
  readonly ldap?: KyuubiLdap;
  readonly database: SqlDatabase;
  readonly lakehouse: Lakehouse;
  readonly engines: KyuubiEngines;
  readonly engineNamespace: INamespace;
  readonly engineAccount: string;
  readonly engineImage: string;
  /** Secret of the engines' namespace with the variables that the lakehouse's settings refer to. */
  readonly engineSecret: { readonly name: string; readonly keys: readonly string[] };
  /** @default - the one inside the only gateway */
  readonly registry?: KyuubiRegistry;
  /** Entries beside those made here, over which they win. @default - none */
  readonly config?: SparkProperties;
}

/** Ports of a gateway; an engine listens at `thrift` too, in its own pod. */
export const kyuubiPorts = {
  thrift: 10009,
  rest: 10099,
  metrics: 10019,
  /** Of the registry inside the only gateway, where an engine says that it is ready. */
  registry: 2181,
} as const;

/** Folder of the gateway's configuration. */
export const kyuubiConfFolder = "/opt/kyuubi/conf";

/** Folder that the gateway writes to. */
export const kyuubiStateFolder = "/var/lib/kyuubi";

/** What runs in an engine, at its place in the image of gateways and engines. */
const engineResource = "local:///opt/kyuubi/externals/engines/spark/kyuubi-spark-sql-engine_2.12-1.12.0.jar";

/** Kinds of database as Kyuubi names them. */
const databaseTypes = { postgresql: "POSTGRESQL", mysql: "MYSQL" } as const;

/** Settings by which a user would leave the place that engines have: other pods, rights or namespaces. */
const notForUsers = [
  "spark.master",
  "spark.submit.deployMode",
  "spark.kubernetes.namespace",
  "spark.kubernetes.authenticate.driver.serviceAccountName",
  "spark.kubernetes.authenticate.executor.serviceAccountName",
  "spark.kubernetes.driver.podTemplateFile",
  "spark.kubernetes.executor.podTemplateFile",
  "spark.kubernetes.container.image",
  "spark.kubernetes.driver.container.image",
  "spark.kubernetes.executor.container.image",
  "kyuubi.session.engine.spark.main.resource",
];

/**
 * Kyuubi's configuration, over the values `{{ .username }}` and `{{ .password }}` of External Secrets.
 *
 * Buckets' key pairs are not in it: Kyuubi would hand them to its engines on a command line. Their pods take them from a
 * Secret of their own namespace.
 *
 * @see https://kyuubi.readthedocs.io/en/v1.12.0/configuration/settings.html
 */
export function kyuubiProperties(props: KyuubiConfigProps): SparkProperties {
  return {
    "kyuubi.frontend.protocols": "THRIFT_BINARY,REST",
    "kyuubi.frontend.thrift.binary.bind.port": String(kyuubiPorts.thrift),
    "kyuubi.frontend.rest.bind.port": String(kyuubiPorts.rest),
    "kyuubi.frontend.connection.url.use.hostname": "false",
    "kyuubi.session.conf.restrict.list": notForUsers.join(","),
    "kyuubi.metrics.enabled": "true",
    "kyuubi.metrics.reporters": "PROMETHEUS",
    "kyuubi.metrics.prometheus.port": String(kyuubiPorts.metrics),
    "kyuubi.metadata.store.jdbc.database.type": databaseTypes[props.database.engine],
    ...connection("kyuubi.metadata.store.jdbc", "driver", props.database),
    ...authentication(props),
    "kyuubi.ha.namespace": props.name,
    ...(props.registry?.properties ?? {
      "kyuubi.zookeeper.embedded.client.port": String(kyuubiPorts.registry),
      "kyuubi.zookeeper.embedded.data.dir": `${kyuubiStateFolder}/zookeeper`,
      "kyuubi.zookeeper.embedded.data.log.dir": `${kyuubiStateFolder}/zookeeper`,
    }),
    ...engineProperties(props),
    ...privateConnections,
    ...lakehouseProperties(props.lakehouse),
    ...props.config,
  };
}

function engineProperties(props: KyuubiConfigProps): SparkProperties {
  const { engines, engineSecret } = props;
  const namespace = props.engineNamespace.name;
  return {
    "kyuubi.kubernetes.namespace": namespace,
    "kyuubi.kubernetes.namespace.allow.list": namespace,
    // Each gateway knows of the engines of the others from its start on.
    "kyuubi.kubernetes.client.initialize.list": `:${namespace}`,
    "kyuubi.kubernetes.spark.cleanupTerminatedDriverPod.kind": "COMPLETED",
    "kyuubi.engine.share.level": engines.shareLevel,
    "kyuubi.session.engine.idle.timeout": `PT${engines.idleMinutes}M`,
    "kyuubi.session.engine.spark.main.resource": engineResource,
    // An engine would choose a port at random; the gateway's own setting does not reach it.
    "spark.kyuubi.frontend.thrift.binary.bind.port": String(kyuubiPorts.thrift),
    "spark.master": "k8s://https://kubernetes.default.svc",
    "spark.submit.deployMode": "cluster",
    "spark.kubernetes.namespace": namespace,
    "spark.kubernetes.container.image": props.engineImage,
    "spark.kubernetes.authenticate.driver.serviceAccountName": props.engineAccount,
    "spark.kubernetes.driver.podTemplateFile": `${kyuubiConfFolder}/driver.yaml`,
    "spark.kubernetes.executor.podTemplateFile": `${kyuubiConfFolder}/executor.yaml`,
    "spark.driver.cores": String(engines.driver.cores),
    "spark.driver.memory": `${engines.driver.memoryMebibytes}m`,
    "spark.driver.port": String(sparkPorts.driver),
    "spark.driver.blockManager.port": String(sparkPorts.blocks),
    "spark.blockManager.port": String(sparkPorts.blocks),
    ...executorProperties(engines.executors),
    ...Object.fromEntries(
      ["driver", "executor"].flatMap((role) =>
        engineSecret.keys.map((key) => [`spark.kubernetes.${role}.secretKeyRef.${key}`, `${engineSecret.name}:${key}`]),
      ),
    ),
  };
}

function authentication({ authentication: kind, ldap, database }: KyuubiConfigProps): SparkProperties {
  return {
    "kyuubi.authentication": kind,
    ...(kind === "JDBC" && {
      ...connection("kyuubi.authentication.jdbc", "driver.class", database),
      "kyuubi.authentication.jdbc.query": usersQuery(database),
    }),
    ...(kind === "LDAP" &&
      ldap && {
        "kyuubi.authentication.ldap.url": ldap.url,
        "kyuubi.authentication.ldap.baseDN": ldap.baseDn,
        "kyuubi.authentication.ldap.userDNPattern": ldap.userDnPattern,
      }),
  };
}

function connection(prefix: string, driverKey: string, database: SqlDatabase): SparkProperties {
  return {
    [`${prefix}.${driverKey}`]: jdbcDrivers[database.engine],
    [`${prefix}.url`]: database.verifiedJdbcUrl?.(authorityFile) ?? database.jdbcUrl,
    [`${prefix}.user`]: "{{ .username }}",
    [`${prefix}.password`]: "{{ .password }}",
  };
}
