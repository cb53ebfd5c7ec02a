import type { ControlPlane } from "./cluster/control-plane";
import { flowEnds } from "./inspect/flow-ends";
import type { SecretValues } from "./inspect/leaks";
import { installedReleases, readSecrets, waitForExternalSecrets } from "./inspect/read-back";
import { refusedPods, unscheduledPods } from "./inspect/refused-pods";
import { RehearsalError } from "./rehearsal-error";
import type { InstalledRelease, SyncedSecret } from "./result";
import { TerraformError } from "./terraform/terraform";

/** What stands in the cluster once all is applied. */
export interface FoundPlatform {
  readonly releases: readonly InstalledRelease[];
  readonly secrets: readonly SyncedSecret[];
  readonly values: SecretValues;
}

/** Settings of {@link readBackPlatform}. */
export interface ReadBackOptions {
  readonly cluster: ControlPlane;
  /** Whether the last layer is there, and with it all that the others are there for. */
  readonly hasServices: boolean;
  /** Whether the databases run that credentials for a time are for. */
  readonly hasDatabases: boolean;
  readonly signal: AbortSignal;
  readonly line: (text: string) => void;
}

/**
 * Reads what the applies have made.
 *
 * @throws RehearsalError for secrets that are not there, refused pods and network policies that fit no pod
 */
export async function readBackPlatform({
  cluster,
  hasServices,
  hasDatabases,
  signal,
  line,
}: ReadBackOptions): Promise<FoundPlatform> {
  if (hasServices) {
    await waitForExternalSecrets(cluster, signal, { generators: hasDatabases });
  }
  const { secrets, values } = hasServices
    ? await readSecrets(cluster, { generators: hasDatabases })
    : { secrets: [], values: new Map() };
  line(`${secrets.length} secrets`);
  const refused = await badPods(cluster);
  // The pods of a flow may come with a later layer than its policy.
  const flows = hasServices ? await flowEnds(cluster) : { checked: 0, skipped: 0, problems: [] };
  const skipped = flows.skipped > 0 ? `, ${flows.skipped} of stand-in charts not looked at` : "";
  line(`${flows.checked} ends of network policies compared with the pods of the charts${skipped}`);
  const problems = [...refused, ...flows.problems];
  if (problems.length > 0) {
    throw new RehearsalError(problems.join("\n"));
  }
  return { releases: await installedReleases(cluster), secrets, values };
}

/** Adds to a failed apply what Helm, which only waits, does not tell: pods that the API server refuses. */
export async function explainApply(error: unknown, cluster: ControlPlane): Promise<never> {
  if (!(error instanceof TerraformError)) {
    throw error;
  }
  const refused = await badPods(cluster).catch(() => []);
  if (refused.length === 0) {
    throw error;
  }
  throw new RehearsalError([error.message, ...refused].join("\n"));
}

async function badPods(cluster: ControlPlane): Promise<readonly string[]> {
  return (await Promise.all([refusedPods(cluster), unscheduledPods(cluster)])).flat();
}
