import type { Construct } from "constructs";
import {
  CertManager,
  ExternalSecretsOperator,
  type INamespace,
  idOf,
  NetworkFlows,
  PlatformNamespace,
  Reloader,
} from "../constructs/kubernetes";
import { CloudNativePgOperator, MariaDbOperator, SparkOperator } from "../constructs/services";
import { type Environment, platformReplicas, platformResources } from "../environments/schema";
import { useCluster } from "./access";
import { apiServerOf } from "./api-server";
import { namespacesOf, platformNamespaces } from "./namespaces";
import { PlatformStack } from "./platform-stack";
import { allowSecretSource } from "./secret-source";

/** Layer `base`: namespaces, and the controllers and operators whose definitions later layers use. */
export class BaseStack extends PlatformStack {
  private readonly namespaces = new Map<string, INamespace>();

  constructor(scope: Construct, environment: Environment) {
    super(scope, "base", environment);
    useCluster(this, { helm: true });
    for (const { name, quota } of namespacesOf(environment)) {
      this.namespaces.set(name, new PlatformNamespace(this, idOf(`${name}-namespace`), { name, quota }));
    }
    const flows = new NetworkFlows(this, "Flows", apiServerOf(environment));
    const replicas = platformReplicas(environment.target);
    const resources = platformResources;

    new CertManager(this, "CertManager", {
      namespace: this.namespace(platformNamespaces.certManager),
      flows,
      replicas,
      resources: {
        controller: resources.certManager,
        webhook: resources.certManagerWebhook,
        cainjector: resources.certManagerCainjector,
      },
    });
    new ExternalSecretsOperator(this, "ExternalSecrets", {
      namespace: this.namespace(platformNamespaces.externalSecrets),
      flows,
      clusterStores: environment.secrets.source.kind === "onepassword",
      replicas,
      resources: {
        controller: resources.externalSecrets,
        webhook: resources.externalSecretsWebhook,
        certController: resources.externalSecretsCertController,
      },
    });
    new Reloader(this, "Reloader", {
      namespace: this.namespace(platformNamespaces.reloader),
      flows,
      resources: resources.reloader,
    });
    this.dataOperators(environment, flows);
    allowSecretSource(flows, environment);
  }

  /** The operators of the services that are on. */
  private dataOperators(environment: Environment, flows: NetworkFlows): void {
    const { postgres, mariadb, sparkOperator } = environment.services;
    const replicas = platformReplicas(environment.target);
    if (postgres) {
      new CloudNativePgOperator(this, "CloudNativePg", {
        namespace: this.namespace(platformNamespaces.cloudnativePg),
        flows,
        replicas,
        resources: platformResources.cloudnativePg,
      });
    }
    if (mariadb) {
      new MariaDbOperator(this, "MariaDbOperator", {
        namespace: this.namespace(platformNamespaces.mariadbOperator),
        flows,
        resources: platformResources.mariadbOperator,
      });
    }
    if (sparkOperator) {
      new SparkOperator(this, "SparkOperator", {
        namespace: this.namespace(platformNamespaces.sparkOperator),
        flows,
        resources: sparkOperator.resources,
        jobNamespaces: sparkOperator.jobNamespaces.map((name) => this.namespace(name)),
      });
    }
  }

  private namespace(name: string): INamespace {
    const found = this.namespaces.get(name);
    if (!found) {
      throw new Error(`namespace ${name} is not in namespacesOf()`);
    }
    return found;
  }
}
