import { vaultAccess } from "../vault-access";

/** Where a snapshot goes once it is taken. */
export type SnapshotDestination =
  | {
      readonly kind: "gcs";
      /** Bucket with a lifecycle of its own; the job's account may add objects and nothing else. */
      readonly bucket: string;
    }
  | {
      readonly kind: "s3";
      /** Address of the service, with `https://`. */
      readonly endpoint: string;
      readonly region: string;
      readonly bucket: string;
      /** Folder in the bucket: old copies are removed from it, and from nowhere else. */
      readonly folder: string;
    }
  | {
      readonly kind: "volume";
      /** Size of the volume, such as `2Gi`. */
      readonly size: string;
    };

/** Paths of the job's mounts, each with the slash that follows it in the scripts. */
export const snapshotMounts = {
  scripts: "/scripts",
  work: "/work",
  tls: "/tls",
  token: "/var/run/secrets/vault",
  credentials: "/credentials",
  snapshots: "/snapshots",
} as const;

const { work, token, credentials, snapshots } = snapshotMounts;

/** Takes a snapshot; Vault's command line checks that it is complete. Only afterwards it has its name. */
const save = `set -eu
umask 077
login() {
  vault write -field=token auth/${vaultAccess.kubernetesAuthPath}/login role="$1" jwt=@${token}/token
}
VAULT_TOKEN=$(login "${vaultAccess.snapshots}")
export VAULT_TOKEN
name="vault-$(date -u +%Y%m%d-%H%M%S).snap"
vault operator raft snapshot save "${work}/$name.part"
mv "${work}/$name.part" "${work}/$name"
vault token revoke -self >/dev/null
echo "took $name, $(wc -c < "${work}/$name") bytes"
`;

/** Fetches the keys of the bucket by a role of their own, so that no Kubernetes Secret holds them. */
const fetchKeys = `VAULT_TOKEN=$(login "$CREDENTIALS_ROLE")
for key in access_key_id secret_access_key; do
  vault kv get -mount="$CREDENTIALS_MOUNT" -field="$key" "$CREDENTIALS_PATH" > "${credentials}/$key"
done
vault token revoke -self >/dev/null
`;

/** Copies to a volume, compares, and only then removes what is too old (rule VLT-14). */
const keepOnVolume = `set -eu
umask 077
rm -f ${snapshots}/*.part
for snapshot in ${work}/vault-*.snap; do
  name="\${snapshot##*/}"
  cp "$snapshot" "${snapshots}/$name.part"
  cmp "$snapshot" "${snapshots}/$name.part"
  mv "${snapshots}/$name.part" "${snapshots}/$name"
  echo "kept $name"
done
find ${snapshots}/ -type f -name 'vault-*.snap' -mtime "+$KEEP_DAYS" -print -exec rm -f {} +
`;

/**
 * Uploads to Cloud Storage without a right to read: rclone compares size and MD5 with those in the answer to the upload.
 * The bucket's lifecycle removes old copies.
 */
const uploadToGoogle = `set -eu
for snapshot in ${work}/vault-*.snap; do
  name="\${snapshot##*/}"
  rclone copyto --no-check-dest "$snapshot" ":gcs:$BUCKET/$name"
  echo "uploaded $name"
done
`;

/** Uploads to S3, compares sizes and checksums with what the bucket lists, and only then removes what is too old. */
const uploadToS3 = `set -eu
RCLONE_S3_ACCESS_KEY_ID=$(cat ${credentials}/access_key_id)
RCLONE_S3_SECRET_ACCESS_KEY=$(cat ${credentials}/secret_access_key)
export RCLONE_S3_ACCESS_KEY_ID RCLONE_S3_SECRET_ACCESS_KEY
for snapshot in ${work}/vault-*.snap; do
  name="\${snapshot##*/}"
  rclone copyto "$snapshot" ":s3:$BUCKET/$FOLDER/$name"
  rclone check --one-way --include "/$name" ${work}/ ":s3:$BUCKET/$FOLDER"
  echo "uploaded $name"
done
rclone delete --use-server-modtime --min-age "\${KEEP_DAYS}d" --include '/vault-*.snap' ":s3:$BUCKET/$FOLDER"
`;

/** The job's scripts by file name: `save.sh` of Vault's image, then `store.sh` of whatever stores. */
export function snapshotScripts(kind: SnapshotDestination["kind"]): {
  readonly "save.sh": string;
  readonly "store.sh": string;
} {
  switch (kind) {
    case "gcs":
      return { "save.sh": save, "store.sh": uploadToGoogle };
    case "s3":
      return { "save.sh": save + fetchKeys, "store.sh": uploadToS3 };
    case "volume":
      return { "save.sh": save, "store.sh": keepOnVolume };
    default:
      return kind satisfies never;
  }
}

/** What `store.sh` reads from its environment, beside the keys of a bucket. */
export function storeEnvironment(
  destination: SnapshotDestination,
  keepDays: number,
): readonly { readonly name: string; readonly value: string }[] {
  const all = (values: { readonly [name: string]: string }) =>
    Object.entries(values).map(([name, value]) => ({ name, value }));
  switch (destination.kind) {
    case "gcs":
      return all({
        BUCKET: destination.bucket,
        RCLONE_CONFIG: "/dev/null",
        RCLONE_GCS_ENV_AUTH: "true",
        // The account may neither look at the bucket nor set lists of access on objects.
        RCLONE_GCS_NO_CHECK_BUCKET: "true",
        RCLONE_GCS_BUCKET_POLICY_ONLY: "true",
      });
    case "s3":
      return all({
        BUCKET: destination.bucket,
        FOLDER: destination.folder,
        KEEP_DAYS: String(keepDays),
        RCLONE_CONFIG: "/dev/null",
        RCLONE_S3_PROVIDER: "Other",
        RCLONE_S3_ENDPOINT: destination.endpoint,
        RCLONE_S3_REGION: destination.region,
        RCLONE_S3_NO_CHECK_BUCKET: "true",
      });
    case "volume":
      return all({ KEEP_DAYS: String(keepDays) });
    default:
      return destination satisfies never;
  }
}
