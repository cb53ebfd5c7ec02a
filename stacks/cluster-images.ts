import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import {
  attestorId,
  bootstrapAddresses,
  exemptImages,
  ImageAdmission,
  ImageRegistry,
  type NodeServiceAccount,
  RegistryMirror,
  type RunningParts,
} from "../constructs/gke";
import { ofTier, tierSettings } from "../environments/schema";
import type { GkeEnvironment } from "./platform-stack";

/** Short name of the one address under which public registries are mirrored. */
const mirror = "mirror";

/** Settings of {@link ClusterImages}. */
export interface ClusterImagesProps {
  readonly environment: GkeEnvironment;
  /** Who pulls. */
  readonly nodes: NodeServiceAccount;
  /** What runs in the cluster; asked when the tree is written. */
  readonly runs: () => RunningParts;
}

/** Where the cluster's images are kept, and which of them it runs. */
export class ClusterImages extends Construct {
  /** The policy on images, for who must wait for it; empty where there is none. */
  readonly policy: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, { environment, nodes, runs }: ClusterImagesProps) {
    super(scope, id);
    const { name, target, google, images } = environment;
    const { project, region, tier } = target;
    const { admission, exempt, mirrors, keepVersions, deleteUntaggedDays, scanning } = google.cluster.images;
    const bootstrap = bootstrapAddresses(this, { environment: name, project, region });
    const kmsKey = google.cluster.ownKeys ? bootstrap.keys.registry : undefined;
    const readers = [{ id: "Nodes", member: nodes.member }];

    const repository = repositoryOf(images.own, project, region);
    if (repository !== undefined) {
      new ImageRegistry(this, "Registry", {
        project,
        region,
        repository,
        kmsKey,
        keepVersions,
        deleteUntaggedDays,
        scanning,
        movableTags: ofTier(tier, tierSettings.movableTags),
        readers,
        writers: [{ id: "Publisher", member: `serviceAccount:${bootstrap.imagesIdentity}` }],
      });
    }
    if (mirrors.length > 0) {
      new RegistryMirror(this, "Mirror", { project, region, repository: mirror, registries: mirrors, kmsKey, readers });
    }
    const policy = { project, attestor: attestorId(project, name), enforced: admission === "attested" };
    this.policy =
      admission === "any"
        ? []
        : [
            new ImageAdmission(this, "Admission", {
              ...policy,
              exempt: () => exemptImages({ runs: runs(), registry: images.registry, more: exempt }),
            }).resource,
          ];
  }
}

/** The repository of this project that own images are in; undefined when somebody else keeps them. */
function repositoryOf(own: string, project: string, region: string): string | undefined {
  const prefix = `${region}-docker.pkg.dev/${project}/`;
  return own.startsWith(prefix) ? own.slice(prefix.length).split("/")[0] : undefined;
}
