import { WorkbenchInstance } from "@cdktf/provider-google/lib/workbench-instance";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";

/** Settings of a {@link Workbench}. */
export interface WorkbenchProps {
  readonly project: string;
  readonly zone: string;
  readonly name: string;
  /** Email of the only person who can open it. */
  readonly owner: string;
  /** Email of the identity that notebooks run as. */
  readonly serviceAccount: string;
  /** Full name of the network. */
  readonly network: string;
  /** Full name of the subnetwork. */
  readonly subnetwork: string;
  readonly machineType: string;
  readonly diskGib: number;
  /** Minutes without work after which it stops. */
  readonly idleMinutes: number;
  /**
   * Full name of the Cloud KMS key that encrypts its disks.
   *
   * @default - a key that Google keeps
   */
  readonly kmsKey?: string;
  /**
   * What must exist first, such as the identity.
   *
   * @default - nothing
   */
  readonly dependsOn?: readonly ITerraformDependable[];
}

/** A notebook for one person: no public address, no root, shielded, and it stops when nobody works. */
export class Workbench extends Construct {
  readonly resource: WorkbenchInstance;

  constructor(scope: Construct, id: string, props: WorkbenchProps) {
    super(scope, id);
    const encryption = props.kmsKey ? { diskEncryption: "CMEK", kmsKey: props.kmsKey } : {};
    this.resource = new WorkbenchInstance(this, "Resource", {
      project: props.project,
      location: props.zone,
      name: props.name,
      instanceOwners: [props.owner],
      gceSetup: {
        machineType: props.machineType,
        // GCP-04: nobody reaches it but through Google's proxy, which asks who they are.
        disablePublicIp: true,
        networkInterfaces: [{ network: props.network, subnet: props.subnetwork }],
        serviceAccounts: [{ email: props.serviceAccount }],
        shieldedInstanceConfig: { enableSecureBoot: true, enableVtpm: true, enableIntegrityMonitoring: true },
        bootDisk: { diskType: "PD_BALANCED", diskSizeGb: "150", ...encryption },
        dataDisks: { diskType: "PD_BALANCED", diskSizeGb: String(props.diskGib), ...encryption },
        metadata: {
          "idle-timeout-seconds": String(props.idleMinutes * 60),
          "notebook-disable-root": "true",
          "block-project-ssh-keys": "true",
        },
      },
      dependsOn: props.dependsOn ? [...props.dependsOn] : undefined,
    });
  }
}
