import { Construct } from "constructs";
import { CustomResources, type INamespace, idOf, type KubernetesObject, serviceCertificate } from "../../kubernetes";
import { generated, keyOf } from "../../secrets";
import { PlatformError } from "../../terraform";
import type { BrokerGrant, BrokerUser, MessageBroker, ServiceEndpoint } from "../contracts";
import { present } from "../present";
import type { ServiceContext } from "../service-context";
import { scramLogin, scramOverTls } from "./client";
import { clusterLabel, strimziApi } from "./cluster-objects";

/** Settings of {@link KafkaUsers}. */
export interface KafkaUsersProps {
  readonly context: ServiceContext;
  readonly namespace: INamespace;
  /** Name of the cluster. */
  readonly cluster: string;
  readonly broker: MessageBroker;
  readonly server: ServiceEndpoint;
  /** The release with the cluster. */
  readonly release: CustomResources;
}

/** Where clients of the environment's own look for the certificate of the services' authority. */
const clientCaFile = "/etc/kafka-tls/ca.crt";

/** Users of a Kafka cluster, each with a password of the source of secrets and with what it may do. */
export class KafkaUsers extends Construct {
  private readonly names = new Set<string>();
  private readonly reached = new Set<string>();

  constructor(
    scope: Construct,
    id: string,
    private readonly props: KafkaUsersProps,
  ) {
    super(scope, id);
  }

  /** @throws PlatformError for a name that is too long or no DNS label, and for a user added twice */
  add(name: string, grants: readonly BrokerGrant[]): BrokerUser {
    const { context, namespace, cluster, release } = this.props;
    if (!/^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/.test(name)) {
      throw new PlatformError(
        this,
        `user is "${name}"`,
        "use at most 40 lower-case letters, digits and dashes, starting with a letter",
      );
    }
    if (this.names.has(name)) {
      throw new PlatformError(this, `user "${name}" is there twice`, "share it or use another name");
    }
    this.names.add(name);
    const secret = context.secrets.secret(`${cluster}/${name}`, { password: generated() });
    const password = keyOf(secret, "password");
    const store = context.store(namespace);
    const delivered = store.externalSecret({
      name: `${cluster}-${name}-password`,
      data: { password },
      follows: { by: "reader", name: "Strimzi's user operator, at its next look" },
    });
    const objects = new CustomResources(this, idOf(name), {
      namespace,
      releaseName: `${cluster}-user-${name}`,
      dependsOn: present(store.resource, release.release.resource),
      objects: [
        delivered.object,
        {
          apiVersion: strimziApi,
          kind: "KafkaUser",
          metadata: { name, namespace: namespace.name, labels: clusterLabel(cluster) },
          spec: {
            authentication: {
              type: "scram-sha-512",
              password: { valueFrom: { secretKeyRef: { name: delivered.name, key: "password" } } },
            },
            authorization: { type: "simple", acls: grants.map(acl) },
          },
        },
      ],
    });
    return {
      username: name,
      password,
      broker: this.props.broker,
      server: this.props.server,
      resource: objects.release.resource,
    };
  }

  /**
   * Lets the pods of a namespace be a user: Secret `<cluster>-client-<user>` has its password and a file of settings for clients,
   * and Secret `<cluster>-clients-tls` the certificate of the authority, `ca.crt`, which those settings expect in
   * `/etc/kafka-tls`. Pods that carry the reloader's annotation follow a rotation.
   */
  deliver(user: BrokerUser, namespace: INamespace): void {
    const { context, cluster } = this.props;
    const store = context.store(namespace);
    const secret = store.externalSecret({
      name: `${cluster}-client-${user.username}`,
      data: { password: user.password },
      composed: {
        username: user.username,
        "bootstrap.servers": user.broker.bootstrapServers,
        "client.properties": clientProperties(user),
      },
      follows: { by: "reloader" },
    });
    const first = !this.reached.has(namespace.name);
    this.reached.add(namespace.name);
    if (first) {
      const from = { namespace, name: `pods-of-${namespace.name}` };
      context.connect(from, [user.server], "clients of the environment's own");
    }
    new CustomResources(this, idOf(`${user.username}-in-${namespace.name}`), {
      namespace,
      releaseName: `${cluster}-${user.username}-client`,
      dependsOn: present(store.resource, context.certificates.resource, user.resource),
      objects: [secret.object, ...(first ? [this.clientCertificate(namespace)] : [])],
    });
  }

  private clientCertificate(namespace: INamespace): KubernetesObject {
    const name = `${this.props.cluster}-clients-tls`;
    return serviceCertificate({
      name,
      namespace,
      issuer: this.props.context.certificates.issuer,
      dnsNames: [`${name}.${namespace.name}.svc`],
    });
  }
}

/** A file of settings as Kafka's own clients read it, with the password to be filled in. */
function clientProperties(user: BrokerUser): string {
  return [
    `bootstrap.servers=${user.broker.bootstrapServers}`,
    `security.protocol=${scramOverTls.protocol}`,
    `sasl.mechanism=${scramOverTls.mechanism}`,
    `sasl.jaas.config=${scramLogin(user.username, "{{ .password }}")}`,
    "ssl.truststore.type=PEM",
    `ssl.truststore.location=${clientCaFile}`,
    "",
  ].join("\n");
}

function acl({ type, name, pattern, operations }: BrokerGrant) {
  return { type: "allow", resource: { type, name, patternType: pattern }, operations };
}
