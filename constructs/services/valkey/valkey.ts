import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { charts } from "../../../charts";
import {
  ChartRelease,
  CustomResources,
  type INamespace,
  type Resources,
  readOnlyContainer,
  restrictedPod,
} from "../../kubernetes";
import { type GrowingSecret, generated, keyOf, type SecretKey } from "../../secrets";
import { DeploySettings, type JsonObject, PlatformError } from "../../terraform";
import type { KeyValueStore, KeyValueUser, MetricsTarget, PodsEnd, ServiceEndpoint } from "../contracts";
import { imageReference } from "../image-reference";
import { mebibytes } from "../memory";
import { restartOnChange } from "../restart";
import { tokenlessAccount } from "../service-account";
import type { ServiceContext } from "../service-context";
import { aclUsers, exporterUser, isOwnUser, pingCommand, replicationUser } from "./acl";
import { valkeyMetrics } from "./alerts";

/** Settings of {@link Valkey}. */
export interface ValkeyProps {
  readonly context: ServiceContext;
  readonly namespace: INamespace;
  /** Servers: the first is written to, the others copy it. None of them takes its place: it comes back by itself. */
  readonly replicas: number;
  /** Volume of each server, such as `5Gi`. */
  readonly storage: string;
  /** What each server asks for. */
  readonly resources: Resources;
  /**
   * Class of the volumes.
   *
   * @default - the cluster's default class
   */
  readonly storageClass?: string;
  /**
   * Image with an exact tag.
   *
   * @default - the chart's own
   */
  readonly image?: string;
  /**
   * User of the pods.
   *
   * @default 999, the one of the image
   */
  readonly user?: number;
  /**
   * Group of the pods, which owns their volumes.
   *
   * @default - the number of the user
   */
  readonly group?: number;
  /**
   * Directives of valkey.conf, such as `maxmemory-policy`.
   *
   * @default - each write is appended to a file that reaches the disk every second; half of the memory limit for keys, of
   * which those that end by themselves are thrown away when it is used up: what a cache keeps ends, what a queue keeps does not
   */
  readonly config?: { readonly [directive: string]: string };
  /**
   * Passwords of users that are keys of declared secrets, by user.
   *
   * @default - each user's password is made for it
   */
  readonly credentials?: { readonly [user: string]: SecretKey };
}

const name = "valkey";
const port = 6379;

/** The user that the image is made for. */
const imageUser = 999;

/** What the container with the metrics asks for, beside each server. */
export const valkeyExporterResources = {
  requests: { cpu: "10m", memory: "32Mi" },
  limits: { memory: "32Mi" },
} as const satisfies Resources;

/**
 * A store that speaks the Redis protocol: Valkey with passwords, each consumer with a user of its own.
 *
 * Servers are a stateful set also where there is one of them, so that followers can be added without moving the data.
 *
 * @see https://valkey.io/valkey-helm/
 */
export class Valkey extends Construct implements KeyValueStore {
  readonly namespace: INamespace;
  readonly replicas: number;
  readonly host: string;
  readonly port = port;
  readonly server: ServiceEndpoint;
  /** The server that is written to alone, for Services. */
  readonly primary: ServiceEndpoint;
  readonly metrics: MetricsTarget;
  readonly release: ChartRelease;
  private readonly users = new Map<string, KeyValueUser>();
  private readonly passwords: GrowingSecret;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: ValkeyProps,
  ) {
    super(scope, id);
    const { context, namespace } = props;
    this.namespace = namespace;
    this.replicas = props.replicas;
    this.host = `${name}.${namespace.name}.svc`;
    const pods: PodsEnd = { namespace, name, podLabels: { "app.kubernetes.io/name": name } };
    this.server = { end: pods, port };
    this.primary = {
      end: { ...pods, podLabels: { ...pods.podLabels, "statefulset.kubernetes.io/pod-name": `${name}-0` } },
      port,
    };
    this.metrics = valkeyMetrics(pods);

    const own = context.secrets.secret(`${name}/own`, { exporter: generated(), replication: generated() });
    const store = context.store(namespace);
    this.passwords = store.growingSecret({ name: `${name}-users`, follows: { by: "reloader" } });
    this.passwords.add(exporterUser, keyOf(own, "exporter"));
    this.passwords.add(replicationUser, keyOf(own, "replication"));
    const objects = new CustomResources(this, "Objects", {
      namespace,
      releaseName: `${name}-objects`,
      dependsOn: [store.resource],
      objects: () => [tokenlessAccount(name, namespace), this.passwords.object()],
    });
    this.release = new ChartRelease(this, "Release", {
      chart: charts.valkey,
      namespace,
      releaseName: name,
      // Consumers are built after the store, and each adds a user.
      values: () => this.values(),
      dependsOn: [objects.release.resource],
    });
    if (this.replicas > 1) {
      context.flows.allow({
        from: pods,
        to: pods,
        ports: [port],
        reason: "followers copy the server that is written to",
      });
    }
  }

  /** For the `dependsOn` of who needs its users. */
  get resource(): ITerraformDependable {
    return this.release.resource;
  }

  user(user: string): KeyValueUser {
    if (!/^[a-z][a-z0-9-]{0,40}$/.test(user) || isOwnUser(user)) {
      throw new PlatformError(
        this,
        `user is "${user}"`,
        "use at most 41 lower-case letters, digits and dashes, starting with a letter, and no name of the store's own",
      );
    }
    if (this.users.has(user)) {
      throw new PlatformError(this, `user "${user}" is there twice`, "share it or use another name");
    }
    const password = this.props.credentials?.[user] ?? this.ownPassword(user);
    this.passwords.add(user, password);
    const made = { username: user, password, store: this, server: this.server, resource: this.resource };
    this.users.set(user, made);
    return made;
  }

  private ownPassword(user: string): SecretKey {
    return keyOf(this.props.context.secrets.secret(`${name}/${user}`, { password: generated() }), "password");
  }

  private values(): JsonObject {
    const { props } = this;
    const { imageRegistry, allowDestroy } = DeploySettings.of(this);
    const { user = imageUser, group = user } = props;
    const probe = { exec: { command: [...pingCommand] }, periodSeconds: 10, timeoutSeconds: 5 };
    return {
      ...(imageRegistry ? { global: { imageRegistry } } : {}),
      ...(props.image ? { image: this.image(props.image) } : {}),
      serviceAccount: { create: false, name },
      podAnnotations: restartOnChange(this.passwords),
      podSecurityContext: { ...restrictedPod(user), runAsGroup: group, fsGroup: group },
      securityContext: { ...readOnlyContainer, runAsUser: user },
      resources: props.resources,
      initResources: props.resources,
      auth: { enabled: true, usersExistingSecret: this.passwords.name, aclUsers: aclUsers([...this.users.keys()]) },
      replica: {
        enabled: true,
        replicas: this.replicas - 1,
        replicationUser,
        service: { enabled: this.replicas > 1 },
        persistence: { size: props.storage, storageClass: props.storageClass },
        persistentVolumeClaimRetentionPolicy: { whenDeleted: allowDestroy ? "Delete" : "Retain", whenScaled: "Retain" },
      },
      // A file of gigabytes is read at each start, before anything else is answered.
      startupProbe: { enabled: true, customProbe: { ...probe, periodSeconds: 5, failureThreshold: 120 } },
      livenessProbe: { enabled: true, customProbe: { ...probe, failureThreshold: 6 } },
      readinessProbe: { enabled: true, customProbe: probe },
      podDisruptionBudget: { enabled: this.replicas > 1, maxUnavailable: 1 },
      valkeyConfig: this.config(),
      metrics: {
        enabled: true,
        service: { enabled: false },
        exporter: {
          extraEnvs: { REDIS_USER: exporterUser },
          resources: valkeyExporterResources,
          securityContext: readOnlyContainer,
        },
      },
    };
  }

  private image(reference: string) {
    const { imageRegistry } = DeploySettings.of(this);
    const { repository, tag, digest } = imageReference(reference);
    const slash = repository.indexOf("/");
    return {
      registry: imageRegistry ?? repository.slice(0, slash),
      repository: repository.slice(slash + 1),
      // The chart writes what follows the colon as it is.
      tag: digest === undefined ? tag : `${tag}@${digest}`,
    };
  }

  private config(): string {
    const half = Math.floor(mebibytes(this, this.props.resources.limits.memory) / 2);
    const directives = {
      appendonly: "yes",
      appendfsync: "everysec",
      // Points in time beside the file of all writes would only cost.
      save: '""',
      // The other half is for buffers, and for pages that change while the file is rewritten.
      maxmemory: `${half}mb`,
      // Keys of caches have a time at which they end; those of queues have none and stay.
      "maxmemory-policy": "volatile-lru",
      ...this.props.config,
    };
    const lines = Object.entries(directives).map(([directive, value]) => `${directive} ${value}`);
    return `${lines.sort().join("\n")}\n`;
  }
}
