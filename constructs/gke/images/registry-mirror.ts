import { ArtifactRegistryRepository } from "@cdktf/provider-google/lib/artifact-registry-repository";
import { Construct } from "constructs";
import { idOf } from "../../kubernetes/names";
import { PlatformError } from "../../terraform/platform-error";
import { grantUsers, type RegistryUser, registryAddress } from "./image-registry";

/** Settings of a {@link RegistryMirror}. */
export interface RegistryMirrorProps {
  readonly project: string;
  readonly region: string;
  /** Short name of the one address under which all are found. */
  readonly repository: string;
  /** Public registries by host, such as `quay.io`; where two have an image, the first one wins. */
  readonly registries: readonly string[];
  /**
   * Full name of the Cloud KMS key that encrypts the copies.
   *
   * @default - a key that Google keeps
   */
  readonly kmsKey?: string;
  /** Days after which a copy is deleted; the next pull fetches it again. @default 90 */
  readonly keepDays?: number;
  readonly readers: readonly RegistryUser[];
}

/**
 * Copies of public registries that are made when an image is first pulled, all under one address: `quay.io/a/b:1` and
 * `ghcr.io/c/d:1` are `<address>/a/b:1` and `<address>/c/d:1`.
 *
 * @see https://cloud.google.com/artifact-registry/docs/repositories/remote-overview
 */
export class RegistryMirror extends Construct {
  /** `<region>-docker.pkg.dev/<project>/<repository>` */
  readonly address: string;

  constructor(scope: Construct, id: string, props: RegistryMirrorProps) {
    super(scope, id);
    const { project, region, registries } = props;
    const twice = registries.find((host, index) => registries.indexOf(host) !== index);
    if (registries.length === 0 || twice !== undefined) {
      const problem = twice === undefined ? "registries is empty" : `the registry "${twice}" is named twice`;
      throw new PlatformError(this, problem, "name each registry once, one at least");
    }
    this.address = registryAddress(project, region, props.repository);
    const upstreams = registries.map(
      (host) =>
        new ArtifactRegistryRepository(this, idOf(host.replaceAll(".", "-")), {
          project,
          location: region,
          repositoryId: `${props.repository}-${host.replaceAll(".", "-")}`,
          format: "DOCKER",
          mode: "REMOTE_REPOSITORY",
          description: `Copies of images of ${host}`,
          kmsKeyName: props.kmsKey,
          remoteRepositoryConfig: {
            description: host,
            // Docker Hub is known by name; of the others Google is told the address.
            ...(host === "docker.io"
              ? { dockerRepository: { publicRepository: "DOCKER_HUB" } }
              : { commonRepository: { uri: `https://${host}` } }),
          },
          cleanupPolicyDryRun: false,
          cleanupPolicies: [
            {
              id: "delete-old",
              action: "DELETE",
              condition: { tagState: "ANY", olderThan: `${(props.keepDays ?? 90) * 24 * 60 * 60}s` },
            },
          ],
        }),
    );
    const all = new ArtifactRegistryRepository(this, "Resource", {
      project,
      location: region,
      repositoryId: props.repository,
      format: "DOCKER",
      mode: "VIRTUAL_REPOSITORY",
      description: `Copies of images of ${registries.join(", ")}`,
      virtualRepositoryConfig: {
        upstreamPolicies: upstreams.map((upstream, index) => ({
          id: upstream.repositoryIdInput ?? upstream.repositoryId,
          repository: upstream.id,
          // The higher number is asked first.
          priority: (registries.length - index) * 10,
        })),
      },
    });
    // Whoever reads the one address needs no right on those behind it.
    grantUsers(this, all, "roles/artifactregistry.reader", props.readers);
  }
}
