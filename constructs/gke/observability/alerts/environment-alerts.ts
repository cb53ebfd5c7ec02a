import { burnAlerts } from "../service-levels";
import { pageAlerts } from "../watched-pages";
import type { WatchedPlace } from "../watched-place";
import type { Alert } from "./alert";
import { type CloudThresholds, cloudAlerts, findingsAlert } from "./cloud-alerts";
import { type ClusterThresholds, clusterAlerts } from "./cluster-alerts";
import { securityAlerts } from "./security-alerts";
import { vaultAndBackupAlerts } from "./vault-and-backup-alerts";

/** What decides which alerts an environment has. */
export interface EnvironmentAlertsProps {
  readonly place: WatchedPlace;
  readonly thresholds: ClusterThresholds & CloudThresholds;
  /** Full name of the objective of the Kubernetes API. */
  readonly objective: string;
  /** Whether public pages are asked for. */
  readonly pages: boolean;
  /**
   * Topic of findings, by its short name.
   *
   * @default - none: the project is in no organization
   */
  readonly findingsTopic?: string;
}

/** Every alert of an environment, in the order of the layers. */
export function environmentAlerts(props: EnvironmentAlertsProps): readonly Alert[] {
  const { place, thresholds, objective, pages, findingsTopic } = props;
  return [
    ...clusterAlerts(place, thresholds),
    ...burnAlerts(objective),
    ...vaultAndBackupAlerts(place),
    ...cloudAlerts(place, thresholds),
    ...(pages ? pageAlerts : []),
    ...securityAlerts,
    ...(findingsTopic === undefined ? [] : [findingsAlert(findingsTopic)]),
  ];
}
