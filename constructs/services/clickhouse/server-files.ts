import type { S3Bucket } from "../contracts";
import { serverPorts } from "./ports";

/** How tables may lie in the object store: for those that say so, or for all that do not say otherwise. */
export type ObjectStorage = "available" | "default";

/** Folder of the servers' certificate and key; a renewed one is read without a restart. */
export const tlsFolder = "/etc/clickhouse-tls";

/** Environment variables with the key pair of the bucket. */
export const bucketVariables = { accessKey: "S3_ACCESS_KEY_ID", secretKey: "S3_SECRET_ACCESS_KEY" } as const;

/** Listeners with TLS beside the plain ones. Clients are not asked for a certificate. */
export const tlsFile = `<clickhouse>
  <https_port>${serverPorts.https}</https_port>
  <tcp_port_secure>${serverPorts["native-tls"]}</tcp_port_secure>
  <openSSL>
    <server>
      <certificateFile>${tlsFolder}/tls.crt</certificateFile>
      <privateKeyFile>${tlsFolder}/tls.key</privateKeyFile>
      <verificationMode>none</verificationMode>
      <loadDefaultCAFile>false</loadDefaultCAFile>
      <disableProtocols>sslv2,sslv3,tlsv1,tlsv1_1</disableProtocols>
      <preferServerCiphers>true</preferServerCiphers>
    </server>
  </openSSL>
</clickhouse>
`;

/** The server's own tables of metrics and logs, which Prometheus and the container's log have already. */
export const systemLogsFile = `<clickhouse>
  <asynchronous_metric_log remove="1"/>
  <metric_log remove="1"/>
  <text_log remove="1"/>
</clickhouse>
`;

/**
 * Disk and storage policies of a bucket: `s3` keeps tables there, `tiered` moves them there when the volume fills up.
 *
 * Each server has a folder of its own, by its macro `replica`; the key pair is read from the environment.
 *
 * @param cacheMebibytes part of the volume that holds what was read last
 * @see https://clickhouse.com/docs/operations/storing-data
 */
export function storageFile(bucket: S3Bucket, cacheMebibytes: number, use: ObjectStorage): string {
  return `<clickhouse>
  <storage_configuration>
    <disks>
      <s3>
        <type>s3</type>
        <endpoint>${addressOf(bucket)}/clickhouse/{replica}/</endpoint>
        <region>${bucket.store.region}</region>
        <access_key_id from_env="${bucketVariables.accessKey}"/>
        <secret_access_key from_env="${bucketVariables.secretKey}"/>
        <metadata_path>/var/lib/clickhouse/disks/s3/</metadata_path>
      </s3>
      <s3_cache>
        <type>cache</type>
        <disk>s3</disk>
        <path>/var/lib/clickhouse/disks/s3_cache/</path>
        <max_size>${cacheMebibytes}Mi</max_size>
      </s3_cache>
    </disks>
    <policies>
      <s3>
        <volumes><main><disk>s3_cache</disk></main></volumes>
      </s3>
      <tiered>
        <volumes><hot><disk>default</disk></hot><cold><disk>s3_cache</disk></cold></volumes>
        <move_factor>0.2</move_factor>
      </tiered>
    </policies>
  </storage_configuration>
${use === "default" ? "  <merge_tree><storage_policy>s3</storage_policy></merge_tree>\n" : ""}</clickhouse>
`;
}

function addressOf({ name, store }: S3Bucket): string {
  return store.pathStyle ? `${store.endpoint}/${name}` : store.endpoint.replace("://", `://${name}.`);
}
