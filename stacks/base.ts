import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { identityAnnotations } from "../catalogue/assembly/google-identities";
import { operatorsOn } from "../catalogue/assembly/on";
import { bootstrapAddresses } from "../constructs/gke";
import {
  CertManager,
  DiskClass,
  ExternalSecretsOperator,
  type INamespace,
  idOf,
  NetworkFlows,
  PlatformNamespace,
  ReaderAccount,
  Reloader,
} from "../constructs/kubernetes";
import {
  DISK_CLASS,
  type Environment,
  ofTier,
  platformReplicas,
  platformResources,
  tierSettings,
} from "../environments/schema";
import { useCluster } from "./access";
import { apiServerOf } from "./api-server";
import { namespacesOf, platformNamespaces } from "./namespaces";
import { isGke, PlatformStack } from "./platform-stack";
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
    for (const [name, { account }] of Object.entries(environment.namespaces)) {
      if (account) {
        new ReaderAccount(this, idOf(`${account.name}-account`), { namespace: this.namespace(name), ...account });
      }
    }
    this.disks(environment);
    const flows = new NetworkFlows(this, "Flows", apiServerOf(environment));
    const replicas = platformReplicas(environment.target);
    const resources = platformResources;

    const certManager = new CertManager(this, "CertManager", {
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
    this.dataOperators(environment, flows, certManager.release.resource);
    allowSecretSource(flows, environment, this.namespace(platformNamespaces.externalSecrets));
  }

  /** Class of the volumes, where the platform brings one and nothing else was asked for. */
  private disks(environment: Environment): void {
    if (!isGke(environment) || environment.storageClass !== DISK_CLASS) {
      return;
    }
    const { tier, project, region, volumes } = environment.target;
    const { ownKeys } = environment.google.cluster;
    const { keys } = bootstrapAddresses(this, { environment: environment.name, project, region });
    new DiskClass(this, "Disks", {
      name: DISK_CLASS,
      type: volumes.type,
      regional: volumes.regional,
      kmsKey: ownKeys ? keys.disks : undefined,
      reclaimPolicy: ofTier(tier, tierSettings.keptVolumes),
    });
  }

  /** The operators of the services that are on. */
  private dataOperators(environment: Environment, flows: NetworkFlows, certManager: ITerraformDependable): void {
    const replicas = platformReplicas(environment.target);
    const namespaceOf = (name: string) => this.namespace(name);
    for (const { definition, watched } of operatorsOn(environment.services)) {
      definition.build(this, definition.id, {
        namespace: namespaceOf(definition.namespace),
        flows,
        replicas,
        watched: watched.map(namespaceOf),
        namespaceOf,
        certManager,
        annotationsOf: (account) => identityAnnotations(environment.services, account),
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
