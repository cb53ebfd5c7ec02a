import { Construct } from "constructs";
import { images } from "../../charts";
import {
  CustomResources,
  clusterService,
  deployment,
  disruptionBudget,
  type INamespace,
  type Resources,
  serviceCertificate,
  serviceLabels,
} from "../kubernetes";
import { DeploySettings } from "../terraform";
import type { MessageBroker, MetricsTarget, PodsEnd, SchemaRegistry, ServiceEndpoint, SqlDatabase } from "./contracts";
import { present } from "./present";
import { restartOnChange } from "./restart";
import { environmentOf, type RegistryConfig, storageOf } from "./schema-registry-storage";
import { tokenlessAccount } from "./service-account";
import type { ServiceContext } from "./service-context";

/** Where a registry keeps its schemas: a database of PostgreSQL, or topics of a broker. */
export type RegistryStorage =
  | { readonly kind: "sql"; readonly database: SqlDatabase }
  | { readonly kind: "kafka"; readonly broker: MessageBroker };

/** Settings of {@link ApicurioRegistry}. */
export interface ApicurioRegistryProps {
  readonly context: ServiceContext;
  readonly namespace: INamespace;
  readonly replicas: number;
  /** What each server asks for. */
  readonly resources: Resources;
  readonly storage: RegistryStorage;
  /** Apicurio's own settings by name, such as `apicurio.rest.deletion.artifact.enabled`. */
  readonly config: RegistryConfig;
  /**
   * Image in the place of upstream's.
   *
   * @default - upstream's, from the environment's registry
   */
  readonly image?: string;
}

/** Not `schema-registry`, which is left to be an alias with the port that clients know. */
const name = "apicurio-registry";

/** Port of the interface. */
const port = 8080;

/** Port of health and metrics. */
const managementPort = 9000;

/** User of the image, to whom its files belong. */
const user = 1001;

/** Secret with the certificate of the authority that the registry trusts. */
const certificate = `${name}-tls`;
const tlsFolder = "/etc/apicurio-registry-tls";

/** The part of the interface that speaks as Confluent's registry does. */
const confluentPath = "/apis/ccompat/v7";

/**
 * Apicurio Registry: schemas of what is sent through Kafka, with the interface of Confluent's registry.
 *
 * A deployment of this project, as upstream publishes an operator's manifest and no chart.
 *
 * @see https://www.apicur.io/registry/docs/apicurio-registry/3.3.x/
 */
export class ApicurioRegistry extends Construct implements SchemaRegistry {
  readonly namespace: INamespace;
  readonly replicas: number;
  /** Base of the interface of Confluent's registry, without a slash at the end. */
  readonly url: string;
  readonly server: ServiceEndpoint;
  readonly service: { readonly namespace: string; readonly name: string; readonly port: number };
  readonly metrics: MetricsTarget;
  readonly objects: CustomResources;

  constructor(scope: Construct, id: string, props: ApicurioRegistryProps) {
    super(scope, id);
    this.namespace = props.namespace;
    this.replicas = props.replicas;
    this.service = { namespace: this.namespace.name, name, port };
    this.url = `http://${name}.${this.namespace.name}.svc:${port}${confluentPath}`;
    const labels = serviceLabels(name);
    const pods: PodsEnd = { namespace: this.namespace, name, podLabels: labels };
    this.server = { end: pods, port };
    this.metrics = { name, pods, port: managementPort, portName: "management" };

    const { certificates } = props.context;
    const store = props.context.store(this.namespace);
    const storage = storageOf(props.storage, name, `${tlsFolder}/ca.crt`);
    const secret = store.externalSecret({ ...storage.secret, follows: { by: "reloader" } });
    const workload = {
      name,
      namespace: this.namespace,
      labels,
      image: DeploySettings.of(this).image(props.image ?? images.schemaRegistry),
      user,
      replicas: this.replicas,
      resources: props.resources,
      account: name,
      env: environmentOf({ ...storage.config, ...props.config }),
      envFrom: [{ secretRef: { name: secret.name } }],
      ports: { http: port, management: managementPort },
      ready: { path: "/health/ready", port: "management" },
      alive: { path: "/health/live", port: "management" },
      annotations: restartOnChange(secret),
      volumes: [
        { name: "tls", secret: { secretName: certificate, items: [{ key: "ca.crt", path: "ca.crt" }] } },
        // Imports and snapshots are unpacked there.
        { name: "tmp", emptyDir: { sizeLimit: "1Gi" } },
      ],
      mounts: [
        { name: "tls", mountPath: tlsFolder, readOnly: true },
        { name: "tmp", mountPath: "/tmp" },
      ],
    } as const;
    this.objects = new CustomResources(this, "Objects", {
      namespace: this.namespace,
      releaseName: `${name}-objects`,
      wait: true,
      dependsOn: present(store.resource, certificates.resource, storage.resource),
      objects: [
        tokenlessAccount(name, this.namespace),
        secret.object,
        serviceCertificate({
          name: certificate,
          namespace: this.namespace,
          issuer: certificates.issuer,
          dnsNames: [`${name}.${this.namespace.name}.svc`],
        }),
        deployment(workload),
        clusterService({ name, namespace: this.namespace, labels, ports: { http: port } }),
        ...disruptionBudget(workload),
      ],
    });
    props.context.connect(pods, [storage.server], "keeps its schemas");
  }

  /** What to wait for. */
  get resource() {
    return this.objects.release.resource;
  }
}
