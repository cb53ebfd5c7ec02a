import { listOf, objectOf } from "../../policies/blocks";
import type { Block } from "../../stacks/stack-json";
import { containersOf } from "../objects/pods";

/** A field of a pod that a control of the level `restricted` refuses. */
export interface Violation {
  /** Name of the control in the Pod Security Standards. */
  readonly control: (typeof controls)[number];
  /** Path within the pod. */
  readonly path: string;
  readonly given: string;
  readonly allowed: string;
}

/** Controls of the level `restricted`, by the names of the Pod Security Standards. */
export const controls = [
  ...["HostProcess", "Host Namespaces", "Privileged Containers", "Capabilities", "HostPath Volumes", "Host Ports"],
  ...["Host Probes / Lifecycle Hooks", "AppArmor", "SELinux", "/proc Mount Type", "Seccomp", "Sysctls", "Volume Types"],
  ...["Privilege Escalation", "Running as Non-root", "Running as Non-root user"],
] as const;

/** Volumes that `restricted` allows. */
const volumeTypes = [
  ...[
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "image",
    "persistentVolumeClaim",
    "projected",
    "secret",
  ],
];

/** Kernel parameters that are safe for the node. */
const safeSysctls = [
  ...["kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.ip_unprivileged_port_start"],
  ...["net.ipv4.tcp_syncookies", "net.ipv4.ping_group_range", "net.ipv4.ip_local_reserved_ports"],
  ...[
    "net.ipv4.tcp_keepalive_time",
    "net.ipv4.tcp_fin_timeout",
    "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes",
  ],
  ...["net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem"],
];

const seLinuxTypes = ["container_t", "container_init_t", "container_kvm_t", "container_engine_t"];

/** A container with what its pod sets for it. */
interface Context {
  readonly path: string;
  readonly container: Block;
  /** The container's own security context. */
  readonly own: Block;
  readonly pod: Block;
}

/**
 * Fields of a pod that the level `restricted` refuses, with those of the level `baseline`, which is part of it.
 *
 * @param spec the pod's `spec`
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
 */
export function restrictedViolations(spec: Block): readonly Violation[] {
  const pod = objectOf(spec.securityContext);
  const containers = containersOf(spec).map(({ path, block }) => ({
    path,
    container: block,
    own: objectOf(block.securityContext),
    pod,
  }));
  return [
    ...hostNamespaces(spec),
    ...volumes(spec),
    ...sysctls(pod),
    ...podWide(pod),
    ...containers.flatMap((context) => [
      ...privileged(context),
      ...capabilities(context),
      ...hostPorts(context),
      ...hostProbes(context),
      ...procMount(context),
      ...escalation(context),
      ...nonRoot(context),
      ...seccomp(context),
      ...modules(context.own, `${context.path}.securityContext`),
    ]),
  ];
}

function violation(control: Violation["control"], path: string, given: unknown, allowed: string): Violation {
  return { control, path, given: given === undefined ? "absent" : JSON.stringify(given), allowed };
}

function hostNamespaces(spec: Block): readonly Violation[] {
  return ["hostNetwork", "hostPID", "hostIPC"]
    .filter((key) => spec[key] === true)
    .map((key) => violation("Host Namespaces", key, true, "false"));
}

function volumes(spec: Block): readonly Violation[] {
  return listOf(spec.volumes).flatMap((volume, index) => {
    const types = Object.keys(objectOf(volume)).filter((key) => key !== "name");
    return types
      .filter((type) => !volumeTypes.includes(type))
      .map((type) =>
        violation(
          type === "hostPath" ? "HostPath Volumes" : "Volume Types",
          `volumes[${index}]`,
          type,
          volumeTypes.join(", "),
        ),
      );
  });
}

function sysctls(pod: Block): readonly Violation[] {
  return listOf(pod.sysctls).flatMap((entry, index) => {
    const { name } = objectOf(entry);
    return safeSysctls.includes(String(name))
      ? []
      : [violation("Sysctls", `securityContext.sysctls[${index}]`, name, safeSysctls.join(", "))];
  });
}

/** What only the pod's own context can break; what containers may override is looked at for each of them. */
function podWide(pod: Block): readonly Violation[] {
  const { type } = objectOf(pod.seccompProfile);
  return [
    ...modules(pod, "securityContext"),
    ...(pod.runAsUser === 0
      ? [violation("Running as Non-root user", "securityContext.runAsUser", 0, "another user than 0")]
      : []),
    ...(type !== undefined && !isSeccomp(type)
      ? [violation("Seccomp", "securityContext.seccompProfile.type", type, "RuntimeDefault, Localhost")]
      : []),
  ];
}

/** Security modules of the node, and Windows. */
function modules(context: Block, path: string): readonly Violation[] {
  const { type: profile } = objectOf(context.appArmorProfile);
  const { type, user, role } = objectOf(context.seLinuxOptions);
  const { hostProcess } = objectOf(context.windowsOptions);
  return [
    ...(profile === "Unconfined"
      ? [violation("AppArmor", `${path}.appArmorProfile.type`, profile, "RuntimeDefault, Localhost")]
      : []),
    ...(type !== undefined && !seLinuxTypes.includes(String(type))
      ? [violation("SELinux", `${path}.seLinuxOptions.type`, type, seLinuxTypes.join(", "))]
      : []),
    ...(user || role ? [violation("SELinux", `${path}.seLinuxOptions`, user ?? role, "no user and no role")] : []),
    ...(hostProcess === true ? [violation("HostProcess", `${path}.windowsOptions.hostProcess`, true, "false")] : []),
  ];
}

function privileged({ path, own }: Context): readonly Violation[] {
  return own.privileged === true
    ? [violation("Privileged Containers", `${path}.securityContext.privileged`, true, "false")]
    : [];
}

function capabilities({ path, own }: Context): readonly Violation[] {
  const { drop, add } = objectOf(own.capabilities);
  const at = `${path}.securityContext.capabilities`;
  const added = listOf(add).filter((name) => name !== "NET_BIND_SERVICE");
  return [
    ...(listOf(drop).includes("ALL") ? [] : [violation("Capabilities", `${at}.drop`, drop, '["ALL"]')]),
    ...(added.length > 0 ? [violation("Capabilities", `${at}.add`, added, '["NET_BIND_SERVICE"]')] : []),
  ];
}

function hostPorts({ path, container }: Context): readonly Violation[] {
  return listOf(container.ports).flatMap((entry, index) => {
    const { hostPort } = objectOf(entry);
    return hostPort === undefined || hostPort === 0
      ? []
      : [violation("Host Ports", `${path}.ports[${index}].hostPort`, hostPort, "none")];
  });
}

/** Probes and hooks that reach for another host than the pod. */
function hostProbes({ path, container }: Context): readonly Violation[] {
  const hooks = objectOf(container.lifecycle);
  const handlers: readonly (readonly [string, unknown])[] = [
    ...["livenessProbe", "readinessProbe", "startupProbe"].map((name) => [name, container[name]] as const),
    ...["postStart", "preStop"].map((name) => [`lifecycle.${name}`, hooks[name]] as const),
  ];
  return handlers.flatMap(([name, handler]) =>
    ["httpGet", "tcpSocket"].flatMap((kind) => {
      const { host } = objectOf(objectOf(handler)[kind]);
      return host ? [violation("Host Probes / Lifecycle Hooks", `${path}.${name}.${kind}.host`, host, "none")] : [];
    }),
  );
}

function procMount({ path, own }: Context): readonly Violation[] {
  const { procMount: mount } = own;
  return mount === undefined || mount === "Default"
    ? []
    : [violation("/proc Mount Type", `${path}.securityContext.procMount`, mount, "Default")];
}

function escalation({ path, own }: Context): readonly Violation[] {
  const given = own.allowPrivilegeEscalation;
  return given === false
    ? []
    : [violation("Privilege Escalation", `${path}.securityContext.allowPrivilegeEscalation`, given, "false")];
}

function nonRoot({ path, own, pod }: Context): readonly Violation[] {
  const effective = own.runAsNonRoot ?? pod.runAsNonRoot;
  return [
    ...(effective === true
      ? []
      : [
          violation(
            "Running as Non-root",
            `${path}.securityContext.runAsNonRoot`,
            effective,
            "true, here or for the pod",
          ),
        ]),
    ...(own.runAsUser === 0
      ? [violation("Running as Non-root user", `${path}.securityContext.runAsUser`, 0, "another user than 0")]
      : []),
  ];
}

function seccomp({ path, own, pod }: Context): readonly Violation[] {
  const type = objectOf(own.seccompProfile).type ?? objectOf(pod.seccompProfile).type;
  return isSeccomp(type)
    ? []
    : [
        violation(
          "Seccomp",
          `${path}.securityContext.seccompProfile.type`,
          type,
          "RuntimeDefault or Localhost, here or for the pod",
        ),
      ];
}

function isSeccomp(type: unknown): boolean {
  return type === "RuntimeDefault" || type === "Localhost";
}
