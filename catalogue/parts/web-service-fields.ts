import type * as z from "zod";
import { bucketName } from "../../constructs/services";
import { cidr } from "../../environments/schema/cidr";
import { databaseName } from "../../environments/schema/databases";
import { agreed, type KeyRule } from "../../environments/schema/field";
import { declaredKey } from "../../environments/schema/service-secrets";
import { dnsLabel, list, oneOf, record, replicas, resources, strict, text, truth, wholeNumber } from "../fields";
import { grants } from "./kafka-settings";

/** An image, by its tag or its digest: what `latest` means changes under one's feet. */
const image = text(
  /^[a-z0-9][a-z0-9.-]*(:\d+)?(\/[a-z0-9][a-z0-9._-]*)+(:(?!latest(@|$))\w[\w.-]{0,127}|(?=@))(@sha256:[0-9a-f]{64})?$/,
  "an image with registry, path and an exact tag or a digest, such as europe-west1-docker.pkg.dev/example-dev/web/backend:1.4.2",
  (given) =>
    /:latest$|^[^:]*$/.test(String(given))
      ? "name the tag that your build gave it, or its digest: latest is another image tomorrow"
      : "write registry, path and tag",
);

const port = wholeNumber(1024, 65535);

/** Path of a request. */
const path = text(
  /^\/[A-Za-z0-9._~/-]*$/,
  "a path that begins with a slash, such as /health",
  "leave out scheme, host and question mark",
);

const host = text(
  /^(?=.{1,253}$)([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\.)+[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/,
  "a host name in lower case, such as shop.example.com",
  "leave out scheme, port and path",
);

const variable: KeyRule = {
  pattern: /^[A-Z][A-Z0-9_]*$/,
  allowed: "an environment variable: upper-case letters, digits and underscores, starting with a letter",
  next: (given) => {
    const name = given.toUpperCase().replace(/[^A-Z0-9]/g, "_");
    return /^[A-Z]/.test(name) ? `did you mean ${name}?` : "start with a letter";
  },
};

const prefix: KeyRule = {
  pattern: /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/,
  allowed: "the beginning of environment variables: upper-case letters, digits and underscores between them",
  next: "use a word such as ORDERS, for ORDERS_HOST and its like",
};

const prefixText = text(prefix.pattern, prefix.allowed, String(prefix.next));

const file: KeyRule = {
  pattern: /^(?!\.)[A-Za-z0-9._-]{1,253}$/,
  allowed: "the name of a file: letters, digits, dots, dashes and underscores, not starting with a dot",
  next: "use a name such as settings.yaml",
};

const folder = text(
  /^(\/[A-Za-z0-9._-]+)+$/,
  "an absolute folder without a slash at the end, such as /var/cache",
  "write it as the program does",
);

const word = text(
  /^[A-Za-z][A-Za-z0-9]*(\/[a-z]+)?$/,
  "a kind in plural, such as configmaps",
  "see `kubectl api-resources`",
);

/** What nobody needs to serve requests, or what would give more than it says. */
const refusedKinds =
  /^(secrets|pods\/(exec|attach|portforward|ephemeralcontainers)|serviceaccounts\/token|(cluster)?role(binding)?s)$/;

/** A right in the web service's own namespace. */
const right = strict({
  apiGroup: text(
    /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?)?$/,
    'a group of kinds, "" for the core',
    'write it as in apps or ""',
  ),
  resources: list(
    agreed(word, (kind) => typeof kind !== "string" || !refusedKinds.test(kind), {
      allowed: "a kind that gives no rights beyond itself: no secrets, no shells into pods, no roles and no tokens",
      next: "name a secret of its own in `secrets`, or leave it out",
    }),
    "kinds",
  ),
  verbs: list(oneOf("get", "list", "watch", "create", "update", "patch", "delete"), "verbs"),
  names: list(
    text(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/, "the name of an object", "use its metadata.name"),
    "names",
  ).optional(),
});

const words = list(text(/^[^\0]*$/, "a word", "write a text in quotes"), "words").optional();

const percent = wholeNumber(10, 100).optional();

/** One web service in an environment file. */
export const webServiceInput = strict({
  image,
  runAs: strict({ user: wholeNumber(1, 4294967294) }).optional(),
  command: words,
  args: words,
  port: port.optional(),
  replicas,
  autoscale: strict({
    max: wholeNumber(2, 200),
    cpu: percent,
    memory: percent,
    calmSeconds: wholeNumber(0, 3600).optional(),
  }).optional(),
  resources,
  health: strict({
    ready: path.optional(),
    alive: path.optional(),
    started: path.optional(),
    startSeconds: wholeNumber(5, 3600).optional(),
  }).optional(),
  env: record(
    variable,
    text(/^[^\0]*$/, "a value in quotes", 'write it in quotes, such as "true"'),
    "variables with their values",
  ).optional(),
  config: record(
    file,
    text(/[\s\S]*/, "the content of a file", "write a text"),
    "files with their contents",
  ).optional(),
  secrets: record(
    variable,
    declaredKey("pipeline/api#token"),
    "variables with the keys of declared secrets",
  ).optional(),
  secretFiles: record(file, declaredKey("pipeline/api#token"), "files with the keys of declared secrets").optional(),
  writable: list(folder, "folders").optional(),
  graceSeconds: wholeNumber(1, 3600).optional(),
  drainSeconds: wholeNumber(0, 600).optional(),
  rights: list(right, "rights").optional(),
  googleServiceAccount: text(
    /^[a-z][a-z0-9-]{4,28}[a-z0-9]@[a-z][a-z0-9-]{4,28}[a-z0-9]\.iam\.gserviceaccount\.com$/,
    "the address of a Google service account",
    "write it as <name>@<project>.iam.gserviceaccount.com",
  ).optional(),
  uses: strict({
    databases: record(
      prefix,
      text(databaseName.pattern, databaseName.allowed, "use a name of postgres.databases or mariadb.databases"),
      "prefixes with databases",
    ).optional(),
    buckets: record(
      prefix,
      text(bucketName.pattern, bucketName.allowed, "use a name such as raw-events"),
      "prefixes with buckets",
    ).optional(),
    queryEngines: record(
      prefix,
      text(/^[a-z][a-z0-9-]*$/, "the name of a query engine, such as trino", "see `terralake list`"),
      "prefixes with query engines",
    ).optional(),
    webServices: record(prefix, dnsLabel(40), "prefixes with web services").optional(),
    keyValueStore: prefixText.optional(),
    messageBroker: strict({ prefix: prefixText, grants }).optional(),
  }).optional(),
  internet: truth().optional(),
  outside: record(
    {
      pattern: /^[a-z]([-a-z0-9]{0,38}[a-z0-9])?$/,
      allowed: "a name in lower case for the table of flows",
      next: "use a name such as payments",
    },
    strict({ cidrs: list(cidr(), "IPv4 ranges"), ports: list(wholeNumber(1, 65535), "ports") }),
    "names with addresses",
  ).optional(),
  page: strict({ host: host.optional(), path: path.optional(), login: oneOf("own", "none").optional() }).optional(),
  metrics: strict({ port: port.optional(), path: path.optional() }).optional(),
  acceptance: strict({
    image: image.optional(),
    command: words,
    args: words,
    resources,
  }).optional(),
});

/** One web service as it was written. */
export type GivenWebService = z.output<typeof webServiceInput>;

/** Web services by their names. */
export const webServicesField = record(
  {
    pattern: /^[a-z]([-a-z0-9]{0,38}[a-z0-9])?$/,
    allowed: "a web service: at most 40 lower-case letters, digits and hyphens, starting with a letter",
    next: "use a name such as backend",
  },
  webServiceInput,
  "web services by their names",
);
