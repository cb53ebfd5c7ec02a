import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { images } from "../../../charts";
import { CustomResources, clusterService, cronJob, type INamespace, serviceLabels } from "../../kubernetes";
import { DeploySettings } from "../../terraform";
import type { PodsEnd } from "../contracts";
import { present } from "../present";
import type { ServiceContext } from "../service-context";

/** Settings of {@link runSeaweedFsLifecycle}. */
export interface SeaweedFsLifecycleProps {
  readonly context: ServiceContext;
  readonly namespace: INamespace;
  /** Account of the store's pods. */
  readonly account: string;
  readonly pods: PodsEnd;
  readonly user: number;
  /** Image of the store. @default - the one that the chart is for */
  readonly image?: string;
  /** Ports of master, filer and volume server and of their gRPC twins. */
  readonly internalPorts: readonly number[];
  /** Port on which the S3 gateway takes the deletions of a lifecycle pass, its own and 10000. */
  readonly s3GrpcPort: number;
  /** Release of the store. */
  readonly dependsOn: ITerraformDependable;
}

const name = "seaweedfs-lifecycle";

/** Before the backups of the night. */
const schedule = "30 1 * * *";

/**
 * The daily pass that removes what lifecycle rules have ended. SeaweedFS keeps the rules of a bucket but looks at them only when
 * a worker or this command of its shell tells it to.
 *
 * @see https://github.com/seaweedfs/seaweedfs/blob/master/weed/s3api/s3lifecycle/DESIGN.md
 */
export function runSeaweedFsLifecycle(scope: Construct, id: string, props: SeaweedFsLifecycleProps): CustomResources {
  const { namespace, pods, internalPorts, s3GrpcPort } = props;
  const labels = serviceLabels("seaweedfs", "lifecycle");
  const host = `${name}.${namespace.name}.svc`;
  const [master, , filer] = internalPorts;
  props.context.flows.allow({
    from: { namespace, name, podLabels: labels },
    to: pods,
    ports: [...internalPorts, s3GrpcPort],
    reason: "ends objects by lifecycle rules",
  });
  return new CustomResources(scope, id, {
    namespace,
    releaseName: name,
    dependsOn: present(props.dependsOn),
    objects: [
      // The chart's Service has no gRPC port of the gateway.
      clusterService({
        name,
        namespace,
        labels: pods.podLabels ?? {},
        ports: Object.fromEntries([...internalPorts, s3GrpcPort].map((port) => [`port-${port}`, port])),
      }),
      cronJob({
        name,
        namespace,
        labels,
        schedule,
        deadlineSeconds: 4 * 3600,
        retries: 2,
        image: props.image ?? DeploySettings.of(scope).image(images.seaweedfs),
        user: props.user,
        account: props.account,
        resources: { requests: { cpu: "20m", memory: "64Mi" }, limits: { memory: "512Mi" } },
        command: ["/bin/sh", "-ec", script(`${host}:${master}`, `${host}:${filer}`, `${host}:${s3GrpcPort}`)],
        volumes: [{ name: "tmp", emptyDir: {} }],
        mounts: [{ name: "tmp", mountPath: "/tmp" }],
      }),
    ],
  });
}

/** The shell ends with 0 whatever happened, so what it says decides. */
function script(master: string, filer: string, s3: string): string {
  return [
    `said=$(echo 's3.lifecycle.run-shard -shards 0-15 -events 0 -s3 ${s3}' | weed shell -master=${master} -filer=${filer} 2>&1)`,
    'echo "$said"',
    'case "$said" in *"cursors checkpointed"*) ;; *) exit 1 ;; esac',
  ].join("\n");
}
