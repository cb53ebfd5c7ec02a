import { type INamespace, type KubernetesObject, serviceCertificate } from "../../kubernetes";
import type { ExternalSecret, SecretKey } from "../../secrets";
import type { JsonObject } from "../../terraform";
import {
  type BrokerUser,
  bucketServers,
  type Catalog,
  keyedBuckets,
  type S3Bucket,
  type SchemaRegistry,
  type ServiceEndpoint,
} from "../contracts";
import { scramLogin, scramOverTls } from "../kafka/client";
import { restartOnChange } from "../restart";
import type { ServiceContext } from "../service-context";

/** What Flink's pods are wired to. */
export interface FlinkWiringProps {
  readonly context: ServiceContext;
  readonly namespace: INamespace;
  /** Where checkpoints, savepoints and the cluster's own state are kept. */
  readonly bucket: S3Bucket;
  /** Catalogues that jobs may use. */
  readonly catalogs: readonly Catalog[];
  /** User of the broker that jobs log in as. @default - no broker */
  readonly kafka?: BrokerUser;
  /** @default - none */
  readonly schemaRegistry?: SchemaRegistry;
}

/** What pods get of what they are wired to. */
export interface FlinkWiring {
  readonly bucket: S3Bucket;
  readonly env: readonly JsonObject[];
  readonly envFrom: readonly JsonObject[];
  readonly volumes: readonly JsonObject[];
  readonly mounts: readonly JsonObject[];
  readonly podAnnotations: { readonly [key: string]: string };
  /** Objects that must be there before the pods. */
  readonly objects: readonly KubernetesObject[];
  readonly servers: readonly ServiceEndpoint[];
}

/** Secret with the certificate of the services' authority. */
const certificate = "flink-tls";
const tlsFolder = "/etc/flink-tls";

/** Wires Flink: addresses and keys come to the pods as variables, which jobs read by name. */
export function wireFlink(props: FlinkWiringProps): FlinkWiring {
  const { context, namespace, bucket, catalogs, kafka, schemaRegistry } = props;
  const secret = environmentSecret(props);
  const variables: { readonly [variable: string]: string } = {
    AWS_REGION: bucket.store.region,
    ...Object.fromEntries(catalogs.flatMap(catalogVariables)),
    ...(kafka && {
      KAFKA_BOOTSTRAP_SERVERS: kafka.broker.bootstrapServers,
      KAFKA_SECURITY_PROTOCOL: scramOverTls.protocol,
      KAFKA_SASL_MECHANISM: scramOverTls.mechanism,
      KAFKA_SSL_TRUSTSTORE_TYPE: "PEM",
      KAFKA_SSL_TRUSTSTORE_LOCATION: `${tlsFolder}/ca.crt`,
    }),
    ...(schemaRegistry && { SCHEMA_REGISTRY_URL: schemaRegistry.url }),
  };
  return {
    bucket,
    env: Object.entries(variables).map(([name, value]) => ({ name, value })),
    envFrom: [{ secretRef: { name: secret.name } }],
    volumes: [{ name: "tls", secret: { secretName: certificate, items: [{ key: "ca.crt", path: "ca.crt" }] } }],
    mounts: [{ name: "tls", mountPath: tlsFolder, readOnly: true }],
    podAnnotations: restartOnChange(secret),
    objects: [
      secret.object,
      serviceCertificate({
        name: certificate,
        namespace,
        issuer: context.certificates.issuer,
        dnsNames: [`flink-rest.${namespace.name}.svc`],
      }),
    ],
    servers: [
      bucket.store.server,
      ...catalogs.flatMap((catalog) => [catalog.server, ...bucketServers(catalog.bucket)]),
      ...(kafka ? [kafka.server] : []),
      ...(schemaRegistry ? [schemaRegistry.server] : []),
    ],
  };
}

function environmentSecret({ context, namespace, bucket, catalogs, kafka }: FlinkWiringProps): ExternalSecret {
  const data: { [variable: string]: SecretKey } = {
    AWS_ACCESS_KEY_ID: bucket.accessKeyId,
    AWS_SECRET_ACCESS_KEY: bucket.secretAccessKey,
  };
  for (const each of keyedBuckets(catalogs.map((catalog) => catalog.bucket))) {
    data[`S3_${variableOf(each.name)}_ACCESS_KEY_ID`] = each.accessKeyId;
    data[`S3_${variableOf(each.name)}_SECRET_ACCESS_KEY`] = each.secretAccessKey;
  }
  return context.store(namespace).externalSecret<string, string>({
    name: "flink-environment",
    data: kafka ? { ...data, KAFKA_PASSWORD: kafka.password } : data,
    composed: kafka ? { KAFKA_SASL_JAAS_CONFIG: scramLogin(kafka.username, "{{ .KAFKA_PASSWORD }}") } : {},
    follows: { by: "reloader" },
  });
}

/** Address and warehouse of a catalogue, such as `CATALOG_LAKE_URI`. */
function catalogVariables(catalog: Catalog): readonly (readonly [variable: string, value: string])[] {
  const name = `CATALOG_${variableOf(catalog.name)}`;
  const [uri, warehouse] =
    catalog.kind === "rest" ? [catalog.uri, catalog.warehouse] : [catalog.thriftUri, `${catalog.bucket.uri}/warehouse`];
  return [
    [`${name}_URI`, uri],
    [`${name}_WAREHOUSE`, warehouse],
  ];
}

function variableOf(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9]/g, "_").toUpperCase();
}
