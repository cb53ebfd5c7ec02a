import { createHash } from "node:crypto";
import { Construct } from "constructs";
import { images } from "../../../charts";
import {
  CustomResources,
  type INamespace,
  type KubernetesObject,
  restrictedContainer,
  restrictedPod,
  serviceCertificate,
} from "../../kubernetes";
import { type ExternalSecret, generated, keyOf, type SecretKey, secretVersions } from "../../secrets";
import { DeploySettings } from "../../terraform";
import type { KeyValueUser, PodsEnd, ServiceEndpoint, WebUi } from "../contracts";
import { exactTag, imageReference } from "../image-reference";
import { present } from "../present";
import { untilFileSays, withFiles } from "../secret-arguments";
import { tokenlessAccount } from "../service-account";
import { type DataSource, dataSource } from "./data-sources";
import type { SupersetProps } from "./props";

const name = "superset";

/** Port of pages and API. */
const port = 8088;

/** Service that the operator makes for the pages. */
const webService = `${name}-web-server`;

/** User and group of upstream's image. */
const imageUser = 1000;

/** Secret with a certificate, of which only the authority's is read. */
const certificate = `${name}-tls`;

/** Where pods find the authority's certificate, and the job that sets Superset up its secrets. */
const folders = { trust: "/etc/superset-tls", secrets: "/etc/superset-secrets" } as const;
const trustFile = `${folders.trust}/ca.crt`;

/** First part of the keys with addresses of data sources. */
const sourceKey = "data-source.";

/** The administrator; Superset makes no other user. */
const administrator = "admin";

/** Secrets of Superset: what can be rotated, and what cannot. */
interface SupersetSecrets {
  readonly settings: ExternalSecret<string>;
  readonly key: ExternalSecret<string>;
  /** Versions of all that the settings are made of. */
  readonly versions: string;
}

/**
 * Superset: charts and dashboards over the data sources of the environment.
 *
 * The operator migrates the database, then runs the job that makes administrator and data sources, then starts the servers; each
 * part runs again when what it is made of changes. A rotated secret reaches the pods by `forceReload`, since the operator takes
 * back what the reloader writes into its Deployments.
 *
 * @see https://apache.github.io/superset-kubernetes-operator/user-guide/configuration/
 */
export class Superset extends Construct {
  readonly namespace: INamespace;
  readonly address: string;
  readonly server: ServiceEndpoint;
  readonly webUi: WebUi;
  readonly objects: CustomResources;

  constructor(scope: Construct, id: string, props: SupersetProps) {
    super(scope, id);
    this.namespace = props.namespace;
    this.address = `http://${webService}.${this.namespace.name}.svc:${port}`;
    const labels = { "app.kubernetes.io/name": name };
    const web: PodsEnd = {
      namespace: this.namespace,
      name: webService,
      podLabels: { ...labels, "app.kubernetes.io/component": "web-server" },
    };
    this.server = { end: web, port };
    this.webUi = {
      name,
      service: { namespace: this.namespace.name, name: webService, port },
      server: this.server,
      healthPath: "/health",
      login: "own",
    };

    const { context, database } = props;
    const cache = props.cache.user(name);
    const sources = props.queryEngines.map((engine) => dataSource(engine, trustFile, name));
    const secrets = this.secrets(props, cache, sources);
    this.objects = new CustomResources(this, "Objects", {
      namespace: this.namespace,
      releaseName: `${name}-objects`,
      dependsOn: present(
        context.store(this.namespace).resource,
        context.certificates.resource,
        database.resource,
        cache.resource,
        ...props.queryEngines.map(({ resource }) => resource),
        ...(props.dependsOn ?? []),
      ),
      objects: [
        tokenlessAccount(name, this.namespace),
        secrets.settings.object,
        secrets.key.object,
        serviceCertificate({
          name: certificate,
          namespace: this.namespace,
          issuer: context.certificates.issuer,
          dnsNames: [`${webService}.${this.namespace.name}.svc`],
        }),
        this.superset(props, cache, secrets, sources),
      ],
    });
    // Servers, workers and jobs alike.
    context.connect(
      { namespace: this.namespace, name, podLabels: labels },
      [database.server, cache.server, ...props.queryEngines.map(({ server }) => server)],
      "keeps dashboards and asks data sources",
    );
  }

  private secrets(props: SupersetProps, cache: KeyValueUser, sources: readonly DataSource[]): SupersetSecrets {
    const { context, credentials = {}, database } = props;
    const store = context.store(this.namespace);
    const adminPassword =
      credentials.adminPassword ??
      keyOf(context.secrets.secret(`${name}/admin`, { password: generated() }), "password");
    const secretKey =
      credentials.secretKey ??
      keyOf(context.secrets.secret(`${name}/keys`, { secret_key: generated(64) }), "secret_key");
    const data: { readonly [key: string]: SecretKey } = {
      database_username: database.username,
      database_password: database.password,
      cache_password: cache.password,
      admin_password: adminPassword,
      ...(Object.assign({}, ...sources.map(({ keys }) => keys)) as { readonly [key: string]: SecretKey }),
    };
    const versions = secretVersions(Object.values(data));
    const tls = database.verifiedJdbcUrl ? `sslmode=verify-full&sslrootcert=${trustFile}` : "sslmode=require";
    const owner = "{{ .database_username | urlquery }}:{{ .database_password | urlquery }}";
    return {
      versions,
      settings: store.externalSecret({
        name: `${name}-settings`,
        data,
        composed: {
          uri: `postgresql+psycopg2://${owner}@${database.host}:${database.port}/${database.database}?${tls}`,
          versions,
          ...Object.fromEntries(sources.map((source) => [`${sourceKey}${source.name}`, source.address])),
        },
        follows: { by: "reader", name: "Superset's operator, told by the version in forceReload" },
      }),
      key: store.externalSecret({
        name: `${name}-secret-key`,
        data: { "secret-key": secretKey },
        follows: { by: "nobody", reason: "a new key cannot read the passwords that the old one encrypted" },
      }),
    };
  }

  private superset(
    props: SupersetProps,
    cache: KeyValueUser,
    { settings, key, versions }: SupersetSecrets,
    sources: readonly DataSource[],
  ): KubernetesObject {
    const image = imageReference(props.image ?? DeploySettings.of(this).image(images.superset));
    const { user, group = imageUser } = props.runAs ?? { user: imageUser };
    const setup = setupScript(versions);
    return {
      apiVersion: "superset.apache.org/v1alpha1",
      kind: "Superset",
      metadata: { name, namespace: this.namespace.name },
      spec: {
        environment: "Production",
        image: { repository: image.repository, tag: exactTag(image), pullPolicy: DeploySettings.of(this).pullPolicy },
        secretKeyFrom: { name: key.name, key: "secret-key" },
        metastore: { uriFrom: { name: settings.name, key: "uri" } },
        valkey: {
          host: cache.store.host,
          port: cache.store.port,
          username: cache.username,
          passwordFrom: { name: settings.name, key: "cache_password" },
        },
        serviceAccount: { create: false, name },
        forceReload: versions,
        podTemplate: {
          podSecurityContext: { ...restrictedPod(user), runAsGroup: group, fsGroup: group },
          enableServiceLinks: false,
          volumes: [{ name: "trust", secret: { secretName: certificate, items: [{ key: "ca.crt", path: "ca.crt" }] } }],
          container: {
            securityContext: restrictedContainer,
            volumeMounts: [{ name: "trust", mountPath: folders.trust, readOnly: true }],
          },
        },
        featureFlags: props.featureFlags,
        config: [configLines, props.config ?? ""].join("\n"),
        webServer: {
          replicas: props.replicas,
          gunicorn: { workers: props.serverWorkers },
          service: { type: "ClusterIP", port },
          podTemplate: { container: { resources: props.resources } },
          ...budget(props.replicas),
        },
        ...(props.workers > 0
          ? {
              celeryWorker: {
                replicas: props.workers,
                podTemplate: { container: { resources: props.worker } },
                ...budget(props.workers),
              },
              celeryBeat: { podTemplate: { container: { resources: beatResources } } },
            }
          : {}),
        lifecycle: {
          podTemplate: {
            volumes: [{ name: "secrets", secret: { secretName: settings.name } }],
            container: {
              resources: jobResources,
              volumeMounts: [{ name: "secrets", mountPath: folders.secrets, readOnly: true }],
            },
          },
          migrate: { timeout: "20m" },
          init: {
            command: ["/bin/bash", "-ec", setup],
            timeout: "15m",
            maxRetries: 5,
            trigger: digest([setup, ...sources.map(({ name: source, address }) => `${source} ${address}`)]),
          },
        },
      },
    };
  }
}

/** What the scheduler of alerts and reports asks for. */
export const beatResources = { requests: { cpu: "20m", memory: "256Mi" }, limits: { memory: "384Mi" } } as const;

/** What migrations and setup ask for; both end before the servers start. */
const jobResources = { requests: { cpu: "100m", memory: "512Mi" }, limits: { memory: "1Gi" } } as const;

/** Behind an ingress, the address that people used is in headers. */
const configLines = "ENABLE_PROXY_FIX = True";

function budget(replicas: number) {
  return replicas > 1 ? { podDisruptionBudget: { maxUnavailable: 1 } } : {};
}

/** Roles, administrator and data sources; everything that is there already stays, with the password and address of now. */
function setupScript(versions: string): string {
  const password = `--password @${folders.secrets}/admin_password`;
  return [
    // The Secret may be of before the rotation that this run is for.
    untilFileSays(`${folders.secrets}/versions`, versions),
    withFiles("superset"),
    "superset init",
    `with_files fab create-admin --username ${administrator} --firstname Superset --lastname Admin --email ${administrator}@localhost ${password}`,
    `with_files fab reset-password --username ${administrator} ${password}`,
    `for source in ${folders.secrets}/${sourceKey}*; do`,
    '  [ -e "$source" ] || continue',
    `  with_files set-database-uri --database_name "\${source#${folders.secrets}/${sourceKey}}" --uri "@$source"`,
    "done",
  ].join("\n");
}

/** A short name of some texts, which changes when one of them does. */
function digest(texts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(texts)).digest("hex").slice(0, 16);
}
