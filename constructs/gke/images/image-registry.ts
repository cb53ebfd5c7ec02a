import { ArtifactRegistryRepository } from "@cdktf/provider-google/lib/artifact-registry-repository";
import { ArtifactRegistryRepositoryIamMember } from "@cdktf/provider-google/lib/artifact-registry-repository-iam-member";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { DeploySettings } from "../../terraform/deploy-settings";

/** Who may use a registry, by the id of its grant: a part of the address. */
export interface RegistryUser {
  /** PascalCase. */
  readonly id: string;
  /** Member of IAM grants, such as `serviceAccount:nodes@example-dev.iam.gserviceaccount.com`. */
  readonly member: string;
}

/** Settings of an {@link ImageRegistry}. */
export interface ImageRegistryProps {
  readonly project: string;
  readonly region: string;
  /** Short name; images are at `<region>-docker.pkg.dev/<project>/<repository>`. */
  readonly repository: string;
  /**
   * Full name of the Cloud KMS key that encrypts images; another one makes another registry.
   *
   * @default - a key that Google keeps
   */
  readonly kmsKey?: string;
  /** Newest versions of an image that are always kept. */
  readonly keepVersions: number;
  /** Days after which a version without a tag is deleted. */
  readonly deleteUntaggedDays: number;
  /**
   * Whether a tag that was pushed can be pushed again with other content.
   *
   * @default false
   */
  readonly movableTags?: boolean;
  /**
   * Whether Google looks for known vulnerabilities in what is pushed, and again for 30 days.
   *
   * @default true
   */
  readonly scanning?: boolean;
  readonly readers: readonly RegistryUser[];
  readonly writers: readonly RegistryUser[];
  /**
   * What must exist first.
   *
   * @default - nothing
   */
  readonly dependsOn?: readonly ITerraformDependable[];
}

/**
 * The Docker registry of an environment's own images.
 *
 * @see https://cloud.google.com/artifact-registry/docs/repositories/cleanup-policy
 */
export class ImageRegistry extends Construct {
  /** `<region>-docker.pkg.dev/<project>/<repository>` */
  readonly address: string;
  readonly resource: ArtifactRegistryRepository;

  constructor(scope: Construct, id: string, props: ImageRegistryProps) {
    super(scope, id);
    const { project, region, repository } = props;
    this.address = registryAddress(project, region, repository);
    this.resource = new ArtifactRegistryRepository(this, "Resource", {
      project,
      location: region,
      repositoryId: repository,
      format: "DOCKER",
      mode: "STANDARD_REPOSITORY",
      description: "Images that the project builds itself",
      kmsKeyName: props.kmsKey,
      // SUP-01: what was reviewed under a tag is what runs under it.
      dockerConfig: { immutableTags: !(props.movableTags ?? false) },
      // A version that one policy keeps is not deleted by another.
      cleanupPolicyDryRun: false,
      cleanupPolicies: [
        { id: "keep-newest", action: "KEEP", mostRecentVersions: { keepCount: props.keepVersions } },
        {
          id: "delete-untagged",
          action: "DELETE",
          condition: { tagState: "UNTAGGED", olderThan: `${props.deleteUntaggedDays * 24 * 60 * 60}s` },
        },
      ],
      vulnerabilityScanningConfig: { enablementConfig: (props.scanning ?? true) ? "INHERITED" : "DISABLED" },
      // TF-16: an image that runs cannot be pulled again when its registry is gone.
      lifecycle: { preventDestroy: !DeploySettings.of(this).allowDestroy },
      dependsOn: props.dependsOn ? [...props.dependsOn] : undefined,
    });
    grantUsers(this, this.resource, "roles/artifactregistry.reader", props.readers);
    grantUsers(this, this.resource, "roles/artifactregistry.writer", props.writers);
  }
}

/** Address of a repository of images. */
export function registryAddress(project: string, region: string, repository: string): string {
  return `${region}-docker.pkg.dev/${project}/${repository}`;
}

/** Gives a role on one repository; nobody gets one on all of a project. */
export function grantUsers(
  scope: Construct,
  repository: ArtifactRegistryRepository,
  role: string,
  users: readonly RegistryUser[],
): void {
  for (const { id, member } of users) {
    new ArtifactRegistryRepositoryIamMember(scope, id, {
      project: repository.project,
      location: repository.location,
      repository: repository.name,
      role,
      member,
    });
  }
}
