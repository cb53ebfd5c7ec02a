import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { existingNamespace, type INamespace, idOf, type NetworkFlows } from "../kubernetes";
import { type SecretSource, SecretStore } from "../secrets";
import { type DatabaseEngine, vaultAccess } from "../vault";
import type { PodsEnd, ServiceEndpoint } from "./contracts";
import { distinctEnds } from "./distinct-ends";
import type { ManagedSqlUsers } from "./postgres/cloud-sql";

/** Who signs the certificates of services. */
export interface CertificateIssuer {
  /** Name of the ClusterIssuer. */
  readonly issuer: string;
  /**
   * What to wait for, where it is made in the same stack.
   *
   * @default - nothing
   */
  readonly resource?: ITerraformDependable;
}

/** Settings of a {@link ServiceContext}. */
export interface ServiceContextProps {
  /** Where services ask for secrets; what they ask for is written in an earlier stack. */
  readonly secrets: SecretSource;
  /**
   * Vault's database engine, which gives out users of databases for a time.
   *
   * @default - none: Vault does not keep the secrets
   */
  readonly databases?: DatabaseEngine;
  /**
   * Who makes databases and users of a server that a cloud runs.
   *
   * @default - none: there is no such server
   */
  readonly managedSql?: ManagedSqlUsers;
  /** The table of flows of the services' own stack. */
  readonly flows: NetworkFlows;
  /**
   * ClusterIssuer whose CA signed Vault's certificate.
   *
   * @default - the platform's own authority
   */
  readonly vaultIssuer?: string;
  /**
   * ClusterIssuer that signs the services' own certificates.
   *
   * @default - the platform's own authority
   */
  readonly certificates?: CertificateIssuer;
  /**
   * Release with the store of the whole cluster that the source of secrets has.
   *
   * @default - the source has a store in each namespace
   */
  readonly clusterStore?: ITerraformDependable;
}

/** What every service of a stack shares: secrets, flows, namespaces and one secret store for each namespace. */
export class ServiceContext {
  readonly secrets: SecretSource;
  readonly databases?: DatabaseEngine;
  readonly managedSql?: ManagedSqlUsers;
  readonly flows: NetworkFlows;
  readonly vaultIssuer: string;
  readonly certificates: CertificateIssuer;
  private readonly clusterStore: ITerraformDependable | undefined;
  private readonly namespaces = new Map<string, INamespace>();
  private readonly stores = new Map<string, SecretStore>();

  /** @param scope where the secret stores are made, the stack of the services */
  constructor(
    private readonly scope: Construct,
    props: ServiceContextProps,
  ) {
    this.secrets = props.secrets;
    this.databases = props.databases;
    this.managedSql = props.managedSql;
    this.flows = props.flows;
    this.vaultIssuer = props.vaultIssuer ?? vaultAccess.issuer;
    this.certificates = props.certificates ?? { issuer: this.vaultIssuer };
    this.clusterStore = props.clusterStore;
  }

  /** A namespace that an earlier layer has made. */
  namespace(name: string): INamespace {
    const found = this.namespaces.get(name) ?? existingNamespace(name);
    this.namespaces.set(name, found);
    return found;
  }

  /** The way of secrets into a namespace, made when it is first asked for. */
  store(namespace: INamespace): SecretStore {
    const found = this.stores.get(namespace.name);
    if (found) {
      return found;
    }
    const store = new SecretStore(this.scope, idOf(`${namespace.name}-secrets`), {
      namespace,
      source: this.secrets,
      vaultIssuer: this.vaultIssuer,
      clusterStore: this.clusterStore,
    });
    this.stores.set(namespace.name, store);
    return store;
  }

  /** Lets pods call what they use; an end that is named twice gets one row with all its ports. */
  connect(from: PodsEnd, servers: readonly ServiceEndpoint[], reason: string): void {
    const ports = new Map<string, { readonly server: ServiceEndpoint; readonly ports: Set<number> }>();
    for (const server of distinctEnds(servers)) {
      const row = ports.get(server.end.name) ?? { server, ports: new Set<number>() };
      row.ports.add(server.port);
      ports.set(server.end.name, row);
    }
    for (const row of ports.values()) {
      this.flows.allow({ from, to: row.server.end, ports: [...row.ports].sort((a, b) => a - b), reason });
    }
  }
}
