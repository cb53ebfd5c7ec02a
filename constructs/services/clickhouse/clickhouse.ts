import { Construct } from "constructs";
import { images } from "../../../charts";
import {
  CustomResources,
  type INamespace,
  type KubernetesObject,
  placementOf,
  type Resources,
  serviceCertificate,
} from "../../kubernetes";
import { type ExternalSecret, generated, keyOf, type SecretKey } from "../../secrets";
import { DeploySettings, PlatformError } from "../../terraform";
import type { MetricsTarget, PodsEnd, QueryEngine, S3Bucket, ServiceEndpoint } from "../contracts";
import { mebibytes } from "../memory";
import { type ClickHouseOperator, clickHouseOperatorPods } from "../operators";
import { present } from "../present";
import { restartOnChange } from "../restart";
import { tokenlessAccount } from "../service-account";
import type { ServiceContext } from "../service-context";
import {
  type ClickHouseUser,
  clickHouseInstallation,
  clientService,
  clusterSecret,
  installationLabel,
} from "./installation";
import { type KeeperSettings, keeperHosts, keeperInstallation, keeperPods } from "./keeper";
import { clickHouseMetrics } from "./metrics";
import { keeperPorts, serverPorts } from "./ports";
import { bucketVariables, type ObjectStorage, storageFile } from "./server-files";

/** Settings of {@link ClickHouse}. */
export interface ClickHouseProps {
  readonly context: ServiceContext;
  readonly namespace: INamespace;
  /** Runs in the same namespace. */
  readonly operator: ClickHouseOperator;
  /** Parts that the rows of a distributed table are spread over. */
  readonly shards: number;
  /** Servers of each shard, which hold the same rows. */
  readonly replicas: number;
  /** What each server asks for. */
  readonly resources: Resources;
  /** Volume of each server, such as `20Gi`. */
  readonly storage: string;
  /** @default - the cluster's default class */
  readonly storageClass?: string;
  /** @default - none: for a single server only */
  readonly keeper?: KeeperSettings;
  /** Users beside `default`, who may do everything, and `tools`, who reads everything. @default - none */
  readonly users?: { readonly [name: string]: ClickHouseUser };
  /** Passwords of users that are keys of declared secrets. @default - each one's password is made for it */
  readonly credentials?: { readonly [user: string]: SecretKey };
  /** Bucket for tables, and which of them lie there. @default - all tables lie on the volumes */
  readonly objectStorage?: { readonly bucket: S3Bucket; readonly use: ObjectStorage };
  /** Settings of the servers, as paths in their configuration: `max_concurrent_queries`. @default - none */
  readonly config?: { readonly [path: string]: string | number };
  /** Settings of the profile that users have: `max_execution_time`. @default - none */
  readonly profile?: { readonly [setting: string]: string | number };
  /** Further files by path: `config.d/dictionary.xml`. @default - none */
  readonly files?: { readonly [path: string]: string };
  /** @default - the project's own choice */
  readonly image?: string;
  /** @default - user and group 101, as the image has them */
  readonly runAs?: { readonly user: number; readonly group?: number };
}

/** Ports for clients. */
type ServerPort = "http" | "native" | "https" | "native-tls";

/** Name of the installation, and of the Service that environments may have beside its own. */
const name = "clickhouse";

/** User of the images. */
const imageUser = 101;

/** User that may do everything. */
const administrator = "default";

/** User that the platform's own tools (Trino, Superset, notebooks) log in as. */
const toolsUser = "tools";

/** What {@link toolsUser} may do unless it is said otherwise. */
const toolsGrants = ["GRANT SHOW, SELECT, dictGet ON *.*"];

const certificate = `${name}-tls`;
const credentialsSecret = `${name}-users`;
const bucketSecret = `${name}-s3`;

/** Part of a volume that holds what was last read of the object store: a quarter. */
const cacheShare = 4;

/**
 * ClickHouse by Altinity's operator, with Keepers for replicas.
 *
 * The installations are written here and not by the `clickhouse` chart: that chart has the users' hosts, policies of storage
 * and pods' contexts fixed in its templates.
 *
 * @see https://docs.altinity.com/altinitykubernetesoperator/
 */
export class ClickHouse extends Construct {
  readonly namespace: INamespace;
  /** Host name inside the cluster. */
  readonly host: string;
  /** URL for clients. */
  readonly address: string;
  /** Ports of the servers by name. */
  readonly ports: { readonly [port in ServerPort]: ServiceEndpoint };
  readonly installation: CustomResources;
  private readonly servers: PodsEnd;
  private readonly keepers?: PodsEnd;
  private readonly toolsPassword: SecretKey;

  /** @throws PlatformError for several servers without a Keeper and for a password of a user that is not there */
  constructor(scope: Construct, id: string, props: ClickHouseProps) {
    super(scope, id);
    const { context, keeper, objectStorage } = props;
    this.namespace = props.namespace;
    this.host = `${clientService(name)}.${this.namespace.name}.svc`;
    this.address = `https://${this.host}:${serverPorts.https}`;
    this.servers = { namespace: this.namespace, name, podLabels: { [installationLabel]: name } };
    this.keepers = keeper && keeperPods(name, this.namespace);
    const at = (port: ServerPort): ServiceEndpoint => ({ end: this.servers, port: serverPorts[port] });
    this.ports = { http: at("http"), native: at("native"), https: at("https"), "native-tls": at("native-tls") };
    if (!keeper && props.shards * props.replicas > 1) {
      throw new PlatformError(
        this,
        `there are ${props.shards} shards of ${props.replicas} replicas and no keeper`,
        "give it a keeper, or leave it one shard and one replica",
      );
    }

    const users = { [administrator]: {}, [toolsUser]: { grants: toolsGrants }, ...props.users };
    const { toolsPassword, passwords } = this.passwords(props, Object.keys(users));
    this.toolsPassword = toolsPassword;
    const store = context.store(this.namespace);
    const internal = context.secrets.secret(name, { cluster_secret: generated(48) });
    const credentials = store.externalSecret({
      name: credentialsSecret,
      data: { ...passwords, [clusterSecret]: keyOf(internal, "cluster_secret") },
      follows: { by: "reloader" },
    });
    const keys = objectStorage && this.bucketKeys(context, objectStorage.bucket);
    this.allowFlows(props);
    this.installation = new CustomResources(this, "Installation", {
      namespace: this.namespace,
      releaseName: `${name}-objects`,
      dependsOn: present(
        store.resource,
        context.certificates.resource,
        props.operator.release.resource,
        objectStorage?.bucket.store.resource,
        // Without its way to API server and servers the operator cannot clear the installations' finalizers.
        ...context.flows.policies,
      ),
      // Helm knows no readiness of these kinds, but when they go it waits until the operator has taken them down.
      wait: true,
      objects: [
        tokenlessAccount(name, this.namespace),
        credentials.object,
        ...(keys ? [keys.object] : []),
        serviceCertificate({
          name: certificate,
          namespace: this.namespace,
          issuer: context.certificates.issuer,
          dnsNames: [this.host, `${name}.${this.namespace.name}.svc`],
        }),
        ...(keeper ? [this.keeperObject(props, keeper)] : []),
        this.serversObject(props, users, credentials, keys),
      ],
    });
  }

  /** As tools for people connect to it. */
  get engine(): QueryEngine {
    return {
      name,
      dialect: "clickhousedb",
      host: this.host,
      port: serverPorts.https,
      tls: true,
      database: "default",
      user: { name: toolsUser, password: this.toolsPassword },
      server: this.ports.https,
      resource: this.installation.release.resource,
    };
  }

  get metrics(): readonly MetricsTarget[] {
    return clickHouseMetrics(this.servers, this.keepers);
  }

  /** A password for each user: a declared one, or one that is made for it. */
  private passwords({ context, credentials = {} }: ClickHouseProps, users: readonly string[]) {
    const strangers = Object.keys(credentials).filter((user) => !users.includes(user));
    if (strangers.length > 0) {
      throw new PlatformError(
        this,
        `there are credentials of ${strangers.join(", ")}`,
        `use some of ${users.join(", ")}, or add the user`,
      );
    }
    const passwordOf = (user: string) =>
      credentials[user] ?? keyOf(context.secrets.secret(`${name}/${user}`, { password: generated(32) }), "password");
    const passwords = Object.fromEntries(users.map((user) => [user, passwordOf(user)]));
    return { passwords, toolsPassword: passwords[toolsUser] ?? passwordOf(toolsUser) };
  }

  private bucketKeys(context: ServiceContext, bucket: S3Bucket): ExternalSecret {
    return context.store(this.namespace).externalSecret({
      name: bucketSecret,
      data: {
        [bucketVariables.accessKey]: bucket.accessKeyId,
        [bucketVariables.secretKey]: bucket.secretAccessKey,
      },
      follows: { by: "reloader" },
    });
  }

  private keeperObject(props: ClickHouseProps, settings: KeeperSettings): KubernetesObject {
    return keeperInstallation({
      name,
      namespace: this.namespace,
      settings,
      ...this.common(props),
      image: DeploySettings.of(this).image(images.clickHouseKeeper),
    });
  }

  private serversObject(
    props: ClickHouseProps,
    users: { readonly [user: string]: ClickHouseUser },
    credentials: ExternalSecret,
    keys: ExternalSecret | undefined,
  ): KubernetesObject {
    const { keeper, objectStorage, storage } = props;
    const cache = Math.floor(mebibytes(this, storage) / cacheShare);
    return clickHouseInstallation({
      ...this.common(props),
      name,
      namespace: this.namespace,
      placement: placementOf(this, "memory"),
      shards: props.shards,
      replicas: props.replicas,
      resources: props.resources,
      storage,
      keepers: keeper ? keeperHosts(name, keeper.replicas).map((host) => ({ host, port: keeperPorts.client })) : [],
      users,
      credentials: credentials.name,
      env: keys ? keys.keys.map((key) => ({ name: key, valueFrom: { secretKeyRef: { name: keys.name, key } } })) : [],
      annotations: restartOnChange(credentials, ...(keys ? [keys] : [])),
      certificate,
      image: props.image ?? DeploySettings.of(this).image(images.clickHouse),
      config: props.config ?? {},
      profile: props.profile ?? {},
      files: {
        ...(objectStorage
          ? { "config.d/storage.xml": storageFile(objectStorage.bucket, cache, objectStorage.use) }
          : {}),
        ...props.files,
      },
    });
  }

  /** What servers and Keepers have in common. */
  private common({ storageClass, runAs }: ClickHouseProps) {
    const settings = DeploySettings.of(this);
    return {
      account: name,
      user: runAs?.user ?? imageUser,
      group: runAs?.group,
      storageClass: storageClass ?? settings.storageClass,
      pullPolicy: settings.pullPolicy,
      reclaimPolicy: settings.allowDestroy ? ("Delete" as const) : ("Retain" as const),
    };
  }

  private allowFlows({ context, operator, shards, replicas, keeper, objectStorage }: ClickHouseProps): void {
    const { servers, keepers } = this;
    context.flows.allow({
      from: clickHouseOperatorPods(operator.namespace),
      to: servers,
      ports: [serverPorts.http],
      reason: "the operator asks servers how they are",
    });
    if (shards * replicas > 1) {
      const ports = [serverPorts.native, serverPorts.interserver];
      context.flows.allow({ from: servers, to: servers, ports, reason: "servers share queries and copy parts" });
    }
    if (keeper && keepers) {
      context.connect(servers, [{ end: keepers, port: keeperPorts.client }], "agrees on parts and on definitions");
      if (keeper.replicas > 1) {
        context.flows.allow({ from: keepers, to: keepers, ports: [keeperPorts.raft], reason: "keepers agree" });
      }
    }
    if (objectStorage) {
      context.connect(servers, [objectStorage.bucket.store.server], "keeps tables");
    }
  }
}
