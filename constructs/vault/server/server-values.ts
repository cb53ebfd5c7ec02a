import { images } from "../../../charts";
import { type Resources, restrictedContainer } from "../../kubernetes";
import type { DeploySettings, JsonObject } from "../../terraform";
import { vaultAccess } from "../vault-access";
import { certificateReloader } from "./certificate-reloader";
import { type Distribution, serverPaths } from "./distribution";
import { peerName, serverConfig } from "./server-config";
import { type GoogleUnseal, unsealer } from "./unsealer";

/** Volume of each server for its audit log. */
const auditStorage = "2Gi";

/** Labels of the servers' pods, as both charts set them. */
const podLabels = {
  "app.kubernetes.io/name": "vault",
  "app.kubernetes.io/instance": "vault",
  component: "server",
};

/** Settings of {@link serverValues}. */
export interface ServerValuesProps {
  readonly distribution: Distribution;
  readonly settings: DeploySettings;
  readonly replicas: number;
  readonly storage: string;
  /** @default - that of the environment, else the cluster's default class */
  readonly storageClass?: string;
  readonly spreadOverZones: boolean;
  readonly resources: Resources;
  readonly unsealerResources: Resources;
  readonly certificateReloaderResources: Resources;
  /** @default - by keys in a Kubernetes Secret */
  readonly unseal?: GoogleUnseal;
}

/** Values of the servers' chart, of which OpenBao's is a fork: what is said here means the same to both. */
export function serverValues(props: ServerValuesProps): JsonObject {
  const { distribution, settings, replicas } = props;
  const { variables } = distribution;
  const paths = serverPaths(distribution);
  const storageClass = props.storageClass ?? settings.storageClass ?? null;
  return {
    ...names(distribution),
    global: { tlsDisable: false },
    injector: { enabled: false },
    csi: { enabled: false },
    ui: { enabled: false },
    server: {
      ...image(distribution, settings.image(distribution.image)),
      logFormat: "json",
      resources: props.resources,
      updateStrategyType: "OnDelete",
      authDelegator: { enabled: true },
      serviceAccount: { annotations: props.unseal?.serviceAccountAnnotations ?? {} },
      // Narrower policies are made beside the release (rule VLT-08).
      networkPolicy: { enabled: false },
      ...placement(replicas, props.spreadOverZones),
      extraEnvironmentVars: { [`${variables}_CACERT`]: `${paths.tls}/ca.crt` },
      shareProcessNamespace: true,
      volumes: [
        { name: "tls", secret: { secretName: vaultAccess.serverCertificate } },
        { name: "run", emptyDir: { sizeLimit: "1Mi" } },
      ],
      volumeMounts: [
        { name: "tls", mountPath: paths.tls, readOnly: true },
        { name: "run", mountPath: paths.run },
      ],
      extraContainers: [
        unsealer({
          image: settings.image(images.bankVaults),
          distribution,
          resources: props.unsealerResources,
          unseal: props.unseal,
        }),
        certificateReloader(settings.image(distribution.image), distribution, props.certificateReloaderResources),
      ],
      dataStorage: { enabled: true, size: props.storage, storageClass, mountPath: paths.data },
      auditStorage: { enabled: true, size: auditStorage, storageClass, mountPath: paths.audit },
      persistentVolumeClaimRetentionPolicy: {
        whenDeleted: settings.allowDestroy ? "Delete" : "Retain",
        whenScaled: "Retain",
      },
      statefulSet: {
        securityContext: {
          pod: {
            runAsNonRoot: true,
            runAsUser: 100,
            runAsGroup: 1000,
            fsGroup: 1000,
            seccompProfile: { type: "RuntimeDefault" },
          },
          container: restrictedContainer,
        },
      },
      standalone: { enabled: false },
      ha: {
        enabled: true,
        replicas,
        // By its name, which is in the certificate; the default is the pod's address, which is not.
        apiAddr: `https://${peerName(`$(${variables}_K8S_POD_NAME)`)}:${vaultAccess.port}`,
        // The default lets two of five go; a vote must survive one more failure meanwhile (rule VLT-09).
        disruptionBudget: { enabled: replicas > 1, maxUnavailable: 1 },
        raft: {
          enabled: true,
          setNodeId: true,
          config: serverConfig({ distribution, replicas, seal: props.unseal }),
        },
      },
    },
  };
}

/** Vault's names for OpenBao's objects, so that nobody who reaches them must know which of both it is. */
function names({ name }: Distribution): JsonObject {
  return name === "vault" ? {} : { nameOverride: "vault", fullnameOverride: "vault" };
}

/** The image as each chart takes it: Vault's with the registry in the repository, OpenBao's with a key of its own. */
function image({ name }: Distribution, reference: string): JsonObject {
  const at = reference.lastIndexOf(":");
  const [repository, tag] = [reference.slice(0, at), reference.slice(at + 1)];
  if (name === "vault") {
    return { image: { repository, tag } };
  }
  const slash = repository.indexOf("/");
  return {
    image: { registry: repository.slice(0, slash), repository: repository.slice(slash + 1), tag },
    // Vault's chart has no other. One by one, a sealed first server would keep the others from starting.
    podManagementPolicy: "Parallel",
  };
}

/** One node of a laptop must be able to hold the only server; several share no node, and zones get as many each. */
function placement(replicas: number, spreadOverZones: boolean): JsonObject {
  if (replicas === 1) {
    return { affinity: "" };
  }
  const labelSelector = { matchLabels: podLabels };
  return {
    affinity: {
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: "kubernetes.io/hostname", labelSelector }],
      },
    },
    ...(spreadOverZones && {
      topologySpreadConstraints: [
        { maxSkew: 1, topologyKey: "topology.kubernetes.io/zone", whenUnsatisfiable: "DoNotSchedule", labelSelector },
      ],
    }),
  };
}
