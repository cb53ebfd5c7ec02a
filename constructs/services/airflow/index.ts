export { Airflow } from "./airflow";
export { gitSyncResources } from "./dags";
export type {
  AirflowComponent,
  AirflowConnections,
  AirflowCredentials,
  AirflowDags,
  AirflowExecutor,
  AirflowGitCredentials,
  AirflowProps,
} from "./props";
export { statsdResources } from "./values";
