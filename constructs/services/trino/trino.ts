import { Construct } from "constructs";
import { charts } from "../../../charts";
import {
  ChartRelease,
  CustomResources,
  disruptionBudget,
  type INamespace,
  serviceCertificate,
  serviceLabels,
} from "../../kubernetes";
import { type ExternalSecret, generated, keyOf, pathOf, type SecretKey } from "../../secrets";
import { PlatformError } from "../../terraform";
import {
  bucketAnnotations,
  type Catalog,
  type MetricsTarget,
  type PodsEnd,
  type QueryEngine,
  type ServiceEndpoint,
  type SqlDatabase,
  type WebUi,
} from "../contracts";
import { present } from "../present";
import { tokenlessAccount } from "../service-account";
import type { ServiceContext } from "../service-context";
import { passwordLogin, securePort, type TrinoAuthentication, toolsUser } from "./authentication";
import { databaseCatalogs } from "./databases";
import { engineCatalogs } from "./engine-catalogs";
import { type ExtraCatalog, extraCatalogs } from "./extra-catalogs";
import { exchangePart } from "./fault-tolerance";
import { type KafkaTopics, kafkaCatalog, kafkaTopics } from "./kafka-catalog";
import { lakeCatalogs } from "./lake-catalogs";
import { trinoMetrics } from "./metrics";
import { authorityFolder, authoritySecret, type TrinoCall, type TrinoPart } from "./parts";
import { sharedSecret, type TrinoSettings, trinoValues } from "./values";

/** Settings of {@link Trino}. */
export interface TrinoProps extends TrinoSettings {
  readonly context: ServiceContext;
  readonly namespace: INamespace;
  /** What it can query. */
  readonly catalogs: readonly Catalog[];
  /** Databases that it reads, each as a catalogue of the same name, with credentials for a time. @default - none */
  readonly databases?: readonly SqlDatabase[];
  /** Topics that it reads, as the catalogue `kafka`. @default - none */
  readonly kafka?: KafkaTopics;
  /** Other engines that it reads, each as a catalogue of its name. @default - none */
  readonly engines?: readonly QueryEngine[];
  /** Catalogues of the environment's own, by name. @default - none */
  readonly extraCatalogs?: { readonly [name: string]: ExtraCatalog };
  /** @default - clients are believed the name that they give */
  readonly authentication?: TrinoAuthentication;
}

const name = "trino";
const port = 8080;

/**
 * Trino: SQL over the catalogues given, and over no others (the chart's samples are taken out).
 *
 * @see https://trino.io/docs/current/installation/kubernetes.html
 */
export class Trino extends Construct {
  readonly namespace: INamespace;
  readonly workers: number;
  /** URL for clients. */
  readonly address: string;
  /** The coordinator, without TLS. */
  readonly server: ServiceEndpoint;
  /** Names under which sources are shown. */
  readonly catalogNames: readonly string[];
  readonly release: ChartRelease;
  private readonly host: string;
  private readonly coordinator: PodsEnd;
  private readonly toolsPassword?: SecretKey;

  /** @throws PlatformError for no catalogue and for two of the same name */
  constructor(scope: Construct, id: string, props: TrinoProps) {
    super(scope, id);
    const { context, authentication } = props;
    this.namespace = props.namespace;
    this.workers = props.workers;
    this.host = `${name}.${this.namespace.name}.svc`;
    this.address = authentication ? `https://${this.host}:${securePort}` : `http://${this.host}:${port}`;
    const pods: PodsEnd = { namespace: this.namespace, name, podLabels: serviceLabels(name) };
    this.coordinator = {
      namespace: this.namespace,
      name: "trino-coordinator",
      podLabels: serviceLabels(name, "coordinator"),
    };
    this.server = { end: this.coordinator, port };

    const parts = this.parts(props, pods);
    this.catalogNames = this.distinct([
      ...[...props.catalogs, ...(props.engines ?? [])].map((source) => source.name),
      ...(props.databases ?? []).map(({ database }) => database),
      ...(props.kafka ? [kafkaCatalog] : []),
      ...Object.keys(props.extraCatalogs ?? {}),
    ]);
    const login = authentication && passwordLogin(context, this.namespace, name, authentication);
    this.toolsPassword = login?.toolsPassword;
    const authority = parts.some((part) => part.authority);
    const environment = this.environment(context, parts);
    const objects = new CustomResources(this, "Objects", {
      namespace: this.namespace,
      releaseName: `${name}-objects`,
      dependsOn: present(
        context.store(this.namespace).resource,
        ...(authority || login ? [context.certificates.resource] : []),
        ...parts.flatMap(({ dependsOn = [] }) => dependsOn).filter((each) => each === context.certificates.resource),
      ),
      objects: [
        tokenlessAccount(
          name,
          this.namespace,
          bucketAnnotations(
            { namespace: this.namespace.name, serviceAccount: name },
            props.catalogs.map(({ bucket }) => bucket),
          ),
        ),
        environment.object,
        ...parts.flatMap((part) => part.objects ?? []),
        ...(login?.objects ?? []),
        ...(authority ? [this.authority(context)] : []),
        ...this.budget(),
      ],
    });
    this.release = new ChartRelease(this, "Release", {
      chart: charts.trino,
      namespace: this.namespace,
      releaseName: name,
      values: trinoValues(this, {
        settings: props,
        environment,
        login,
        account: name,
        port,
        part: this.joined(parts, authority),
      }),
      dependsOn: present(
        objects.release.resource,
        ...parts.flatMap(({ dependsOn = [] }) => dependsOn).filter((each) => each !== context.certificates.resource),
      ),
    });
    this.connect(context, pods, parts);
  }

  /** As tools for people connect to it. */
  get engine(): QueryEngine {
    const { toolsPassword: password, host, server } = this;
    const [database] = this.catalogNames;
    const common = { name, dialect: "trino", host, database, resource: this.release.resource } as const;
    return password
      ? {
          ...common,
          port: securePort,
          tls: true,
          user: { name: toolsUser, password },
          server: { end: server.end, port: securePort },
        }
      : { ...common, port, tls: false, server };
  }

  /** Ports of the coordinator by name. */
  get ports(): { readonly [name: string]: ServiceEndpoint } {
    return { http: this.server, ...(this.toolsPassword ? { https: { end: this.coordinator, port: securePort } } : {}) };
  }

  /** The page with running and past queries. */
  get webUi(): WebUi {
    return {
      name,
      service: { namespace: this.namespace.name, name, port },
      server: this.server,
      healthPath: "/v1/info",
      login: this.toolsPassword ? "own" : "none",
    };
  }

  get metrics(): MetricsTarget {
    return trinoMetrics(this.coordinator, port);
  }

  private parts(props: TrinoProps, pods: PodsEnd): readonly TrinoPart[] {
    const { context, kafka, faultTolerance } = props;
    return [
      lakeCatalogs(props.catalogs),
      databaseCatalogs(this, context, pods, props.databases ?? []),
      ...(kafka ? [kafkaTopics(this, context, pods, kafka)] : []),
      engineCatalogs(this, props.engines ?? []),
      extraCatalogs(props.extraCatalogs ?? {}),
      ...(faultTolerance ? [exchangePart(faultTolerance)] : []),
    ];
  }

  private joined(parts: readonly TrinoPart[], authority: boolean) {
    const merged = <Value>(of: (part: TrinoPart) => { readonly [key: string]: Value } | undefined) =>
      Object.fromEntries(parts.flatMap((part) => Object.entries(of(part) ?? {})));
    const mount = { name: authoritySecret, secretName: authoritySecret, path: authorityFolder };
    return {
      catalogs: merged(({ catalogs }) => catalogs),
      tableDescriptions: merged(({ tableDescriptions }) => tableDescriptions),
      env: parts.flatMap(({ env = [] }) => env),
      secretMounts: [...parts.flatMap(({ secretMounts = [] }) => secretMounts), ...(authority ? [mount] : [])],
      restartOn: parts.flatMap(({ restartOn = [] }) => restartOn),
    };
  }

  private distinct(names: readonly string[]): readonly string[] {
    if (names.length === 0 || new Set(names).size < names.length) {
      throw new PlatformError(this, `catalogs are [${names.join(", ")}]`, "give at least one, each with its own name");
    }
    return names;
  }

  /** The Secret that becomes the servers' environment: their shared secret and what catalogues read. */
  private environment(context: ServiceContext, parts: readonly TrinoPart[]): ExternalSecret {
    const internal = context.secrets.secret(name, { shared_secret: generated(64) });
    const keys: Record<string, SecretKey> = { [sharedSecret]: keyOf(internal, "shared_secret") };
    for (const [variable, key] of parts.flatMap(({ secrets = [] }) => secrets)) {
      const known = keys[variable];
      if (known && (pathOf(known.secret) !== pathOf(key.secret) || known.key !== key.key)) {
        throw new PlatformError(this, `two secrets would be ${variable}`, "give one of the catalogues another name");
      }
      keys[variable] = key;
    }
    return context.store(this.namespace).externalSecret({
      name: `${name}-environment`,
      data: keys,
      follows: { by: "reloader" },
    });
  }

  private authority(context: ServiceContext) {
    return serviceCertificate({
      name: authoritySecret,
      namespace: this.namespace,
      issuer: context.certificates.issuer,
      dnsNames: [`${authoritySecret}.${this.namespace.name}.svc`],
    });
  }

  private budget() {
    const labels = serviceLabels(name, "worker");
    return disruptionBudget({ name: `${name}-worker`, namespace: this.namespace, labels, replicas: this.workers });
  }

  /** One row for each pair of ends, whatever the sources are that share it. */
  private connect(context: ServiceContext, pods: PodsEnd, parts: readonly TrinoPart[]): void {
    const rows = new Map<string, TrinoCall[]>();
    for (const call of parts.flatMap(({ calls }) => calls)) {
      const key = `${call.from}/${call.to.end.name}`;
      rows.set(key, [...(rows.get(key) ?? []), call]);
    }
    for (const [first, ...others] of rows.values()) {
      if (first) {
        const servers = [first, ...others].map(({ to }) => to);
        context.connect(first.from === "coordinator" ? this.coordinator : pods, servers, first.reason);
      }
    }
    context.flows.allow({ from: pods, to: pods, ports: [port], reason: "coordinator and workers share a query" });
  }
}
