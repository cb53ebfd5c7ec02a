import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { images } from "../../../charts";
import {
  CustomResources,
  clusterService,
  disruptionBudget,
  type INamespace,
  type Resources,
  serviceCertificate,
  serviceLabels,
  statefulSet,
} from "../../kubernetes";
import { DeploySettings } from "../../terraform";
import type { MetricsTarget, PodsEnd, ServiceEndpoint } from "../contracts";
import { tokenlessAccount } from "../service-account";
import type { ServiceContext } from "../service-context";

/** Settings of {@link KyuubiRegistry}. */
export interface KyuubiRegistryProps {
  readonly context: ServiceContext;
  readonly namespace: INamespace;
  /** Namespaces of gateways and engines, which get a certificate to log in with. */
  readonly clients: readonly INamespace[];
  /** What each member asks for. */
  readonly resources: Resources;
  /** Volume of each member. */
  readonly storage: string;
  /** @default - the environment's class */
  readonly storageClass?: string;
}

const name = "kyuubi-etcd";

/** Members: two of them are enough to go on. */
export const registryMembers = 3;

const ports = { client: 2379, peer: 2380, metrics: 2381 } as const;

/** User of the members; the image has none of its own. */
const user = 1000;

const tlsFolder = "/etc/etcd-tls";

const dataFolder = "/var/lib/etcd";

/** Where gateways and engines have the certificate that they log in with. */
export const registryClientFolder = "/etc/kyuubi-etcd";

/** Secret with that certificate, in the namespace of gateways and in that of engines. */
export const registryClientSecret = `${name}-client`;

/**
 * Where gateways find each other's engines: an etcd of three members. Only who has a certificate of the services' authority
 * may read or write, as an entry decides where sessions of users go.
 *
 * @see https://etcd.io/docs/v3.6/op-guide/configuration/
 */
export class KyuubiRegistry extends Construct {
  readonly namespace: INamespace;
  /** `kyuubi.ha.addresses`. */
  readonly addresses: string;
  readonly server: ServiceEndpoint;
  readonly resource: ITerraformDependable;

  constructor(scope: Construct, id: string, props: KyuubiRegistryProps) {
    super(scope, id);
    const { context, namespace } = props;
    this.namespace = namespace;
    const labels = serviceLabels(name);
    const pods: PodsEnd = { namespace, name, podLabels: labels };
    this.server = { end: pods, port: ports.client };
    const domain = `${name}.${namespace.name}.svc`;
    const members = Array.from({ length: registryMembers }, (_, index) => `${name}-${index}`);
    this.addresses = members.map((member) => `https://${member}.${domain}:${ports.client}`).join(",");
    const workload = { name, namespace, labels, replicas: registryMembers };
    const certificate = `${name}-tls`;
    const objects = new CustomResources(this, "Objects", {
      namespace,
      releaseName: name,
      wait: true,
      dependsOn: context.certificates.resource ? [context.certificates.resource] : [],
      objects: [
        tokenlessAccount(name, namespace),
        serviceCertificate({
          name: certificate,
          namespace,
          issuer: context.certificates.issuer,
          dnsNames: [domain, ...members.map((member) => `${member}.${domain}`)],
        }),
        ...[...new Set(props.clients)].map((client) =>
          serviceCertificate({
            name: registryClientSecret,
            namespace: client,
            issuer: context.certificates.issuer,
            dnsNames: [`kyuubi.${client.name}.svc`],
            pkcs8: true,
          }),
        ),
        clusterService({ name, namespace, labels, ports: { client: ports.client, peer: ports.peer }, headless: true }),
        statefulSet({
          ...workload,
          image: DeploySettings.of(this).image(images.etcd),
          user,
          resources: props.resources,
          account: name,
          command: ["/usr/local/bin/etcd"],
          env: memberEnvironment(members, domain),
          ports,
          ready: { path: "/readyz", port: "metrics" },
          alive: { path: "/livez", port: "metrics" },
          volumes: [{ name: "tls", secret: { secretName: certificate } }],
          mounts: [
            { name: "data", mountPath: dataFolder },
            { name: "tls", mountPath: tlsFolder, readOnly: true },
          ],
          claims: [{ name: "data", size: props.storage, storageClass: props.storageClass }],
        }),
        ...disruptionBudget(workload),
      ],
    });
    this.resource = objects.release.resource;
    context.flows.allow({ from: pods, to: pods, ports: [ports.client, ports.peer], reason: "members agree" });
  }

  get metrics(): readonly MetricsTarget[] {
    const { end } = this.server;
    return "namespace" in end ? [{ name, pods: end, portName: "metrics", port: ports.metrics }] : [];
  }

  /** Settings of Kyuubi for gateways and engines. */
  get properties(): { readonly [property: string]: string } {
    return {
      "kyuubi.ha.client.class": "org.apache.kyuubi.ha.client.etcd.EtcdDiscoveryClient",
      "kyuubi.ha.addresses": this.addresses,
      "kyuubi.ha.etcd.ssl.enabled": "true",
      "kyuubi.ha.etcd.ssl.ca.path": `${registryClientFolder}/ca.crt`,
      "kyuubi.ha.etcd.ssl.client.certificate.path": `${registryClientFolder}/tls.crt`,
      "kyuubi.ha.etcd.ssl.client.key.path": `${registryClientFolder}/tls.key`,
    };
  }
}

function memberEnvironment(members: readonly string[], domain: string) {
  const files = (prefix: "" | "PEER_") => ({
    [`ETCD_${prefix}CERT_FILE`]: `${tlsFolder}/tls.crt`,
    [`ETCD_${prefix}KEY_FILE`]: `${tlsFolder}/tls.key`,
    [`ETCD_${prefix}TRUSTED_CA_FILE`]: `${tlsFolder}/ca.crt`,
    [`ETCD_${prefix}CLIENT_CERT_AUTH`]: "true",
  });
  const values: { readonly [variable: string]: string } = {
    ETCD_NAME: "$(POD_NAME)",
    ETCD_DATA_DIR: `${dataFolder}/data`,
    ETCD_LISTEN_CLIENT_URLS: `https://0.0.0.0:${ports.client}`,
    ETCD_ADVERTISE_CLIENT_URLS: `https://$(POD_NAME).${domain}:${ports.client}`,
    ETCD_LISTEN_PEER_URLS: `https://0.0.0.0:${ports.peer}`,
    ETCD_INITIAL_ADVERTISE_PEER_URLS: `https://$(POD_NAME).${domain}:${ports.peer}`,
    ETCD_INITIAL_CLUSTER: members.map((member) => `${member}=https://${member}.${domain}:${ports.peer}`).join(","),
    ETCD_INITIAL_CLUSTER_STATE: "new",
    ETCD_INITIAL_CLUSTER_TOKEN: domain,
    ETCD_LISTEN_METRICS_URLS: `http://0.0.0.0:${ports.metrics}`,
    ETCD_AUTO_COMPACTION_MODE: "periodic",
    ETCD_AUTO_COMPACTION_RETENTION: "1h",
    ...files(""),
    ...files("PEER_"),
  };
  return [
    { name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
    ...Object.entries(values).map(([variable, value]) => ({ name: variable, value })),
  ];
}
