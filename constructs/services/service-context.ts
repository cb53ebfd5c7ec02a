import type { Construct } from "constructs";
import { existingNamespace, type INamespace, idOf, type NetworkFlows } from "../kubernetes";
import { SecretStore, type VaultSecrets, vaultAccess } from "../vault";
import type { PodsEnd, ServiceEndpoint } from "./contracts";

/** Settings of a {@link ServiceContext}. */
export interface ServiceContextProps {
  /** Where services ask for secrets, in the stack that configures Vault. */
  readonly secrets: VaultSecrets;
  /** The table of flows of the services' own stack. */
  readonly flows: NetworkFlows;
  /**
   * ClusterIssuer whose CA signed Vault's certificate.
   *
   * @default - the platform's own authority
   */
  readonly issuer?: string;
  /**
   * KV v2 mount that the services' secrets are in.
   *
   * @default "platform"
   */
  readonly mount?: string;
}

/** What every service of a stack shares: secrets, flows, namespaces and one secret store for each namespace. */
export class ServiceContext {
  readonly secrets: VaultSecrets;
  readonly flows: NetworkFlows;
  readonly issuer: string;
  readonly mount: string;
  private readonly namespaces = new Map<string, INamespace>();
  private readonly stores = new Map<string, SecretStore>();

  /** @param scope where the secret stores are made, the stack of the services */
  constructor(
    private readonly scope: Construct,
    props: ServiceContextProps,
  ) {
    this.secrets = props.secrets;
    this.flows = props.flows;
    this.issuer = props.issuer ?? vaultAccess.issuer;
    this.mount = props.mount ?? "platform";
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
      secrets: this.secrets,
      mount: this.mount,
      issuer: this.issuer,
    });
    this.stores.set(namespace.name, store);
    return store;
  }

  /** Lets pods call what they use; an end that is named twice gets one row with all its ports. */
  connect(from: PodsEnd, servers: readonly ServiceEndpoint[], reason: string): void {
    const ports = new Map<string, { readonly server: ServiceEndpoint; readonly ports: Set<number> }>();
    for (const server of servers) {
      const row = ports.get(server.end.name) ?? { server, ports: new Set<number>() };
      row.ports.add(server.port);
      ports.set(server.end.name, row);
    }
    for (const row of ports.values()) {
      this.flows.allow({ from, to: row.server.end, ports: [...row.ports].sort((a, b) => a - b), reason });
    }
  }
}
