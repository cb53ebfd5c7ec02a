import type { INamespace, KubernetesObject } from "../../kubernetes";
import { externalSecretsVersion } from "../../secrets/external-secret";
import type { KubernetesSecretRef } from "../../secrets/secret-ref";
import { credentialsPath, databaseAccess } from "./database-access";
import type { DatabaseRole } from "./database-engine";

/** Settings of {@link dynamicSecret}. */
export interface DynamicSecretProps<Key extends string> {
  /** Name of the Kubernetes Secret. */
  readonly name: string;
  readonly namespace: INamespace;
  /** ClusterIssuer whose CA signed Vault's certificate. */
  readonly vaultIssuer: string;
  /**
   * Roles whose credentials it holds, each by a word of letters: role `sales` is `.sales_username` and `.sales_password` in
   * the templates.
   */
  readonly roles: { readonly [word: string]: DatabaseRole };
  /** Keys of the Secret, each a template of External Secrets. */
  readonly composed: { readonly [K in Key]: string };
}

/** A Kubernetes Secret to come that holds credentials for a time. */
export interface DynamicSecret<Key extends string = string> extends KubernetesSecretRef<Key> {
  readonly objects: readonly KubernetesObject[];
}

const generatorsVersion = "generators.external-secrets.io/v1alpha1";
const generator = "VaultDynamicSecret";

/**
 * A Kubernetes Secret with credentials of Vault's database engine, replaced while the ones before still live. Its consumer
 * must read it anew for each connection; one that reads it at its start would be restarted for every lease.
 *
 * External Secrets neither renews a lease nor ends it: it asks for another credential at each interval.
 *
 * @see https://external-secrets.io/latest/api/generator/vault/
 */
export function dynamicSecret<Key extends string>(props: DynamicSecretProps<Key>): DynamicSecret<Key> {
  const { name, namespace, vaultIssuer, composed } = props;
  const roles = Object.entries(props.roles);
  return {
    name,
    keys: Object.keys(composed) as Key[],
    objects: [
      ...roles.map(([, role]) => ({
        apiVersion: generatorsVersion,
        kind: generator,
        metadata: { name: `${name}-${role.name}`, namespace: namespace.name },
        spec: {
          method: "GET",
          path: credentialsPath(role.name),
          provider: role.engine.provider(namespace, vaultIssuer, role),
        },
      })),
      {
        apiVersion: externalSecretsVersion,
        kind: "ExternalSecret",
        metadata: { name, namespace: namespace.name },
        spec: {
          refreshInterval: databaseAccess.refreshInterval,
          target: { name, creationPolicy: "Owner", template: { type: "Opaque", data: composed } },
          dataFrom: roles.map(([word, role]) => ({
            sourceRef: {
              generatorRef: { apiVersion: generatorsVersion, kind: generator, name: `${name}-${role.name}` },
            },
            rewrite: [{ regexp: { source: "(.*)", target: `${word}_$1` } }],
          })),
        },
      },
    ],
  };
}
