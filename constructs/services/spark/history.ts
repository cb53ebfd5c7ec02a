import { Construct } from "constructs";
import { images } from "../../../charts";
import {
  CustomResources,
  clusterService,
  deployment,
  type INamespace,
  type Resources,
  serviceLabels,
} from "../../kubernetes";
import { DeploySettings } from "../../terraform";
import {
  type Bucket,
  bucketAnnotations,
  bucketServers,
  type PodsEnd,
  type ServiceEndpoint,
  type WebUi,
} from "../contracts";
import { mebibytes } from "../memory";
import { present } from "../present";
import { readsConfig, restartOnChange } from "../restart";
import { tokenlessAccount } from "../service-account";
import type { ServiceContext } from "../service-context";
import { eventLogFolder, lakehouseKeys, lakehouseProperties } from "./lakehouse";
import { scratchMounts, scratchVolumes, sparkConfFolder, sparkHome, sparkUser } from "./pods";
import { propertiesFile, type SparkProperties } from "./properties";

/** Settings of {@link SparkHistory}. */
export interface SparkHistoryProps {
  readonly context: ServiceContext;
  readonly namespace: INamespace;
  readonly resources: Resources;
  /** Where applications write their event logs. */
  readonly eventLog: Bucket;
  /** Days after which a log is removed. */
  readonly retentionDays: number;
  /** @default - the image of this project */
  readonly image?: string;
  /** User of the pod. @default 1000 */
  readonly user?: number;
  /** Entries of `spark-defaults.conf` beside those made here, over which they win. @default - none */
  readonly config?: SparkProperties;
}

const name = "spark-history";

const port = 18080;

/** Part of the memory that is heap. */
const heapShare = 0.75;

/**
 * The page of applications that have ended, made from their event logs in the object store. It has no state of its own.
 *
 * @see https://spark.apache.org/docs/3.5.8/monitoring.html#viewing-after-the-fact
 */
export class SparkHistory extends Construct {
  readonly namespace: INamespace;
  readonly address: string;
  readonly server: ServiceEndpoint;
  readonly objects: CustomResources;

  constructor(scope: Construct, id: string, props: SparkHistoryProps) {
    super(scope, id);
    const { context, namespace, resources, eventLog } = props;
    this.namespace = namespace;
    this.address = `http://${name}.${namespace.name}.svc:${port}`;
    const labels = serviceLabels(name);
    const pods: PodsEnd = { namespace, name, podLabels: labels };
    this.server = { end: pods, port };
    const store = context.store(namespace);
    const data = lakehouseKeys({ catalogs: [], eventLog });
    const keys =
      Object.keys(data).length > 0
        ? [store.externalSecret({ name: `${name}-environment`, data, follows: { by: "reloader" } })]
        : [];
    const properties = propertiesFile(historyProperties(props));
    this.objects = new CustomResources(this, "Objects", {
      namespace,
      releaseName: name,
      wait: true,
      dependsOn: present(store.resource, eventLog.store.resource),
      objects: [
        tokenlessAccount(
          name,
          namespace,
          bucketAnnotations({ namespace: namespace.name, serviceAccount: name }, [eventLog]),
        ),
        ...keys.map(({ object }) => object),
        {
          apiVersion: "v1",
          kind: "ConfigMap",
          metadata: { name, namespace: namespace.name, labels },
          data: { "spark-defaults.conf": properties },
        },
        clusterService({ name, namespace, labels, ports: { ui: port } }),
        deployment({
          name,
          namespace,
          labels,
          image: props.image ?? DeploySettings.of(this).image(images.sparkIceberg),
          user: props.user ?? sparkUser,
          replicas: 1,
          resources,
          account: name,
          command: [`${sparkHome}/bin/spark-class`, "org.apache.spark.deploy.history.HistoryServer"],
          env: [
            {
              name: "SPARK_DAEMON_MEMORY",
              value: `${Math.floor(mebibytes(this, resources.limits.memory) * heapShare)}m`,
            },
            { name: "SPARK_CONF_DIR", value: sparkConfFolder },
          ],
          envFrom: keys.map((secret) => ({ secretRef: { name: secret.name } })),
          ports: { ui: port },
          ready: { path: "/api/v1/version", port: "ui" },
          annotations: { ...restartOnChange(...keys), ...readsConfig(properties) },
          volumes: [...scratchVolumes, { name: "config", configMap: { name } }],
          mounts: [...scratchMounts, { name: "config", mountPath: sparkConfFolder, readOnly: true }],
        }),
      ],
    });
    context.connect(pods, bucketServers(eventLog), "reads and removes event logs");
  }

  get webUis(): readonly WebUi[] {
    const service = { namespace: this.namespace.name, name, port };
    return [{ name, service, server: this.server, healthPath: "/api/v1/version", login: "none" }];
  }
}

function historyProperties({ eventLog, retentionDays, config }: SparkHistoryProps): SparkProperties {
  return {
    ...lakehouseProperties({ catalogs: [], eventLog }),
    "spark.history.ui.port": String(port),
    "spark.history.fs.logDirectory": eventLogFolder(eventLog),
    "spark.history.fs.cleaner.enabled": "true",
    "spark.history.fs.cleaner.interval": "1d",
    "spark.history.fs.cleaner.maxAge": `${retentionDays}d`,
    ...config,
  };
}
