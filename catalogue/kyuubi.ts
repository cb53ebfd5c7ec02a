import { Kyuubi, KyuubiRegistry, KyuubiUsers, registryMembers } from "../constructs/services";
import type { Problem } from "../environments/schema/errors";
import { secretEnvironment } from "../environments/schema/service-secrets";
import { defineService } from "./definition";
import {
  common,
  commonFields,
  dnsLabel,
  image,
  list,
  ofSize,
  oneOf,
  replicas,
  resources,
  sized,
  sizedResources,
  storage,
  storageClass,
  strict,
  truth,
} from "./fields";
import { engineProblems, enginesField, enginesOf, ldapField } from "./parts/kyuubi-fields";
import { lakehouseOf, propertiesField, runAsUser, tableServices } from "./parts/spark-fields";

/** How Kyuubi knows who its user is. `NONE` and `NOSASL` check nobody and are not offered. */
const authentications = ["JDBC", "LDAP", "KERBEROS", "CUSTOM"] as const;

/** Each member of the registry: a few keys for each gateway and engine. */
const etcdResources = sized("50m", "256Mi");

/** Role of Vault's database engine that earlier platforms promised. */
const promisedRole = "kyuubi-role";

/** User of tools that the environment connects itself, such as Superset. */
const toolsUser = "tools";

/** The gateway for dbt whose users share one engine, beside `kyuubi-dbt`. */
const sharedName = "kyuubi-dbt-shared";

/** Kyuubi: gateways that run SQL on Spark. */
export const kyuubi = defineService({
  input: strict({
    ...commonFields,
    replicas,
    authentication: oneOf(...authentications).optional(),
    users: list(dnsLabel(32), "users").optional(),
    ldap: ldapField,
    database: oneOf("postgres", "mariadb").optional(),
    serviceAccount: dnsLabel().optional(),
    environment: secretEnvironment.optional(),
    engines: enginesField,
    dbt: strict({ shared: truth().optional(), engines: enginesField }).optional(),
    registry: strict({ storage, storageClass }).optional(),
    image,
    runAs: runAsUser,
    config: propertiesField("kyuubi", "spark"),
    resources,
  }),
  resolve: (given, defaults) => ({
    ...common(given),
    replicas: ofSize(given.replicas, defaults, [1, 3]),
    // the gateway; the Spark engines it starts ask for their own
    resources: sizedResources(given.resources, defaults, [sized("200m", "1Gi"), sized("1", "4Gi")]),
    authentication: given.authentication ?? ("JDBC" as const),
    /** With `JDBC`: users that are made, each with a password in the source of secrets. */
    users: given.users ?? ["dbt"],
    ...(given.ldap && { ldap: given.ldap }),
    /** Spark applications of each gateway's users. */
    engines: enginesOf(given.engines, defaults, "USER"),
    dbt: {
      /** Whether there is a second gateway, kyuubi-dbt-shared, all of whose users share one engine. */
      shared: given.dbt?.shared ?? false,
      engines: enginesOf(given.dbt?.engines ?? given.engines, defaults, "SERVER"),
    },
    /** The etcd in which several gateways find each other's engines. */
    registry: {
      storage: given.registry?.storage ?? ("1Gi" as const),
      storageClass: given.registry?.storageClass ?? defaults.storageClass,
    },
    ...(given.image !== undefined && { image: given.image }),
    ...(given.runAs && { user: given.runAs.user }),
    config: given.config ?? {},
    ...(given.database !== undefined && { database: given.database }),
    ...(given.serviceAccount !== undefined && { serviceAccount: given.serviceAccount }),
    /** Environment variables from Kubernetes Secrets of its namespace, each `name#key`. */
    environment: given.environment ?? {},
  }),
  needs: ({ database }) => [
    ["hiveMetastore", "nessie", "polaris", "lakekeeper"],
    ["sparkOperator"],
    database ? [database] : ["mariadb", "postgres"],
  ],
  uses: tableServices,
  workloads: ({ replicas: pods, resources: each, dbt, registry }) => [
    { component: "kyuubi", pods, resources: each },
    ...(dbt.shared ? [{ component: sharedName, pods, resources: each }] : []),
    ...(pods > 1
      ? [{ component: "kyuubi-etcd", pods: registryMembers, resources: etcdResources, storage: registry.storage }]
      : []),
  ],
  check: ({ authentication, ldap, config, engines, dbt }): readonly Problem[] => [
    ...(authentication === "LDAP" && !ldap && !("kyuubi.authentication.ldap.url" in config)
      ? [{ path: "ldap", given: "missing", allowed: "the directory that LDAP asks", next: "add it" }]
      : []),
    ...(authentication !== "LDAP" && ldap
      ? [
          {
            path: "ldap",
            given: "an object",
            allowed: `nothing with the authentication ${authentication}`,
            next: "remove it or set authentication to LDAP",
          },
        ]
      : []),
    ...engineProblems("engines", engines),
    ...(dbt.shared ? engineProblems("dbt.engines", dbt.engines) : []),
  ],
  build: (site, settings) => {
    const { scope, context, offers, sqlServer, need } = site;
    need(site.catalogs[0], "kyuubi", "hiveMetastore");
    const engineNamespace = need(site.jobNamespaces[0], "kyuubi", "sparkOperator");
    const server = sqlServer(
      settings.database ?? (offers.some(({ service }) => service === "mariadb") ? "mariadb" : "postgres"),
    );
    const namespace = site.namespace(settings.namespace);
    const { dbt, registry, users, ...own } = settings;
    const common = {
      ...own,
      context,
      namespace,
      engineNamespace,
      lakehouse: lakehouseOf(site),
      database: server.database("kyuubi"),
      ...(settings.authentication === "JDBC" && { users: new KyuubiUsers(context.secrets, [...users, toolsUser]) }),
      ...(settings.replicas > 1 && {
        registry: new KyuubiRegistry(scope, "KyuubiRegistry", {
          ...registry,
          resources: etcdResources,
          context,
          namespace,
          clients: [namespace, engineNamespace],
        }),
      }),
      dependsOn: site.declared,
    };
    const built = new Kyuubi(scope, "Kyuubi", common);
    const gateways = [
      built,
      ...(dbt.shared ? [new Kyuubi(scope, "KyuubiShared", { ...common, name: sharedName, engines: dbt.engines })] : []),
    ];
    server.promiseRole?.(promisedRole, "kyuubi");
    return {
      address: built.address,
      ports: { thrift: built.server },
      queryEngines: gateways.map((gateway) => gateway.queryEngine(common.users && toolsUser)),
      webUis: gateways.flatMap(({ webUis }) => webUis),
      metrics: [...gateways.flatMap(({ metrics }) => metrics), ...(common.registry?.metrics ?? [])],
    };
  },
});
