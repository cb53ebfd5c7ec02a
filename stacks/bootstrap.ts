import { DataGoogleProject } from "@cdktf/provider-google/lib/data-google-project";
import { DataGoogleStorageProjectServiceAccount } from "@cdktf/provider-google/lib/data-google-storage-project-service-account";
import type { Construct } from "constructs";
import {
  ApplyIdentity,
  type BootstrapAddresses,
  bootstrapAddresses,
  googleProvider,
  KmsKeys,
  PlanIdentity,
  ProjectServices,
  platformServices,
  StateBucket,
} from "../constructs/gke";
import { type GkeEnvironment, PlatformStack } from "./platform-stack";

/** What the bootstrap layer offers; every value is computed, so no stack reads its state. */
export interface BootstrapOutputs extends BootstrapAddresses {
  /** Name of the bucket that holds the states; absent when the environment's states live elsewhere. */
  readonly stateBucket?: string;
}

/** Choices of a {@link BootstrapStack} that are no property of the environment. */
export interface BootstrapOptions {
  /**
   * Who may act as the identities that plan and apply, as members of IAM grants: `group:platform@example.com`.
   *
   * @default - nobody, until it is granted by hand
   */
  readonly operators?: readonly string[];
  /**
   * Whether the key ring and its keys exist already: they outlive a project's Terraform state.
   *
   * @default false
   */
  readonly adoptKeys?: boolean;
}

/**
 * Layer `bootstrap`: what must be there before Terraform can keep a state and act as an identity of its own. Applied once
 * by a person, never torn down: `allowDestroy` does not reach it.
 */
export class BootstrapStack extends PlatformStack {
  readonly outputs: BootstrapOutputs;

  constructor(scope: Construct, environment: GkeEnvironment, options: BootstrapOptions = {}) {
    super(scope, "bootstrap", environment);
    const { project, region } = environment.target;
    const place = { environment: environment.name, project, region };
    const addresses = bootstrapAddresses(this, place);
    // No impersonation: the identity that the other layers act as is made here.
    googleProvider(this, place);

    const secretManager = environment.secrets.source.kind === "google-secret-manager";
    const services = new ProjectServices(this, "Services", {
      project,
      services: secretManager ? [...platformServices, "secretmanager.googleapis.com"] : undefined,
    }).resources;
    const keys = new KmsKeys(this, "Keys", {
      project,
      location: region,
      keyRing: addresses.keyRing,
      adopt: options.adoptKeys,
      dependsOn: services,
    });

    // Both wait for the APIs, so an offline plan of an empty state leaves them for the apply (TF-11).
    const { number } = new DataGoogleProject(this, "Project", { projectId: project, dependsOn: [...services] });
    const storageAgent = new DataGoogleStorageProjectServiceAccount(this, "StorageAgent", {
      project,
      dependsOn: [...services],
    });
    const agent = (domain: string) => `serviceAccount:service-${number}@${domain}.iam.gserviceaccount.com`;
    const stateGrant = keys.grantServiceAgent("StorageUsesState", "state", storageAgent.member);
    keys.grantServiceAgent("StorageUsesSnapshots", "snapshots", storageAgent.member);
    if (secretManager && environment.target.tier !== "dev") {
      // Its agent is made by `gcloud beta services identity create --service=secretmanager.googleapis.com`, once a project.
      keys.grantServiceAgent("SecretManagerUsesEtcd", "etcd", agent("gcp-sa-secretmanager"));
    }
    keys.grantServiceAgent("ClusterUsesEtcd", "etcd", agent("container-engine-robot"));
    keys.grantServiceAgent("ComputeUsesDisks", "disks", agent("compute-system"));

    const apply = new ApplyIdentity(this, "Apply", {
      project,
      accountId: addresses.applyAccount,
      sealKey: keys.keyId("vault-unseal"),
      operators: options.operators,
      secretManager,
      dependsOn: services,
    });
    const plan = new PlanIdentity(this, "Plan", {
      project,
      accountId: addresses.planAccount,
      operators: options.operators,
      secretManager,
      dependsOn: services,
    });

    const { backend } = environment;
    if (backend.type === "gcs") {
      const state = new StateBucket(this, "State", {
        name: backend.bucket,
        location: region,
        kmsKey: keys.keyId("state"),
        // Without the grant, a bucket with a key of ours cannot be made.
        dependsOn: [stateGrant],
      });
      state.grant("Apply", "write", apply.resource.member);
      state.grant("Plan", "read", plan.resource.member);
    }
    this.outputs = { ...addresses, stateBucket: backend.type === "gcs" ? backend.bucket : undefined };
  }
}
