import { type Resources, readOnlyContainer } from "../../kubernetes";
import type { JsonObject } from "../../terraform";
import { vaultAccess } from "../vault-access";
import { type Distribution, serverPaths } from "./distribution";
import type { GcpKmsSeal } from "./server-config";

/** Opening Vault by Google Cloud: a KMS key for the seal, a bucket for the recovery keys. */
export interface GoogleUnseal extends GcpKmsSeal {
  /** Bucket that keeps the recovery keys, encrypted by the same key (rule VCF-03). */
  readonly recoveryBucket: string;
  /** Annotations that make the servers' account act as the Google account of the key (Workload Identity, rule VLT-04). */
  readonly serviceAccountAnnotations: { readonly [name: string]: string };
}

/** Where Bank-Vaults keeps unseal keys, recovery keys and the first root token. */
export function keyStoreArguments(unseal: GoogleUnseal | undefined): string[] {
  if (!unseal) {
    return [
      "--mode=k8s",
      `--k8s-secret-namespace=${vaultAccess.namespace}`,
      `--k8s-secret-name=${vaultAccess.unsealKeys}`,
    ];
  }
  const { project, region, keyRing, cryptoKey, recoveryBucket } = unseal;
  return [
    "--mode=google-cloud-kms-gcs",
    `--google-cloud-kms-project=${project}`,
    `--google-cloud-kms-location=${region}`,
    `--google-cloud-kms-key-ring=${keyRing}`,
    `--google-cloud-kms-crypto-key=${cryptoKey}`,
    `--google-cloud-storage-bucket=${recoveryBucket}`,
    "--google-cloud-storage-prefix=vault-",
  ];
}

/** Settings of an {@link unsealer}. */
export interface UnsealerProps {
  readonly image: string;
  readonly distribution: Distribution;
  readonly resources: Resources;
  /** @default - keys in a Kubernetes Secret */
  readonly unseal?: GoogleUnseal;
}

/** The sidecar that opens its server after each start; the first server's also initializes the cluster, once. */
export function unsealer({ image, distribution, resources, unseal }: UnsealerProps): JsonObject {
  const { tls } = serverPaths(distribution);
  const shares = unseal
    ? ["--auto", "--secret-shares=5", "--secret-threshold=3"]
    : ["--secret-shares=1", "--secret-threshold=1"];
  return {
    name: "bank-vaults",
    image,
    command: ["sh", "-c", 'case "$POD_NAME" in *-0) set -- "$@" --init ;; esac; exec bank-vaults "$@"', "bank-vaults"],
    args: ["unseal", ...shares, ...keyStoreArguments(unseal)],
    env: [
      { name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
      // Its client library is Vault's, with OpenBao too.
      { name: "VAULT_ADDR", value: `https://127.0.0.1:${vaultAccess.port}` },
      { name: "VAULT_CACERT", value: `${tls}/ca.crt` },
    ],
    resources,
    securityContext: readOnlyContainer,
    volumeMounts: [{ name: "tls", mountPath: tls, readOnly: true }],
  };
}
