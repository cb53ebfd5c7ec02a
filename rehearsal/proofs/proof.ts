import type { VaultClient } from "../../operations/vault/client";
import type { ControlPlane } from "../cluster/control-plane";
import type { NameProxy } from "../cluster/name-proxy";
import type { ProcessGroup } from "../cluster/processes";
import type { VaultServer } from "../cluster/vault-server";
import type { PostgresNode } from "../postgres-node";
import type { RehearsalPlan } from "../prepare";
import type { RehearsalTargets } from "../terraform/rewrites";
import type { Terraform } from "../terraform/terraform";
import type { Workspace } from "../terraform/workspace";

/** What a proof may use: the platform as it stands after the applies. */
export interface ProofContext {
  readonly plan: RehearsalPlan;
  readonly cluster: ControlPlane;
  readonly vault: VaultServer;
  readonly proxy: NameProxy;
  /** The PostgreSQL that runs for the applied one. @default - none runs here */
  readonly postgres?: PostgresNode;
  readonly group: ProcessGroup;
  readonly terraform: Terraform;
  readonly workspaces: readonly Workspace[];
  /** What stands in the place of what the environment names, for a stack that a proof synthesizes anew. */
  readonly targets: RehearsalTargets;
  readonly signal: AbortSignal;
  /** A client with a root token made from the unseal keys, revoked when the callback ends (break-glass). */
  withRoot<Result>(run: (root: VaultClient) => Promise<Result>): Promise<Result>;
  /**
   * Tells of a secret value that the proof has met, so that the search for leaks looks for it too.
   *
   * @param name where it is from, such as `platform/trino#password`, never the value
   */
  remember(name: string, value: string): void;
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
