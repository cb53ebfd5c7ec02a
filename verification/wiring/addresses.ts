import { listOf, objectOf } from "../../policies/blocks";

/** An address of a Service that stands in a text. */
export interface Address {
  /** As it stands there. */
  readonly given: string;
  readonly service: string;
  readonly namespace: string;
  /** From the text, from the field beside it, or the scheme's own; absent where none says it. */
  readonly port?: number;
  /** Path of the text within its object. */
  readonly path: string;
  /**
   * Namespaces of the Spark jobs that call it, for a setting `spark.*` of a program that starts jobs.
   *
   * @default - whoever reads the text calls it
   */
  readonly jobs?: readonly string[];
  /** Whether each pod of the jobs calls it, or only their drivers. */
  readonly executors?: boolean;
}

/** What is known of the names around a text. */
export interface Surroundings {
  /** Namespace of whoever resolves the name. */
  readonly namespace: string;
  readonly namespaces: ReadonlySet<string>;
  /** Namespaces of the jobs that settings of Spark are for which name none; empty where pods read them for themselves. */
  readonly jobs: readonly string[];
  readonly hasService: (namespace: string, name: string) => boolean;
  readonly hasPort: (namespace: string, name: string, port: number) => boolean;
}

/** Schemes whose authority is a host, with the port that they mean. */
const hostSchemes: Readonly<Record<string, number | undefined>> = {
  http: 80,
  https: 443,
  ws: 80,
  wss: 443,
  thrift: undefined,
  postgres: 5432,
  postgresql: 5432,
  mysql: 3306,
  mariadb: 3306,
  redis: 6379,
  rediss: 6379,
  hive: undefined,
  hive2: undefined,
  trino: undefined,
  clickhouse: undefined,
  clickhousedb: undefined,
  spark: 7077,
  sc: 15002,
  ldap: 389,
  ldaps: 636,
  amqp: 5672,
  tcp: undefined,
  grpc: undefined,
  nessie: undefined,
};

/** User and password before a host, which may be filled in: `user:{{ .password }}@`. */
const user = "(?:(?:\\{\\{[^}]*\\}\\}|[^\\s/@\"'{])*@)?";
const label = "[a-z0-9](?:[a-z0-9-]*[a-z0-9])?";
const inCluster = new RegExp(
  `(?<![\\w.-])((?:[\\w${"$"}{}()*-]+\\.)*?)(${label})\\.(${label})\\.svc(?:\\.cluster\\.local)?\\.?(?::(\\d{1,5}))?(?![\\w-])`,
  "g",
);
const url = new RegExp(
  `([a-z][a-z0-9]*)(?:\\+[a-z0-9_]+)?://${user}(${label}(?:\\.${label})*)(?::(\\d{1,5}))?(?![\\w.:-])`,
  "g",
);
const schemeBefore = new RegExp(`([a-z][a-z0-9]*)(?:\\+[a-z0-9_]+)?://${user}$`);
const bare = new RegExp(`(?<![\\w./:@-])(${label})(?:\\.(${label}))?:(\\d{2,5})(?![\\w.:])`, "g");

/** Keys of texts that nobody calls: descriptions, what people see, and the names in certificates, which clients have too. */
const unread = /^(dnsNames|description|kubectl\.kubernetes\.io\/.*|terralake\.dev\/.*|summary|message|helm\.sh\/.*)$/;

/** Arguments that tell a program its own name. */
const ownName = /^--(dns-names?|host-?name|service-name|webhook-service-name)=/;

/** Every address of a Service in the texts of a value. */
export function addressesIn(value: unknown, around: Surroundings, path = ""): readonly Address[] {
  if (typeof value === "string") {
    return addressesOf(value, around).map((address) => ({ ...address, path }));
  }
  if (Array.isArray(value)) {
    return value.flatMap((member, index) => addressesIn(member, around, `${path}[${index}]`));
  }
  const map = objectOf(value);
  return Object.entries(map)
    .flatMap(([key, member]) => {
      if (unread.test(key)) {
        return [];
      }
      const below = path ? `${path}.${key}` : key;
      const beside = typeof member === "string" ? hostBeside(key, member, map, around) : undefined;
      if (beside) {
        return [{ ...beside, path: below }];
      }
      const found = addressesIn(member, around, below);
      const port = portBeside(key, map);
      return found.map((address) =>
        address.port === undefined && port !== undefined ? { ...address, port } : address,
      );
    })
    .concat(environmentPairs(map, around, path));
}

/** Addresses in one text. */
export function addressesOf(text: string, around: Surroundings): readonly Omit<Address, "path">[] {
  if (ownName.test(text)) {
    return [];
  }
  const named = /^\s*spark\.kubernetes\.namespace[=\s]\s*(\S+)\s*$/m.exec(text)?.[1];
  const jobs = named === undefined ? around.jobs : [named];
  if (jobs.length === 0) {
    return addressesOfLine(text, around);
  }
  return text.split("\n").flatMap((line) => {
    const found = addressesOfLine(line, around);
    return /^\s*spark\./.test(line)
      ? found.map((each) => ({ ...each, jobs, executors: /endpoint/.test(line) }))
      : found;
  });
}

function addressesOfLine(text: string, around: Surroundings): readonly Omit<Address, "path">[] {
  const found: Omit<Address, "path">[] = [];
  // Texts may be large, as dashboards are: what they cannot hold is not looked for.
  for (const match of text.includes(".svc") ? text.matchAll(inCluster) : []) {
    const [given, , service = "", namespace = "", port] = match;
    const number = port === undefined ? schemePort(text, match.index) : Number(port);
    found.push({ given, service, namespace, ...(number === undefined ? {} : { port: number }) });
  }
  for (const match of text.includes("://") ? text.matchAll(url) : []) {
    const [given, scheme = "", host = "", port] = match;
    const end = hostEnd(host, around);
    if (!(scheme in hostSchemes) || !end) {
      continue;
    }
    const number = port === undefined ? hostSchemes[scheme] : Number(port);
    found.push({ given, ...end, ...(number === undefined ? {} : { port: number }) });
  }
  for (const [given, service = "", second, port] of text.matchAll(bare)) {
    const namespace = second ?? around.namespace;
    // Without scheme or domain it may be anything; it counts where such a Service is there.
    if (around.hasService(namespace, service) && around.hasPort(namespace, service, Number(port))) {
      found.push({ given, service, namespace, port: Number(port) });
    }
  }
  return found;
}

/** Port of the scheme before a host: `https://` at its left, perhaps with a user. */
function schemePort(text: string, index: number): number | undefined {
  const [, scheme = ""] = schemeBefore.exec(text.slice(Math.max(0, index - 120), index)) ?? [];
  return hostSchemes[scheme];
}

/** The Service of a host without `.svc`: one label in the own namespace, or a label and a namespace of the platform. */
function hostEnd(
  host: string,
  around: Surroundings,
): { readonly service: string; readonly namespace: string } | undefined {
  const labels = host.split(".");
  if (labels.at(-1) === "svc" || labels.includes("svc") || /^\d/.test(host) || host === "localhost") {
    return undefined;
  }
  const [first = "", second = "", third] = labels;
  if (labels.length === 1) {
    return around.hasService(around.namespace, first) ? { service: first, namespace: around.namespace } : undefined;
  }
  if (third !== undefined && labels.length === 3 && around.namespaces.has(third)) {
    return { service: second, namespace: third };
  }
  if (labels.length === 2 && around.namespaces.has(second)) {
    return { service: first, namespace: second };
  }
  // A pod of a StatefulSet by the Service of its own namespace.
  return labels.length === 2 && around.hasService(around.namespace, second)
    ? { service: second, namespace: around.namespace }
    : undefined;
}

/** Port in the field beside a host: `host` and `port`, `databaseHost` and `databasePort`. */
function portBeside(key: string, map: Readonly<Record<string, unknown>>): number | undefined {
  const name = /host(name)?$/i.exec(key)
    ? key.replace(/host(name)?$/i, (word) => (word[0] === "H" ? "Port" : "port"))
    : undefined;
  const value = name === undefined ? undefined : map[name];
  const number = Number(value);
  return (typeof value === "number" || typeof value === "string") && Number.isInteger(number) && number > 0
    ? number
    : undefined;
}

/** A bare name in a field `host` with a port beside it. */
function hostBeside(
  key: string,
  value: string,
  map: Readonly<Record<string, unknown>>,
  around: Surroundings,
): Omit<Address, "path"> | undefined {
  const port = portBeside(key, map);
  if (port === undefined || value.includes(".svc") || !new RegExp(`^${label}(\\.${label})*$`).test(value)) {
    return undefined;
  }
  const end =
    hostEnd(value, around) ??
    (value.includes(".") || value === "localhost" ? undefined : { service: value, namespace: around.namespace });
  return end ? { given: `${value}:${port}`, ...end, port } : undefined;
}

/** Variables of one container: `X_HOST` and `X_PORT`. */
function environmentPairs(
  map: Readonly<Record<string, unknown>>,
  around: Surroundings,
  path: string,
): readonly Address[] {
  const entries = listOf(map.env).map(objectOf);
  return entries.flatMap(({ name, value }, index) => {
    if (typeof name !== "string" || typeof value !== "string" || !/_HOST(NAME)?$/.test(name)) {
      return [];
    }
    const port = entries.find((entry) => entry.name === name.replace(/_HOST(NAME)?$/, "_PORT"))?.value;
    const number = Number(port);
    if (port === undefined || !Number.isInteger(number)) {
      return [];
    }
    const pair = { host: value, port: number };
    return addressesIn(pair, around).map((address) => ({ ...address, path: `${path ? `${path}.` : ""}env[${index}]` }));
  });
}
