import { Construct } from "constructs";
import { charts } from "../../../charts";
import {
  ChartRelease,
  CustomResources,
  type INamespace,
  type Resources,
  restrictedContainer,
  restrictedJobPod,
} from "../../kubernetes";
import { fixed, generated, keyOf } from "../../secrets";
import { DeploySettings } from "../../terraform";
import type { PodsEnd } from "../contracts";
import { restartOnChange } from "../restart";
import type { ServiceContext } from "../service-context";

/** Settings of a {@link ClickHouseOperator}. */
export interface ClickHouseOperatorProps {
  readonly context: ServiceContext;
  /** Its own namespace and that of the servers. */
  readonly namespace: INamespace;
  /** What its pod asks for. */
  readonly resources: Resources;
}

const name = "clickhouse-operator";

/** User of the image, by name `nobody`. */
const user = 65534;

/** Secret with the operator's own user of the servers. */
const access = `${name}-access`;

/** The operator's pods, as flows name them. */
export function clickHouseOperatorPods(namespace: INamespace): PodsEnd {
  return { namespace, name, podLabels: { "app.kubernetes.io/instance": name } };
}

/**
 * Altinity's operator of ClickHouse, for one namespace.
 *
 * It is made with the services and not before them, as the password of its own user comes from the source of secrets; and it
 * runs beside the servers, so that a Role is enough: its ClusterRole would read and write the Secrets of all namespaces.
 * Its definitions are in the chart's `crds/` folder: Helm installs them once, never upgrades and never removes them.
 *
 * @see https://docs.altinity.com/altinitykubernetesoperator/
 */
export class ClickHouseOperator extends Construct {
  readonly namespace: INamespace;
  readonly release: ChartRelease;

  constructor(scope: Construct, id: string, { context, namespace, resources }: ClickHouseOperatorProps) {
    super(scope, id);
    this.namespace = namespace;
    const store = context.store(namespace);
    const login = context.secrets.secret(name, { username: fixed("clickhouse_operator"), password: generated(32) });
    const secret = store.externalSecret({
      name: access,
      data: { username: keyOf(login, "username"), password: keyOf(login, "password") },
      follows: { by: "reloader" },
    });
    const objects = new CustomResources(this, "Objects", {
      namespace,
      releaseName: `${name}-objects`,
      dependsOn: [store.resource],
      objects: [secret.object],
    });
    context.flows.allowApiServer(clickHouseOperatorPods(namespace));
    const settings = DeploySettings.of(this);
    this.release = new ChartRelease(this, "Release", {
      chart: charts.clickHouseOperator,
      namespace,
      releaseName: name,
      values: {
        fullnameOverride: name,
        // The hook's image has no fixed version, and Helm installs the definitions itself.
        crdHook: { enabled: false },
        secret: { create: false },
        rbac: { namespaceScoped: true },
        operator: {
          image: {
            repository: settings.image("docker.io/altinity/clickhouse-operator"),
            pullPolicy: settings.pullPolicy,
          },
          containerSecurityContext: restrictedContainer,
          resources,
        },
        // Servers tell their metrics themselves.
        metrics: { enabled: false },
        podSecurityContext: restrictedJobPod(user),
        podAnnotations: restartOnChange(secret),
        configs: {
          files: {
            "config.yaml": {
              watch: { namespaces: [namespace.name] },
              clickhouse: { access: { secret: { name: access } } },
            },
          },
        },
      },
      // While it goes it still has to reach the API server.
      dependsOn: [objects.release.resource, ...context.flows.policies],
    });
  }
}
