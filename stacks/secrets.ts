import type { Construct } from "constructs";
import { existingNamespace } from "../constructs/kubernetes";
import type { SecretSource } from "../constructs/secrets";
import type { ManagedSqlUsers } from "../constructs/services";
import { DatabaseEngine, distributions, Pki, PkiIssuerAccess, VaultPeople, VaultSecrets } from "../constructs/vault";
import { closest, type Environment } from "../environments/schema";
import { useCluster, useVault } from "./access";
import type { VaultSnapshotPlace } from "./cluster";
import { addManagedSql } from "./managed-sql";
import { platformNamespaces, serviceNamespaces } from "./namespaces";
import { PlatformStack } from "./platform-stack";
import { addSecretSource } from "./secret-source";
import { addSnapshots } from "./vault-snapshots";

/** What the secrets layer offers. */
export interface SecretsOutputs {
  /** Where later layers ask for secrets; what they ask for is written by this stack. */
  readonly secrets: SecretSource;
  /** Vault, which keeps the secrets unless the environment chose another source. */
  readonly vault: VaultSecrets;
  /** Where later layers ask for users of databases, for a time; absent when Vault does not keep the secrets. */
  readonly databases?: DatabaseEngine;
  /** Where later layers ask for databases of a server that Google runs; absent where there is none. */
  readonly managedSql?: ManagedSqlUsers;
}

/** Settings of a {@link SecretsStack}. */
export interface SecretsStackProps {
  /**
   * The bucket for Vault's snapshots that the cluster layer made.
   *
   * @default - none: snapshots go elsewhere
   */
  readonly snapshots?: VaultSnapshotPlace;
}

/** Layer `secrets`: mounts, secrets, policies and roles in the Vault that the layer before has started. */
export class SecretsStack extends PlatformStack {
  readonly outputs: SecretsOutputs;

  constructor(scope: Construct, environment: Environment, props: SecretsStackProps = {}) {
    super(scope, "secrets", environment);
    useCluster(this, { helm: false });
    useVault(this);
    const isSource = environment.secrets.source.kind === "vault";
    const vault = new VaultSecrets(this, "Secrets", {
      versions: isSource ? environment.secrets.versions : undefined,
      suggest: closest,
      auditByApi: distributions[environment.vault.distribution].auditDevices === "api",
    });
    const pki = this.certificates(environment, vault);
    const source = addSecretSource(this, vault);
    this.outputs = {
      secrets: source.secrets,
      vault,
      managedSql: addManagedSql(this, source.writable),
      databases: isSource
        ? new DatabaseEngine(this, "Databases", { secrets: vault, ca: pki.rootCertificate })
        : undefined,
    };
    addSnapshots(this, { secrets: vault, place: props.snapshots });
    this.people(environment, vault);
  }

  /** How people log in to Vault, where the environment says. */
  private people({ people: { oidc, userpass } }: Environment, vault: VaultSecrets): void {
    if (oidc || userpass) {
      new VaultPeople(this, "People", { oidc, userpass, secrets: () => vault.inventory.map(({ ref }) => ref) });
    }
  }

  /** Vault's PKI engine, and cert-manager's way to it. */
  private certificates(environment: Environment, vault: VaultSecrets): Pki {
    const dependsOn = vault.first;
    const pki = new Pki(this, "Pki", { namespaces: serviceNamespaces(environment), dependsOn });
    new PkiIssuerAccess(this, "PkiIssuerAccess", {
      namespace: existingNamespace(platformNamespaces.certManager),
      controller: "cert-manager",
      dependsOn,
    });
    return pki;
  }
}
