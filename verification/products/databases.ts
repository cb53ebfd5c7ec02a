import { listOf, objectOf } from "../../policies/blocks";
import { at, textOf } from "../objects/kube-object";
import { portsOf } from "../objects/pods";
import { type ProductRule, ports, service } from "./product";

/** What the operators of databases make. */
export const databaseProducts: Readonly<Record<string, ProductRule>> = {
  "postgresql.cnpg.io/Cluster": {
    source:
      "https://cloudnative-pg.io/documentation/current/applications, cloudnative-pg api/v1/cluster_types.go, pkg/specs/secrets.go",
    of: ({ name, block }) => {
      const spec = objectOf(block.spec);
      const selector = { "cnpg.io/cluster": name };
      const userKeys = [
        "username",
        "user",
        "password",
        "dbname",
        "host",
        "port",
        "pgpass",
        "uri",
        "jdbc-uri",
        "fqdn-uri",
        "fqdn-jdbc-uri",
      ];
      const ownUser = textOf(at(spec, "bootstrap", "initdb", "secret", "name")) !== undefined;
      const off = listOf(at(spec, "managed", "services", "disabledDefaultServices"));
      const more = listOf(at(spec, "managed", "services", "additional")).flatMap(
        (entry) => textOf(at(entry, "serviceTemplate", "metadata", "name")) ?? [],
      );
      const instances = Number(spec.instances ?? 1);
      return {
        secrets: [
          ...(ownUser ? [] : [{ name: `${name}-app`, keys: userKeys }]),
          ...(spec.enableSuperuserAccess === true && !at(spec, "superuserSecret", "name")
            ? [{ name: `${name}-superuser`, keys: userKeys }]
            : []),
          { name: `${name}-ca`, keys: ["ca.crt", "ca.key"] },
          { name: `${name}-server`, keys: ["tls.crt", "tls.key", "ca.crt"] },
          { name: `${name}-replication`, keys: ["tls.crt", "tls.key", "ca.crt"] },
        ],
        services: [
          ...["rw", "ro", "r"].filter((kind) => !off.includes(kind)).map((kind) => `${name}-${kind}`),
          ...more,
        ].map((each) => service(each, [5432], selector)),
        serviceAccounts: [name],
        pods: [
          {
            labels: { ...selector, "cnpg.io/podRole": "instance" },
            ports: [
              { name: "postgresql", port: 5432 },
              { name: "status", port: 8000 },
              { name: "metrics", port: 9187 },
            ],
            several: instances > 1,
            callsApiServer: true,
          },
        ],
      };
    },
  },
  "postgresql.cnpg.io/Pooler": {
    source: "https://cloudnative-pg.io/documentation/current/connection_pooling, pkg/management/url/url.go",
    of: ({ name, block }) => {
      const selector = { "cnpg.io/poolerName": name };
      const cluster = String(at(block, "spec", "cluster", "name"));
      return {
        services: [service(name, [5432], selector)],
        serviceAccounts: [name],
        pods: [
          {
            labels: { ...selector, "cnpg.io/cluster": cluster, "cnpg.io/podRole": "pooler" },
            ports: [
              { name: "pgbouncer", port: 5432 },
              { name: "metrics", port: 9127 },
            ],
            several: false,
            callsApiServer: true,
          },
        ],
      };
    },
  },
  "k8s.mariadb.com/MariaDB": {
    source: "mariadb-operator api/v1alpha1/mariadb_keys.go, pkg/pki/keypair.go",
    of: ({ name, block }) => {
      const spec = objectOf(block.spec);
      const port = Number(spec.port ?? 3306);
      const selector = { "app.kubernetes.io/name": "mariadb", "app.kubernetes.io/instance": name };
      const several = Number(spec.replicas ?? 1) > 1;
      const open = Number(objectOf(spec.metrics).enabled === true);
      return {
        secrets: [
          { name: `${name}-root`, keys: ["password"] },
          { name: `${name}-ca-bundle`, keys: ["ca.crt"] },
          { name: `${name}-ca`, keys: ["ca.crt", "ca.key", "tls.crt", "tls.key"] },
          ...["server", "client"].map((end) => ({
            name: `${name}-${end}-cert`,
            keys: ["tls.crt", "tls.key", "ca.crt"],
          })),
        ],
        services: [name, ...(several ? [`${name}-primary`, `${name}-secondary`] : [])]
          .map((each) => service(each, [port], selector))
          .concat([service(`${name}-internal`, [port, 4444, 4567, 4568], selector)])
          .concat(
            open
              ? [
                  service(`${name}-metrics`, [9104], {
                    "app.kubernetes.io/name": "exporter",
                    "app.kubernetes.io/instance": `${name}-metrics`,
                  }),
                ]
              : [],
          ),
        serviceAccounts: [name],
        pods: [
          {
            labels: selector,
            ports: [{ name: "mariadb", port }, ...ports(4444, 4567, 4568, 5555, 5566)],
            several,
            callsApiServer: several,
          },
          ...(open
            ? [
                {
                  part: "metrics",
                  labels: { "app.kubernetes.io/name": "exporter", "app.kubernetes.io/instance": `${name}-metrics` },
                  ports: [{ name: "metrics", port: 9104 }],
                  several: false,
                },
              ]
            : []),
        ],
      };
    },
  },
  "clickhouse.altinity.com/ClickHouseInstallation": {
    source: "clickhouse-operator pkg/model/chi/namer/patterns.go, pkg/apis/clickhouse.altinity.com/v1/type_host.go",
    of: ({ name, block }) => {
      const selector = { "clickhouse.altinity.com/chi": name, "clickhouse.altinity.com/app": "chop" };
      const open = [8123, 9000, 9009, 8443, 9440];
      const templates = listOf(at(block, "spec", "templates", "podTemplates"));
      const serviceTemplates = listOf(at(block, "spec", "templates", "serviceTemplates"));
      const renamed = serviceTemplates.flatMap((entry) => {
        const generated = textOf(objectOf(entry).generateName);
        return generated ? [generated.replaceAll("{chi}", name)] : [];
      });
      return {
        services: [`clickhouse-${name}`, ...renamed, ...hostsOf("chi", name, block)].map((each) =>
          service(each, open, selector),
        ),
        pods:
          templates.length > 0
            ? templates.map((template, index) => ({
                part: String(objectOf(template).name ?? index),
                labels: { ...selector, ...labelsOf(template) },
                ports: [...ports(...open), ...portsOf(objectOf(objectOf(template).spec))],
                callsApiServer: false,
                spec: objectOf(objectOf(template).spec),
                path: `spec.templates.podTemplates[${index}].spec`,
              }))
            : [{ labels: selector, ports: ports(...open) }],
      };
    },
  },
  "clickhouse-keeper.altinity.com/ClickHouseKeeperInstallation": {
    source: "clickhouse-operator pkg/model/chk/namer/patterns.go, pkg/apis/clickhouse.altinity.com/v1/type_host.go",
    of: ({ name, block }) => {
      const selector = { "clickhouse-keeper.altinity.com/chk": name, "clickhouse-keeper.altinity.com/app": "chop" };
      const open = [2181, 9444];
      const templates = listOf(at(block, "spec", "templates", "podTemplates"));
      return {
        services: [`keeper-${name}`, ...hostsOf("chk", name, block)].map((each) => service(each, open, selector)),
        pods:
          templates.length > 0
            ? templates.map((template, index) => ({
                part: String(objectOf(template).name ?? index),
                labels: { ...selector, ...labelsOf(template) },
                ports: [...ports(...open, 7000), ...portsOf(objectOf(objectOf(template).spec))],
                spec: objectOf(objectOf(template).spec),
                path: `spec.templates.podTemplates[${index}].spec`,
              }))
            : [{ labels: selector, ports: ports(...open, 7000) }],
      };
    },
  },
};

function labelsOf(template: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(objectOf(at(template, "metadata", "labels"))).map(([key, value]) => [key, String(value)]),
  );
}

/** Names of the Services of single hosts: `chi-<name>-<cluster>-<shard>-<replica>`, without shards `chk-<name>-<cluster>-0-<replica>`. */
function hostsOf(prefix: string, name: string, block: unknown): readonly string[] {
  return listOf(at(block, "spec", "configuration", "clusters")).flatMap((cluster) => {
    const layout = objectOf(objectOf(cluster).layout);
    const shards = Number(layout.shardsCount ?? 1);
    const replicas = Number(layout.replicasCount ?? 1);
    return Array.from({ length: shards }, (_, shard) =>
      Array.from(
        { length: replicas },
        (_, replica) => `${prefix}-${name}-${String(objectOf(cluster).name)}-${shard}-${replica}`,
      ),
    ).flat();
  });
}
