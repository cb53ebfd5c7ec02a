import { DataGoogleBigqueryDefaultServiceAccount } from "@cdktf/provider-google/lib/data-google-bigquery-default-service-account";
import { DataGoogleLoggingProjectCmekSettings } from "@cdktf/provider-google/lib/data-google-logging-project-cmek-settings";
import { DataGoogleProject } from "@cdktf/provider-google/lib/data-google-project";
import { DataGoogleStorageProjectServiceAccount } from "@cdktf/provider-google/lib/data-google-storage-project-service-account";
import { type ITerraformDependable, TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import {
  ApplyIdentity,
  AuditedReading,
  type BootstrapAddresses,
  bootstrapAddresses,
  GithubFederation,
  googleProvider,
  ImageSigning,
  ImagesIdentity,
  KmsKeys,
  keyUsers,
  MachineAccounts,
  PlanIdentity,
  type PlatformKey,
  ProjectServices,
  platformKeys,
  platformServices,
  StateBucket,
  VaultSealAccount,
  WorkloadRoles,
  workloadRoleNames,
} from "../constructs/gke";
import type { GithubCi } from "../environments/schema";
import { machineAccounts } from "./machine-accounts";
import { managedServices } from "./managed-services";
import { type GkeEnvironment, PlatformStack } from "./platform-stack";

/** What the bootstrap layer offers; every value is computed, so no stack reads its state. */
export interface BootstrapOutputs extends BootstrapAddresses {
  /** Name of the bucket that holds the states; absent when the environment's states live elsewhere. */
  readonly stateBucket?: string;
}

/** Keys without which no environment can be made: they encrypt states, open Vault and encrypt its snapshots. */
const keysOfAllTiers: readonly PlatformKey[] = ["state", "vault-unseal", "snapshots"];

/** What jobs in the environments of GitHub act as; their names are part of the workflows. */
export const githubEnvironments = {
  apply: (environment: string) => environment,
  plan: (environment: string) => `${environment}-plan`,
  images: (environment: string) => `${environment}-images`,
} as const;

/** Name of the output with the full name of the provider by which GitHub's jobs come in. */
export const githubProviderOutput = "github_provider";

/**
 * Layer `bootstrap`: what must be there before Terraform can keep a state and act as an identity of its own. Applied once
 * by a person, never torn down: `allowDestroy` does not reach it.
 */
export class BootstrapStack extends PlatformStack {
  readonly outputs: BootstrapOutputs;

  constructor(scope: Construct, environment: GkeEnvironment) {
    super(scope, "bootstrap", environment);
    const { project, region } = environment.target;
    const place = { environment: environment.name, project, region };
    const addresses = bootstrapAddresses(this, place);
    // No impersonation: the identity that the other layers act as is made here.
    googleProvider(this, place);

    const managed = managedServices(environment);
    const secretManager =
      environment.secrets.source.kind === "google-secret-manager" || managed.has("airflow-connections");
    const services = new ProjectServices(this, "Services", {
      project,
      services: secretManager ? [...platformServices, "secretmanager.googleapis.com"] : undefined,
    }).resources;
    new AuditedReading(this, "AuditedReading", { project, dependsOn: services });
    const keys = new KmsKeys(this, "Keys", {
      project,
      location: region,
      keyRing: addresses.keyRing,
      // A key in hardware costs money every month and can never be removed: only those that the tier uses.
      keys: environment.google.cluster.ownKeys ? platformKeys : keysOfAllTiers,
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
    if (keys.has("logs")) {
      // Cloud Logging alone knows what its agent is called: the name is not made of the project's number everywhere.
      const logs = new DataGoogleLoggingProjectCmekSettings(this, "LogsAgent", { project, dependsOn: [...services] });
      keys.grantServiceAgent("LoggingUsesLogs", "logs", `serviceAccount:${logs.serviceAccountId}`);
    }
    if (secretManager && keys.has("etcd")) {
      // Its agent is made by `terralake bootstrap`, as the provider has no resource for it.
      keys.grantServiceAgent("SecretManagerUsesEtcd", "etcd", agent("gcp-sa-secretmanager"));
    }
    if (keys.has("analytics")) {
      const bigQuery = new DataGoogleBigqueryDefaultServiceAccount(this, "BigQueryAgent", {
        project,
        dependsOn: [...services],
      });
      keys.grantServiceAgent("BigQueryUsesAnalytics", "analytics", bigQuery.member);
    }
    for (const user of keyUsers.filter(({ key, onlyWith }) => keys.has(key) && (!onlyWith || managed.has(onlyWith)))) {
      keys.grantServiceAgent(user.id, user.key, agent(user.agent));
    }
    new WorkloadRoles(this, "WorkloadRoles", { project, environment: environment.name, dependsOn: services });

    const { operators, ci } = environment.google.bootstrap;
    const jobs = ci.github && this.jobs(environment, ci.github, addresses.workloadPool, services);
    const shared = { project, secretManager, dependsOn: services };
    const apply = new ApplyIdentity(this, "Apply", {
      ...shared,
      accountId: addresses.applyAccount,
      operators,
      allowDestroy: environment.allowDestroy,
      grantable: workloadRoleNames({ environment: environment.name, project }),
      jobs: jobs?.("apply"),
    });
    const plan = new PlanIdentity(this, "Plan", {
      ...shared,
      accountId: addresses.planAccount,
      operators,
      jobs: jobs?.("plan"),
    });
    new VaultSealAccount(this, "VaultSeal", {
      project,
      accountId: addresses.vaultAccount,
      key: keys.keyId("vault-unseal"),
      dependsOn: services,
    });
    new MachineAccounts(this, "Machines", {
      project,
      accounts: machineAccounts(this, environment),
      startedBy: apply.resource.member,
      dependsOn: services,
    });
    // No operators: what a person has built on a laptop is not what CI would attest.
    const images = new ImagesIdentity(this, "Images", {
      ...shared,
      accountId: addresses.imagesAccount,
      jobs: jobs?.("images"),
    });
    if (environment.google.cluster.images.admission !== "any") {
      new ImageSigning(this, "ImageSigning", {
        project,
        environment: environment.name,
        keyRing: keys.ringId,
        publisher: images.resource.member,
        keyVersions: environment.google.cluster.images.signingKeys,
        dependsOn: services,
      });
    }

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
  /** Lets GitHub's jobs in. @returns the jobs that are to act as one of the identities */
  private jobs(
    { name, target }: GkeEnvironment,
    github: GithubCi,
    pool: string,
    dependsOn: readonly ITerraformDependable[],
  ): (identity: keyof typeof githubEnvironments) => string {
    const federation = new GithubFederation(this, "Github", {
      project: target.project,
      pool,
      ...github,
      anyBranch: [githubEnvironments.plan(name)],
      branchOnly: [githubEnvironments.apply(name), githubEnvironments.images(name)],
      dependsOn,
    });
    new TerraformOutput(this, githubProviderOutput, {
      description: "for GitHub's variable of the same name",
      value: federation.provider,
      staticId: true,
    });
    return (identity) => federation.jobsOf(githubEnvironments[identity](name));
  }
}
