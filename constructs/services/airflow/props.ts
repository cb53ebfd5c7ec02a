import type { ITerraformDependable } from "cdktf";
import type { INamespace, Resources } from "../../kubernetes";
import type { SecretKey } from "../../secrets";
import type { KeyValueStore, MessageBroker, QueryEngine, S3Bucket, SparkCluster, SqlDatabase } from "../contracts";
import type { ServiceContext } from "../service-context";

/** Pods of one component. */
export interface AirflowComponent {
  readonly replicas: number;
  /** What each pod asks for. */
  readonly resources: Resources;
}

/** A Git repository with DAGs. */
export interface AirflowDags {
  /** `https://` or `ssh://` address. */
  readonly url: string;
  /** Branch or tag. */
  readonly branch: string;
  /** Folder of the repository with the DAGs; empty for its root. */
  readonly path: string;
  /** Ranges of its host's addresses. @default - public addresses */
  readonly addresses?: readonly string[];
  /**
   * What the repository wants of who reads it.
   *
   * @default - nothing: it is public
   */
  readonly credentials?: AirflowGitCredentials;
}

/** A name with a password or token, or a key of SSH with the host's own. */
export type AirflowGitCredentials =
  | { readonly username: SecretKey; readonly password: SecretKey }
  | {
      readonly sshKey: SecretKey;
      /** Lines of a `known_hosts` file. */
      readonly knownHosts: string;
    };

/** Keys of declared secrets; what is left out is made for Airflow. */
export interface AirflowCredentials {
  /** Encrypts connections and variables in the database. */
  readonly fernetKey?: SecretKey;
  /** Signs sessions and the requests for logs. */
  readonly secretKey?: SecretKey;
  /** Signs the tokens of API and tasks. */
  readonly jwtSecret?: SecretKey;
  readonly adminUser?: SecretKey;
  readonly adminPassword?: SecretKey;
}

/** Who runs tasks. */
export type AirflowExecutor =
  /** Workers that stay, with a broker between. */
  | { readonly kind: "celery"; readonly broker: KeyValueStore; readonly workers: AirflowComponent }
  /** A pod for each task. */
  | {
      readonly kind: "kubernetes";
      /** What the pod of a task asks for. */
      readonly task: Resources;
    };

/** What tasks can reach, each as a connection. */
export interface AirflowConnections {
  readonly queryEngines: readonly QueryEngine[];
  /**
   * A server of Spark Connect. A stand-alone cluster is no connection: it wants a driver with Java, which the image has not, whom
   * its executors call back.
   *
   * @default - no connection `spark`
   */
  readonly sparkCluster?: SparkCluster;
  readonly messageBroker?: MessageBroker;
  /** First part of the topics, groups and transactions that tasks may use. */
  readonly topicPrefix: string;
  /** Buckets beside the one of the logs. */
  readonly buckets: readonly S3Bucket[];
  /** Namespaces in which tasks may start Spark applications. */
  readonly sparkNamespaces: readonly INamespace[];
}

/** Settings of {@link Airflow}. */
export interface AirflowProps {
  readonly context: ServiceContext;
  readonly namespace: INamespace;
  /** Where its state is kept. */
  readonly database: SqlDatabase;
  readonly executor: AirflowExecutor;
  /** Where the logs of tasks are kept. */
  readonly logs: S3Bucket;
  readonly apiServer: AirflowComponent;
  readonly scheduler: AirflowComponent;
  readonly dagProcessor: AirflowComponent;
  readonly triggerer: AirflowComponent;
  /** @default - no DAGs but those of the image */
  readonly dags?: AirflowDags;
  readonly connections: AirflowConnections;
  /** @default - all are made for it */
  readonly credentials?: AirflowCredentials;
  /**
   * Image of the pinned version of Airflow, with an exact tag; one of one's own may have more providers.
   *
   * @default - upstream's
   */
  readonly image?: string;
  /** @default - user 50000 and group 0, for which upstream's image is made */
  readonly runAs?: { readonly user: number; readonly group?: number };
  /** Settings of `airflow.cfg` by section and key. @default - none */
  readonly config?: { readonly [section: string]: { readonly [key: string]: string } };
  /** What must exist before. @default - nothing */
  readonly dependsOn?: readonly ITerraformDependable[];
}
