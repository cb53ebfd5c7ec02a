import { MemorystoreInstance } from "@cdktf/provider-google/lib/memorystore-instance";
import { NetworkConnectivityServiceConnectionPolicy } from "@cdktf/provider-google/lib/network-connectivity-service-connection-policy";
import { Construct } from "constructs";
import { DeploySettings } from "../../terraform/deploy-settings";

/** Settings of {@link MemorystoreValkey}. */
export interface MemorystoreValkeyProps {
  readonly project: string;
  readonly region: string;
  /** Short name of the instance, 4 to 63 characters. */
  readonly name: string;
  /** `projects/<project>/global/networks/<name>` */
  readonly network: string;
  /** Subnetwork that the address is taken from: `projects/<project>/regions/<region>/subnetworks/<name>` */
  readonly subnetwork: string;
  /** Machine of a server, such as `HIGHMEM_MEDIUM`. */
  readonly nodeType: string;
  /** Servers that copy the first one and take its place. */
  readonly replicas: number;
  /** Settings of Valkey, such as `maxmemory-policy`. @default - Google's own */
  readonly config?: { readonly [setting: string]: string };
  /** @default - a key that Google keeps */
  readonly kmsKey?: string;
}

/** Addresses that the policy may give out: those of one instance, for writing and for reading. */
const endpoints = 8;

/**
 * Valkey that Google runs. Clients log in with tokens of their identity and speak TLS; there is no password to be kept in
 * the state, and none that a client could keep.
 *
 * @see https://cloud.google.com/memorystore/docs/valkey/about-iam-auth
 */
export class MemorystoreValkey extends Construct {
  readonly resource: MemorystoreInstance;

  constructor(scope: Construct, id: string, props: MemorystoreValkeyProps) {
    super(scope, id);
    const { project, region: location, network } = props;
    const { allowDestroy } = DeploySettings.of(this);
    const policy = new NetworkConnectivityServiceConnectionPolicy(this, "Addresses", {
      project,
      location,
      network,
      name: `${props.name}-addresses`,
      description: "Memorystore may take addresses of the nodes' subnetwork",
      serviceClass: "gcp-memorystore",
      pscConfig: { subnetworks: [props.subnetwork], limit: String(endpoints) },
    });
    this.resource = new MemorystoreInstance(this, "Resource", {
      project,
      location,
      instanceId: props.name,
      engineVersion: "VALKEY_8_0",
      mode: "CLUSTER_DISABLED",
      shardCount: 1,
      replicaCount: props.replicas,
      nodeType: props.nodeType,
      engineConfigs: props.config && { ...props.config },
      kmsKey: props.kmsKey,
      // DAT-01: who reaches the address still has to be somebody.
      authorizationMode: "IAM_AUTH",
      transitEncryptionMode: "SERVER_AUTHENTICATION",
      persistenceConfig: { mode: "RDB", rdbConfig: { rdbSnapshotPeriod: "TWELVE_HOURS" } },
      desiredAutoCreatedEndpoints: [{ network, projectId: project }],
      maintenancePolicy: {
        weeklyMaintenanceWindow: [{ day: "SUNDAY", startTime: { hours: 2, minutes: 0, seconds: 0, nanos: 0 } }],
      },
      // TF-16: data outlives a plan unless the environment says otherwise.
      deletionProtectionEnabled: !allowDestroy,
      lifecycle: { preventDestroy: !allowDestroy },
      dependsOn: [policy],
    });
  }

  /** Address of the server that is written to, which Google decides. */
  get address(): string {
    const connections = `flatten(${this.resource.fqn}.endpoints[*].connections[*].psc_auto_connection)`;
    return `\${one([for each in ${connections} : each.ip_address if each.connection_type == "CONNECTION_TYPE_PRIMARY"])}`;
  }
}
