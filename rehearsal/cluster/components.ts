import { join } from "node:path";
import type { ControlPlaneBinaries } from "./control-plane";
import { POD_ADDRESS } from "./isolation";
import type { ProcessSpec } from "./processes";

/** Ports of the control plane. */
export interface ControlPlanePorts {
  readonly apiServer: number;
  readonly etcd: number;
  readonly etcdPeer: number;
  readonly controllerManager: number;
  readonly scheduler: number;
  readonly kwok: number;
}

/** The ports that the components use in a real cluster. */
export const DEFAULT_PORTS: ControlPlanePorts = {
  apiServer: 6443,
  etcd: 2379,
  etcdPeer: 2380,
  controllerManager: 10257,
  scheduler: 10259,
  kwok: 10247,
};

/** Issuer in the tokens of service accounts; Vault and others compare it. */
const ISSUER = "https://kubernetes.default.svc.cluster.local";
const LOOPBACK = "127.0.0.1";
/** Webhooks are served by pods that do not run; nodes are Ready from the start, so nobody needs the taint that says otherwise. */
const DISABLED_ADMISSION = ["MutatingAdmissionWebhook", "ValidatingAdmissionWebhook", "TaintNodesByCondition"];

export interface ComponentOptions {
  readonly binaries: ControlPlaneBinaries;
  readonly folder: string;
  readonly ports: ControlPlanePorts;
  readonly isolated: boolean;
}

export interface ComponentSpecs {
  readonly etcd: ProcessSpec;
  readonly apiServer: ProcessSpec;
  readonly controllerManager: ProcessSpec;
  readonly scheduler: ProcessSpec;
  readonly kwok: ProcessSpec;
}

/** Command lines of the control plane's processes. */
export function componentSpecs({ binaries, folder, ports, isolated }: ComponentOptions): ComponentSpecs {
  const spec = (name: string, command: string, flags: Readonly<Record<string, string>>): ProcessSpec => ({
    name,
    command,
    args: Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`),
    cwd: folder,
    logFile: join(folder, "log", `${name}.log`),
  });
  const pki = (file: string): string => join(folder, "pki", file);
  const etcdUrl = `https://${LOOPBACK}:${ports.etcd}`;
  const peerUrl = `http://${LOOPBACK}:${ports.etcdPeer}`;
  return {
    etcd: spec("etcd", binaries.etcd, {
      name: "rehearsal",
      "data-dir": join(folder, "etcd"),
      "listen-client-urls": etcdUrl,
      "advertise-client-urls": etcdUrl,
      "listen-peer-urls": peerUrl,
      "initial-advertise-peer-urls": peerUrl,
      "initial-cluster": `rehearsal=${peerUrl}`,
      "cert-file": pki("etcd.crt"),
      "key-file": pki("etcd.key"),
      "client-cert-auth": "true",
      "trusted-ca-file": pki("ca.crt"),
      "unsafe-no-fsync": "true",
      logger: "zap",
      "log-level": "warn",
    }),
    apiServer: spec("kube-apiserver", binaries.kubeApiserver, {
      "bind-address": isolated ? "0.0.0.0" : LOOPBACK,
      "advertise-address": isolated ? POD_ADDRESS : LOOPBACK,
      "secure-port": String(ports.apiServer),
      "etcd-servers": etcdUrl,
      "etcd-cafile": pki("ca.crt"),
      "etcd-certfile": pki("etcd-client.crt"),
      "etcd-keyfile": pki("etcd-client.key"),
      "tls-cert-file": pki("apiserver.crt"),
      "tls-private-key-file": pki("apiserver.key"),
      "client-ca-file": pki("ca.crt"),
      "service-account-key-file": pki("sa.pub"),
      "service-account-signing-key-file": pki("sa.key"),
      "service-account-issuer": ISSUER,
      "authorization-mode": "Node,RBAC",
      "enable-admission-plugins": "NodeRestriction",
      "disable-admission-plugins": DISABLED_ADMISSION.join(","),
      "service-cluster-ip-range": "10.96.0.0/16",
      "requestheader-client-ca-file": pki("ca.crt"),
      "requestheader-allowed-names": "front-proxy",
      "requestheader-extra-headers-prefix": "X-Remote-Extra-",
      "requestheader-group-headers": "X-Remote-Group",
      "requestheader-username-headers": "X-Remote-User",
      "proxy-client-cert-file": pki("front-proxy.crt"),
      "proxy-client-key-file": pki("front-proxy.key"),
      "endpoint-reconciler-type": "none",
      "allow-privileged": "true",
      v: "1",
    }),
    controllerManager: spec("kube-controller-manager", binaries.kubeControllerManager, {
      kubeconfig: join(folder, "controller-manager.kubeconfig"),
      "authentication-kubeconfig": join(folder, "controller-manager.kubeconfig"),
      "authorization-kubeconfig": join(folder, "controller-manager.kubeconfig"),
      "bind-address": LOOPBACK,
      "secure-port": String(ports.controllerManager),
      "cert-dir": join(folder, "pki", "controller-manager"),
      "root-ca-file": pki("ca.crt"),
      "service-account-private-key-file": pki("sa.key"),
      "use-service-account-credentials": "true",
      "cluster-signing-cert-file": pki("ca.crt"),
      "cluster-signing-key-file": pki("ca.key"),
      "leader-elect": "false",
      v: "1",
    }),
    scheduler: spec("kube-scheduler", binaries.kubeScheduler, {
      kubeconfig: join(folder, "scheduler.kubeconfig"),
      "authentication-kubeconfig": join(folder, "scheduler.kubeconfig"),
      "authorization-kubeconfig": join(folder, "scheduler.kubeconfig"),
      "bind-address": LOOPBACK,
      "secure-port": String(ports.scheduler),
      "cert-dir": join(folder, "pki", "scheduler"),
      "leader-elect": "false",
      v: "1",
    }),
    kwok: spec("kwok", binaries.kwok, {
      kubeconfig: join(folder, "kubeconfig"),
      config: join(folder, "kwok.yaml"),
      "manage-all-nodes": "true",
      // Without a lease that is renewed, the controllers take every node and pod for lost after 50 seconds.
      "node-lease-duration-seconds": "40",
      "server-address": `${LOOPBACK}:${ports.kwok}`,
      "node-ip": LOOPBACK,
      cidr: "10.244.0.0/16",
    }),
  };
}
