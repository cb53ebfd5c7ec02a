import type { VaultClient } from "../../operations/vault/client";
import type { ControlPlane } from "../cluster/control-plane";
import type { NameProxy } from "../cluster/name-proxy";
import type { ProcessGroup } from "../cluster/processes";
import type { VaultServer } from "../cluster/vault-server";
import type { RehearsalPlan } from "../prepare";
import type { Terraform } from "../terraform/terraform";
import type { Workspace } from "../terraform/workspace";

/** What a proof may use: the platform as it stands after the applies. */
export interface ProofContext {
  readonly plan: RehearsalPlan;
  readonly cluster: ControlPlane;
  readonly vault: VaultServer;
  readonly proxy: NameProxy;
  readonly group: ProcessGroup;
  readonly terraform: Terraform;
  readonly workspaces: readonly Workspace[];
  readonly signal: AbortSignal;
  /** A client with a root token made from the unseal keys, revoked when the callback ends (break-glass). */
  withRoot<Result>(run: (root: VaultClient) => Promise<Result>): Promise<Result>;
}

/** Something that a rehearsal shows on the platform that it has applied. */
export interface Proof {
  /** What is shown, in the present tense, such as `a wrong audience is refused`. */
  readonly title: string;
  /**
   * Shows it.
   *
   * @returns what was found, one sentence; undefined when the environment has nothing that it is about
   * @throws RehearsalError when it is not so
   */
  run(context: ProofContext): Promise<string | undefined>;
}
