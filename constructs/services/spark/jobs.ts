import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { images } from "../../../charts";
import { CustomResources, type INamespace, idOf, type KubernetesObject, placementOf } from "../../kubernetes";
import { DeploySettings } from "../../terraform";
import type { PodsEnd } from "../contracts";
import { operatorNamespaces } from "../operators/namespaces";
import { sparkDefaultsMap, sparkJobAccount } from "../operators/spark";
import { present } from "../present";
import type { ServiceContext } from "../service-context";
import { type SparkJobSettings, sparkApplication } from "./application";
import {
  type Lakehouse,
  lakehouseCatalogs,
  lakehouseKeys,
  lakehouseProperties,
  lakehouseResources,
  lakehouseSigners,
  lakehouseStores,
} from "./lakehouse";
import { sparkPods, sparkPorts } from "./pods";
import { privateConnections, propertiesFile, type SparkProperties } from "./properties";

/** Settings of {@link SparkJobs}. */
export interface SparkJobsProps {
  readonly context: ServiceContext;
  /** Where jobs run; the operator watches them. */
  readonly jobNamespaces: readonly INamespace[];
  readonly lakehouse: Lakehouse;
  /** Jobs by name, in the first of the namespaces. @default - none: only what the environment's people add */
  readonly jobs?: { readonly [name: string]: SparkJobSettings };
  /** Settings of Spark for all jobs beside those made here, over which they win. @default - none */
  readonly config?: SparkProperties;
}

/** Kubernetes Secret of each job namespace with the key pairs of the buckets. */
const sparkJobSecret = "spark-environment";

/**
 * What the jobs of the Spark operator find: catalogues, buckets and the event log as defaults of each submission, and the
 * environment's own jobs.
 *
 * A `SparkApplication` that people add needs a name, its code and security contexts of the restricted profile: the rest are
 * defaults that the operator reads from a ConfigMap of its namespace.
 */
export class SparkJobs extends Construct {
  readonly jobNamespaces: readonly INamespace[];
  /** Defaults of all jobs. */
  readonly properties: SparkProperties;

  constructor(scope: Construct, id: string, props: SparkJobsProps) {
    super(scope, id);
    const { context, jobNamespaces, lakehouse } = props;
    this.jobNamespaces = jobNamespaces;
    const keys = lakehouseKeys(lakehouse);
    this.properties = {
      "spark.kubernetes.container.image": DeploySettings.of(this).image(images.sparkIceberg),
      "spark.kubernetes.authenticate.driver.serviceAccountName": sparkJobAccount,
      // Executors open the buckets as their driver does; they get no token of Kubernetes.
      "spark.kubernetes.authenticate.executor.serviceAccountName": sparkJobAccount,
      "spark.blockManager.port": String(sparkPorts.blocks),
      ...Object.fromEntries(
        ["driver", "executor"].flatMap((role) =>
          Object.keys(keys).map((variable) => [
            `spark.kubernetes.${role}.secretKeyRef.${variable}`,
            `${sparkJobSecret}:${variable}`,
          ]),
        ),
      ),
      ...privateConnections,
      ...lakehouseProperties(lakehouse),
      ...props.config,
    };
    this.defaults(context.namespace(operatorNamespaces.spark));
    for (const [index, namespace] of jobNamespaces.entries()) {
      this.jobs(props, namespace, index === 0 ? (props.jobs ?? {}) : {});
      const stores = lakehouseStores(lakehouse);
      // A store has one policy for each namespace that calls it, and the policies have different names.
      const pods = (role: "driver" | "executor"): PodsEnd => {
        const end = sparkPods(namespace, role);
        return index === 0 ? end : { ...end, name: `${end.name}-of-${namespace.name}` };
      };
      context.connect(pods("driver"), [...lakehouseCatalogs(lakehouse), ...stores], "looks up and writes tables");
      context.connect(pods("executor"), [...lakehouseSigners(lakehouse), ...stores], "reads and writes tables");
    }
  }

  /** What the operator's controller reads at each submission. */
  private defaults(namespace: INamespace): void {
    new CustomResources(this, "Defaults", {
      namespace,
      releaseName: sparkDefaultsMap,
      objects: [
        {
          apiVersion: "v1",
          kind: "ConfigMap",
          metadata: { name: sparkDefaultsMap, namespace: namespace.name },
          data: { "spark-defaults.conf": propertiesFile(this.properties) },
        },
      ],
    });
  }

  private jobs(props: SparkJobsProps, namespace: INamespace, jobs: NonNullable<SparkJobsProps["jobs"]>): void {
    const { context, lakehouse } = props;
    const keys = lakehouseKeys(lakehouse);
    const dependsOn: ITerraformDependable[] = [...lakehouseResources(lakehouse)];
    const objects: KubernetesObject[] = [];
    if (Object.keys(keys).length > 0) {
      const store = context.store(namespace);
      dependsOn.push(store.resource);
      const secret = store.externalSecret({
        name: sparkJobSecret,
        data: keys,
        follows: { by: "nobody", reason: "a job that runs keeps the old key pairs until it ends" },
      });
      objects.push(secret.object);
    }
    const settings = DeploySettings.of(this);
    for (const [name, job] of Object.entries(jobs)) {
      objects.push(
        sparkApplication({
          name,
          namespace,
          settings: job,
          properties: this.properties,
          image: settings.image(images.sparkIceberg),
          sparkVersion: versionOf(images.sparkIceberg),
          account: sparkJobAccount,
          placement: placementOf(this, "batch", "memory"),
          usersOfNamespace: settings.openshift,
        }),
      );
    }
    if (objects.length > 0) {
      new CustomResources(this, idOf(namespace.name), {
        namespace,
        releaseName: "spark-jobs",
        objects,
        dependsOn: present(...dependsOn),
      });
    }
  }
}

/** Version of Spark that an image of this project is tagged with: `a/b:3.5.8-1` has 3.5.8. */
function versionOf(image: string): string {
  return /:(\d+\.\d+\.\d+)/.exec(image)?.[1] ?? "";
}
