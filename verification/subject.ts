import type { StackJson } from "../stacks/stack-json";

/** A synthesized stack with the folder in which its assets lie. */
export interface VerifiedStack {
  /** `<environment>-<layer>` */
  readonly name: string;
  /** Folder of its JSON; the project's own charts lie in it. */
  readonly folder: string;
  readonly json: StackJson;
}

/** One environment as it was synthesized: all that the checks of the whole know of it. */
export interface Subject {
  readonly environment: string;
  /** Kind of cluster; it decides which storage classes are there. */
  readonly target: "kind" | "minikube" | "gke";
  readonly stacks: readonly VerifiedStack[];
  /**
   * Registries that every image must be in, for a cluster that reaches no other.
   *
   * @default - any
   */
  readonly registries?: readonly string[];
  /**
   * Registry whose images the cluster admits by an attestation alone.
   *
   * @default - none: it asks for no attestation
   */
  readonly attested?: string;
}

/** Storage classes that a cluster of a kind has before anything is installed. */
export const storageClasses: Readonly<Record<Subject["target"], readonly string[]>> = {
  // https://github.com/kubernetes-sigs/kind: local-path-provisioner's class under this name
  kind: ["standard"],
  // https://minikube.sigs.k8s.io/docs/handbook/persistent_volumes
  minikube: ["standard"],
  // https://cloud.google.com/kubernetes-engine/docs/concepts/persistent-volumes
  gke: ["standard", "standard-rwo", "premium-rwo"],
};
