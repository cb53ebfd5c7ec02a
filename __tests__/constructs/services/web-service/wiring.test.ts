import { generated, keyOf } from "../../../../constructs/secrets";
import {
  type Bucket,
  GoogleObjectStore,
  type KeyValueStore,
  type MessageBroker,
  type QueryEngine,
  webServiceAddress,
} from "../../../../constructs/services";
import { ChartData } from "../../../support/chart-data";
import { objectProblems } from "../../../support/crd-contract";
import { bucketOf, databaseOf } from "../lakehouse-fakes";
import { namespace as data, type ServiceStacks } from "../service-stacks";
import { environmentOf, namespace, nothingUsed, podsOf, webService } from "./web-service-stack";

const end = (name: string) => ({ namespace: data, name, podLabels: { "app.kubernetes.io/name": name } });

const secretOf = ({ context }: ServiceStacks, path: string) =>
  keyOf(context.secrets.secret(path, { password: generated() }), "password");

/** Keys of the Secret of the environment, and the keys that are composed of them. */
function secretsOf(made: ReturnType<typeof webService>) {
  const { data: read, target } = made.one("ExternalSecret", "backend-environment").spec as {
    readonly data: readonly { readonly secretKey: string }[];
    readonly target: { readonly template: { readonly data?: { readonly [key: string]: string } } };
  };
  return { keys: read.map(({ secretKey }) => secretKey), composed: target.template.data ?? {} };
}

describe("a database", () => {
  const using = (engine: "postgresql" | "mysql") =>
    webService(({ context }) => ({ uses: { ...nothingUsed, databases: { ORDERS: databaseOf(context, engine) } } }));

  test("is known by host, port, name and login, and by one URL that checks the server's certificate", () => {
    const made = using("postgresql");
    const { host, port, database } = databaseOf(webService().context, "postgresql");
    expect(environmentOf(made)).toEqual({
      ORDERS_HOST: host,
      ORDERS_PORT: String(port),
      ORDERS_NAME: database,
      ORDERS_CA_FILE: "/authority/ca.crt",
    });
    expect(secretsOf(made)).toEqual({
      keys: ["ORDERS_USER", "ORDERS_PASSWORD"],
      composed: {
        ORDERS_URL: `postgresql://{{ .ORDERS_USER | urlquery }}:{{ .ORDERS_PASSWORD | urlquery }}@${host}:${port}/${database}?sslmode=verify-full&sslrootcert=/authority/ca.crt`,
      },
    });
  });

  test("is trusted by the authority's certificate, and its pods get no key", () => {
    const made = using("postgresql");
    expect(made.one("Certificate", "backend-certificate").spec).toMatchObject({
      dnsNames: ["backend.shop.svc"],
      issuerRef: { name: made.context.certificates.issuer },
    });
    expect(podsOf(made).spec.volumes).toContainEqual({
      name: "authority",
      secret: { secretName: "backend-certificate", items: [{ key: "ca.crt", path: "ca.crt" }] },
    });
  });

  test("may be called, and nothing else", () => {
    expect(using("postgresql").rows()).toEqual(["backend -> postgres 5432"]);
    expect(using("mysql").rows()).toEqual(["backend -> mariadb 3306"]);
  });
});

describe("a bucket", () => {
  test("that is opened by keys has its store's address and keys of its own", () => {
    const made = webService(({ context }) => ({
      uses: { ...nothingUsed, buckets: { LAKE: bucketOf(context, "raw-events") } },
    }));
    expect(environmentOf(made)).toEqual({
      LAKE_BUCKET: "raw-events",
      LAKE_URI: "s3://raw-events",
      LAKE_ENDPOINT: "http://s3.data-platform.svc:8333",
      LAKE_REGION: "us-east-1",
      LAKE_PATH_STYLE: "true",
    });
    expect(secretsOf(made).keys).toEqual(["LAKE_ACCESS_KEY_ID", "LAKE_SECRET_ACCESS_KEY"]);
    expect(made.rows()).toEqual(["backend -> seaweedfs 8333"]);
  });

  const email = "gke-dev-web-backend@example-dev.iam.gserviceaccount.com";
  const kubernetes = [{ namespace: namespace.name, serviceAccount: "backend" }];
  const google = ({ services }: ServiceStacks): Bucket =>
    new GoogleObjectStore(services, "Store", {
      project: "example-dev",
      buckets: { lake: "example-dev-lake" },
      identities: [{ email, kubernetes, buckets: ["lake"] }],
    }).bucket("lake");

  test("of Cloud Storage is opened by the account of the pods, without a key", () => {
    const made = webService((stacks) => ({ uses: { ...nothingUsed, buckets: { LAKE: google(stacks) } } }));
    expect(environmentOf(made)).toEqual({ LAKE_BUCKET: "example-dev-lake", LAKE_URI: "gs://example-dev-lake" });
    expect(made.all("ExternalSecret")).toEqual([]);
    expect(made.one("ServiceAccount").metadata).toMatchObject({
      annotations: { "iam.gke.io/gcp-service-account": email },
    });
    expect(made.rows().sort()).toEqual(["backend -> google-apis 443", "backend -> metadata-server 80,988"]);
  });

  test("of Cloud Storage is refused beside another account", () => {
    expect(() =>
      webService((stacks) => ({
        uses: { ...nothingUsed, buckets: { LAKE: google(stacks) } },
        googleServiceAccount: "shop@example-dev.iam.gserviceaccount.com",
      })),
    ).toThrow("acts as shop@example-dev.iam.gserviceaccount.com and as the account that opens its buckets");
  });
});

describe("a key-value store", () => {
  test("has a user of the web service's own", () => {
    const users: string[] = [];
    const made = webService((stacks) => {
      const store: KeyValueStore = {
        host: "valkey.data-platform.svc",
        port: 6379,
        user: (username) => {
          users.push(username);
          return { username, password: secretOf(stacks, "cache"), store, server: { end: end("valkey"), port: 6379 } };
        },
      };
      return { uses: { ...nothingUsed, keyValueStore: { prefix: "CACHE", store } } };
    });
    expect(users).toEqual(["web-backend"]);
    expect(environmentOf(made)).toMatchObject({ CACHE_HOST: "valkey.data-platform.svc", CACHE_USER: "web-backend" });
    expect(secretsOf(made).composed.CACHE_URL).toBe(
      "redis://web-backend:{{ .CACHE_PASSWORD | urlquery }}@valkey.data-platform.svc:6379/0",
    );
  });
});

describe("a broker", () => {
  test("has a user with the rights that are named, over TLS", () => {
    const grants = [{ type: "topic", name: "orders", pattern: "literal", operations: ["Read"] }] as const;
    const asked: unknown[] = [];
    const made = webService((stacks) => {
      const broker: MessageBroker = {
        bootstrapServers: "kafka:9093",
        user: (username, wanted) => {
          asked.push([username, wanted]);
          return { username, password: secretOf(stacks, "kafka"), broker, server: { end: end("kafka"), port: 9093 } };
        },
      };
      return { uses: { ...nothingUsed, messageBroker: { prefix: "KAFKA", broker, grants } } };
    });
    expect(asked).toEqual([["web-backend", grants]]);
    expect(environmentOf(made)).toEqual({
      KAFKA_SERVERS: "kafka:9093",
      KAFKA_PROTOCOL: "SASL_SSL",
      KAFKA_MECHANISM: "SCRAM-SHA-512",
      KAFKA_USER: "web-backend",
      KAFKA_CA_FILE: "/authority/ca.crt",
    });
    expect(secretsOf(made).keys).toEqual(["KAFKA_PASSWORD"]);
  });
});

describe("a query engine", () => {
  const engine: QueryEngine = {
    name: "trino",
    dialect: "trino",
    host: "trino.data-platform.svc",
    port: 8080,
    tls: false,
    server: { end: end("trino"), port: 8080 },
  };
  const using = (change: (stacks: ServiceStacks) => Partial<QueryEngine>) =>
    webService((stacks) => ({ uses: { ...nothingUsed, queryEngines: { SQL: { ...engine, ...change(stacks) } } } }));

  test("without users has an address only", () => {
    const made = using(() => ({}));
    expect(environmentOf(made)).toEqual({ SQL_HOST: "trino.data-platform.svc", SQL_PORT: "8080", SQL_TLS: "false" });
    expect(made.all("ExternalSecret")).toEqual([]);
  });

  test("with users has a login, and is trusted by the authority's certificate", () => {
    const made = using((stacks) => ({ tls: true, user: { name: "tools", password: secretOf(stacks, "trino") } }));
    expect(environmentOf(made)).toMatchObject({ SQL_TLS: "true", SQL_USER: "tools", SQL_CA_FILE: "/authority/ca.crt" });
    expect(secretsOf(made).keys).toEqual(["SQL_PASSWORD"]);
    expect(made.one("Certificate", "backend-certificate")).toBeDefined();
  });
});

test("another web service is known by its URL, and may be called at the port of its pods", () => {
  const web = webServiceAddress({ name: "mail", namespace, port: 3000 });
  const made = webService({ uses: { ...nothingUsed, webServices: { MAIL: web } } });
  expect(environmentOf(made)).toEqual({ MAIL_URL: "http://mail.shop.svc" });
  expect(made.rows()).toEqual(["backend -> mail 3000"]);
});

test("a variable that is there twice is refused", () => {
  const web = webServiceAddress({ name: "mail", namespace, port: 3000 });
  expect(() => webService({ env: { MAIL_URL: "x" }, uses: { ...nothingUsed, webServices: { MAIL: web } } })).toThrow(
    "variable MAIL_URL is there twice: rename it, or use another prefix",
  );
});

const charts = ChartData.find();

(charts ? test : test.skip)("upstream's definitions take every custom object", () => {
  const made = webService(({ context }) => ({
    uses: { ...nothingUsed, databases: { ORDERS: databaseOf(context, "postgresql") } },
  }));
  for (const object of [...made.all("ExternalSecret"), ...made.all("Certificate"), ...made.all("SecretStore")]) {
    const definition = charts?.definition(object.apiVersion, object.kind);
    expect([object.kind, definition !== undefined]).toEqual([object.kind, true]);
    expect(objectProblems(object, definition ?? {})).toEqual([]);
  }
});
