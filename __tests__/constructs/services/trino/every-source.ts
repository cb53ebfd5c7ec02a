import { generated, keyOf, type SecretRef, type SecretValue } from "../../../../constructs/secrets";
import {
  type BrokerGrant,
  type IcebergCatalog,
  type MessageBroker,
  type QueryEngine,
  type S3Bucket,
  type S3Store,
  type SchemaRegistry,
  Trino,
  type TrinoProps,
} from "../../../../constructs/services";
import { namespace, type ServiceStacks, small } from "../service-stacks";

/** What Trino asks of other services, without those services. */
export class Sources {
  /** What users of the broker were granted, by user. */
  readonly grants: Record<string, readonly BrokerGrant[]> = {};

  constructor(private readonly stacks: ServiceStacks) {}

  private readonly made = new Map<string, SecretRef>();

  /** A secret, the same one whenever it is asked for. */
  private secret<Key extends string>(path: string, values: { readonly [K in Key]: SecretValue }): SecretRef {
    const found = this.made.get(path) ?? this.stacks.context.secrets.secret(path, values);
    this.made.set(path, found);
    return found;
  }

  get store(): S3Store {
    return {
      kind: "s3",
      endpoint: "http://store.data-platform.svc:8333",
      region: "us-east-1",
      pathStyle: true,
      server: { end: { namespace, name: "store", podLabels: { app: "store" } }, port: 8333 },
      bucket: (name) => this.bucket(name),
    };
  }

  bucket(name: string): S3Bucket {
    const secret = this.secret(`store/${name}`, { id: generated(20), key: generated(40) });
    return {
      kind: "s3",
      name,
      uri: `s3://${name}`,
      store: this.store,
      accessKeyId: keyOf(secret, "id"),
      secretAccessKey: keyOf(secret, "key"),
    };
  }

  get lake(): IcebergCatalog {
    return {
      kind: "rest",
      name: "lake",
      uri: "http://catalog.data-platform.svc:19120/iceberg/",
      warehouse: "warehouse",
      bucket: this.bucket("warehouse"),
      server: { end: { namespace, name: "catalog", podLabels: { app: "catalog" } }, port: 19120 },
    };
  }

  /** A catalogue whose engines log in. */
  get guardedLake(): IcebergCatalog {
    const secret = this.secret("catalog/trino", { id: generated(16), secret: generated(32) });
    return {
      ...this.lake,
      name: "guarded",
      oauth2: {
        serverUri: "http://catalog.data-platform.svc:8181/token",
        clientId: keyOf(secret, "id"),
        clientSecret: keyOf(secret, "secret"),
        scope: "PRINCIPAL_ROLE:ALL",
      },
    };
  }

  get broker(): MessageBroker {
    const broker: MessageBroker = {
      bootstrapServers: "kafka.data-platform.svc:9093",
      user: (username, grants) => {
        this.grants[username] = grants;
        const secret = this.secret(`kafka/${username}`, { password: generated(32) });
        return {
          username,
          password: keyOf(secret, "password"),
          broker,
          server: { end: { namespace, name: "kafka", podLabels: { app: "kafka" } }, port: 9093 },
        };
      },
    };
    return broker;
  }

  get registry(): SchemaRegistry {
    return {
      url: "http://schema-registry.data-platform.svc:8080/apis/ccompat/v7",
      server: { end: { namespace, name: "schema-registry", podLabels: { app: "registry" } }, port: 8080 },
    };
  }

  get clickHouse(): QueryEngine {
    const secret = this.secret("clickhouse/tools", { password: generated(32) });
    return {
      name: "clickhouse",
      dialect: "clickhousedb",
      host: "clickhouse.data-platform.svc",
      port: 8443,
      tls: true,
      user: { name: "tools", password: keyOf(secret, "password") },
      server: { end: { namespace, name: "clickhouse", podLabels: { app: "clickhouse" } }, port: 8443 },
    };
  }

  trino(props: Partial<TrinoProps> = {}): Trino {
    const { services, context } = this.stacks;
    const worker = { requests: { cpu: "1", memory: "4Gi" }, limits: { memory: "4Gi" } };
    return new Trino(services, "Trino", {
      context,
      namespace,
      workers: 2,
      coordinator: small,
      worker,
      catalogs: [this.lake],
      ...props,
    });
  }

  /** Trino with everything that it can have. */
  everything(): Trino {
    const secret = this.secret("sources/crm", { password: generated(32) });
    return this.trino({
      catalogs: [this.lake, this.guardedLake],
      kafka: {
        broker: this.broker,
        topics: ["orders", "clicks"],
        tables: { orders: { topicName: "orders", message: { dataFormat: "json", fields: [] } } },
      },
      engines: [this.clickHouse],
      extraCatalogs: {
        crm: {
          properties: { "connector.name": "mysql", "connection-url": "jdbc:mysql://crm.example.com:3306" },
          secrets: { "connection-password": keyOf(secret, "password") },
          servers: [{ end: { name: "crm-1", cidrs: ["192.0.2.7/32"] }, port: 3306 }],
        },
      },
      autoscaling: { max: 6, targetCpu: 70 },
      shutdownGraceSeconds: 120,
      faultTolerance: { policy: "TASK", exchange: this.bucket("trino-exchange") },
      authentication: { users: ["data-analyst"] },
      accessControl: { catalogs: [{ user: "data-analyst", catalog: "lake", allow: "read-only" }] },
      resourceGroups: { rootGroups: [], selectors: [] },
      config: { "query.max-run-time": "1h" },
      coordinatorConfig: { "query.max-history": "50" },
      jvmOptions: ["-Duser.timezone=UTC"],
      runAs: { user: 2000, group: 3000 },
    });
  }
}
