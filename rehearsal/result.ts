/** A stack that was applied. */
export interface AppliedStack {
  readonly stack: string;
  /** Managed resources in its state. */
  readonly resources: number;
  /** Seconds from the begin of the first plan to the end of the apply. */
  readonly seconds: number;
  /** Names of the rewrites that changed something in its JSON. */
  readonly rewrites: readonly string[];
}

/** A Helm release in the rehearsed cluster. */
export interface InstalledRelease {
  readonly namespace: string;
  readonly name: string;
  /** Chart and version, as Helm recorded them. */
  readonly chart: string;
  readonly status: string;
}

/** A Kubernetes Secret that External Secrets made. */
export interface SyncedSecret {
  readonly namespace: string;
  readonly name: string;
  readonly keys: readonly string[];
  /** Paths in Vault that it is made from, with the mount. */
  readonly from: readonly string[];
}

/** What a search for secret values looked at; a rehearsal that finds one fails. */
export interface LeakSearch {
  /** Different values that were searched for: those in Vault, its keys and tokens, and what proofs have met. */
  readonly values: number;
  /** States, plans, JSON, logs and what the rehearsal has printed. */
  readonly files: number;
}

/** Something that the rehearsal has shown on the applied platform. */
export interface ShownProof {
  /** What is shown, in the present tense. */
  readonly title: string;
  /** What was found, one sentence. */
  readonly finding: string;
}

/** A service that was switched off, with nothing left of it but what is kept on purpose. */
export interface SwitchedOff {
  /** As environments name it. */
  readonly service: string;
  /** Stacks that changed, in the order in which they were applied: the last layer first. */
  readonly stacks: readonly string[];
  /** Terraform's resources that went. */
  readonly resources: number;
  /** Helm releases that went, as `namespace/name`. */
  readonly releases: readonly string[];
  /** What is kept: kind and name of volumes and of what Helm was told to keep. */
  readonly kept: readonly string[];
  readonly seconds: number;
}

/** Seconds that the parts of a rehearsal took. */
export interface Timings {
  readonly start: number;
  readonly apply: number;
  readonly secondPlan: number;
  readonly proofs: number;
  readonly switchOff: number;
  readonly destroy: number;
}

/** What a rehearsal found. */
export interface RehearsalResult {
  readonly environment: string;
  readonly isolated: boolean;
  /** Versions that ran; no Vault where its layer was not asked for. */
  readonly versions: { readonly kubernetes: string; readonly vault: string | undefined };
  readonly stacks: readonly AppliedStack[];
  readonly releases: readonly InstalledRelease[];
  readonly secrets: readonly SyncedSecret[];
  readonly proofs: readonly ShownProof[];
  /** The services in the order in which they were switched off; none where that was left out. */
  readonly switchedOff: readonly SwitchedOff[];
  readonly leakSearch: LeakSearch;
  /** What stood in for something else, one sentence each. */
  readonly substitutes: readonly string[];
  /** What was changed in the JSON, one sentence each. */
  readonly rewrites: readonly string[];
  /** What is still there after the destroy, on purpose: kept definitions. */
  readonly kept: readonly string[];
  readonly timings: Timings;
}
