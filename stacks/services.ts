import type { Construct } from "constructs";
import { DataPlatformServices } from "../catalogue/assembly/data-platform-services";
import { existingNamespace, idOf, NetworkFlows } from "../constructs/kubernetes";
import type { SecretSource } from "../constructs/secrets";
import { DeclaredSecrets, type ManagedSqlUsers, ServiceContext, SharedReader } from "../constructs/services";
import { type DatabaseEngine, PkiIssuer, type VaultSecrets } from "../constructs/vault";
import type { Environment } from "../environments/schema";
import { useCluster } from "./access";
import { apiServerOf } from "./api-server";
import { platformNamespaces } from "./namespaces";
import { PlatformStack } from "./platform-stack";
import { addClusterStore } from "./secret-source";

/** What a {@link ServicesStack} needs of the layers before it. */
export interface ServicesStackProps {
  /** ClusterIssuer whose CA signed Vault's certificate. */
  readonly vaultIssuer: string;
  /** Where services ask for secrets. */
  readonly secrets: SecretSource;
  /** Vault, for those who read it themselves. */
  readonly vault: VaultSecrets;
  /**
   * Where services ask for users of databases, for a time.
   *
   * @default - services keep their own users
   */
  readonly databases?: DatabaseEngine;
  /**
   * Where services ask for databases of a server that Google runs.
   *
   * @default - there is none
   */
  readonly managedSql?: ManagedSqlUsers;
}

/** Layer `services`: the data services that the environment names, wired to each other. */
export class ServicesStack extends PlatformStack {
  /** The services that were built; what an earlier layer needs of them was asked for while they were. */
  readonly services: DataPlatformServices;

  constructor(
    scope: Construct,
    environment: Environment,
    { vaultIssuer, secrets, vault, databases, managedSql }: ServicesStackProps,
  ) {
    super(scope, "services", environment);
    useCluster(this, { helm: true });
    const flows = new NetworkFlows(this, "Flows", apiServerOf(environment));
    const certificates = new PkiIssuer(this, "CertificateIssuer", {
      namespace: existingNamespace(platformNamespaces.certManager),
    });
    const context = new ServiceContext(this, {
      secrets,
      clusterStore: addClusterStore(this),
      databases,
      managedSql,
      flows,
      vaultIssuer,
      certificates,
    });
    const declared = new DeclaredSecrets(this, "DeclaredSecrets", { context, declared: environment.secrets.declared });
    const readers = environment.secrets.sharedReaders.map(
      (reader) => new SharedReader(this, idOf(`${reader.role}-reader`), { ...reader, vault }),
    );
    this.services = new DataPlatformServices(this, "Services", {
      context,
      services: environment.services,
      declared: [
        ...[...declared.copies.values()].map(({ release }) => release.resource),
        ...readers.map(({ account }) => account),
      ],
    });
  }
}
