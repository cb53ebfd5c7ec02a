import type { KubernetesObject } from "../kubernetes";
import type { JsonObject } from "../terraform";
import { clusterStoreName } from "./cluster-secret-store";
import { type KubernetesSecretRef, pathOf, type SecretKey } from "./secret-ref";
import type { RotationFollower, SecretSource } from "./secret-source";

/** Version of External Secrets' interface (rule ESO-01). */
export const externalSecretsVersion = "external-secrets.io/v1";

/**
 * Annotation with the versions of the secrets that an ExternalSecret reads. External Secrets compares a hash of labels and
 * annotations with the one of its last refresh, so the deploy that raises a version makes it read again at once, in each
 * namespace, and not at the end of the interval.
 *
 * @see https://github.com/external-secrets/external-secrets/blob/v2.9.0/pkg/controllers/externalsecret/externalsecret_controller.go
 * `shouldRefreshPeriodic`, the same since 0.18.2
 */
const versionsAnnotation = "terralake.dev/versions";

/** A Kubernetes Secret to be made from secrets of the source. */
export interface ExternalSecretProps<Key extends string, Composed extends string = never> {
  /** Name of the Kubernetes Secret. */
  readonly name: string;
  /** Key of the source that stands behind each key of the Kubernetes Secret. */
  readonly data: { readonly [K in Key]: SecretKey };
  /** Who makes a changed Secret take effect; a rotation that nobody follows is refused. */
  readonly follows: RotationFollower;
  /**
   * Keys composed of the others by a template of External Secrets (`{{ .password }}`), such as a connection URL.
   *
   * @default - none
   */
  readonly composed?: { readonly [K in Composed]: string };
  /** @default "Opaque" */
  readonly type?: string;
  /** @default - none */
  readonly labels?: { readonly [key: string]: string };
}

/** A Kubernetes Secret to come: its name for a chart, its object for the release that consumes it. */
export interface ExternalSecret<Key extends string = string> extends KubernetesSecretRef<Key> {
  readonly object: KubernetesObject;
}

/** A Kubernetes Secret whose keys are added later. */
export type GrowingSecretProps = Pick<ExternalSecretProps<string>, "name" | "follows" | "type" | "labels">;

/** A Kubernetes Secret that gets its keys one by one. */
export interface GrowingSecret {
  /** Name of the Kubernetes Secret. */
  readonly name: string;
  /** @throws PlatformError for a key that Kubernetes refuses or that is there already */
  readonly add: (key: string, value: SecretKey) => void;
  /** Its object with the keys that it has now. */
  readonly object: () => KubernetesObject;
}

/** The ExternalSecret of a namespace. */
export function externalSecretObject(
  source: SecretSource,
  namespace: string,
  props: ExternalSecretProps<string, string>,
): KubernetesObject {
  const entries = Object.entries(props.data);
  const composed = props.composed ?? {};
  const isComposed = Object.keys(composed).length > 0;
  return {
    apiVersion: externalSecretsVersion,
    kind: "ExternalSecret",
    metadata: {
      name: props.name,
      namespace,
      annotations: { [versionsAnnotation]: secretVersions(entries.map(([, key]) => key)) },
    },
    spec: {
      refreshInterval: "1h",
      secretStoreRef: { kind: source.store.kind, name: source.store.name },
      target: {
        name: props.name,
        creationPolicy: "Owner",
        template: {
          type: props.type ?? "Opaque",
          metadata: props.labels ? { labels: props.labels } : undefined,
          // Keys that no template names are kept beside the composed ones.
          mergePolicy: isComposed ? "Merge" : undefined,
          data: isComposed ? composed : undefined,
        },
      },
      data: entries.map(([secretKey, key]) => ({ secretKey, ...reference(source, key) })),
    },
  };
}

/** Where a key is read: in the source, or in the Kubernetes Secret that holds it. */
function reference(source: SecretSource, key: SecretKey): JsonObject {
  const { cluster } = key.secret;
  return cluster
    ? {
        remoteRef: { key: cluster.name, property: key.key },
        sourceRef: { storeRef: { kind: "SecretStore", name: clusterStoreName(cluster) } },
      }
    : { remoteRef: source.remoteRef(key) };
}

/** Versions of the secrets of some keys, `platform/a=1,platform/b=2`, each secret once and in the order of their paths. */
export function secretVersions(keys: readonly SecretKey[]): string {
  const versions = new Set(keys.map(({ secret }) => `${pathOf(secret)}=${secret.version}`));
  return [...versions].sort().join(",");
}
