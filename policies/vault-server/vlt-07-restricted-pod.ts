import { listOf, objectOf, shown } from "../blocks";
import { forEach, type Rule } from "../rule";
import { hclArgument } from "./hcl";
import { at, sidecars, vaultServers } from "./servers";

export const restrictedServers: Rule = {
  id: "VLT-07",
  reason: "the namespace admits restricted pods only, and the chart's own pod is none",
  remedy: "set the security contexts of pod and containers, and disable_mlock, since Raft maps its file into memory",
  check: forEach(vaultServers, (servers) => {
    const pod = objectOf(at(servers.server, "statefulSet", "securityContext", "pod"));
    const seccomp = objectOf(pod.seccompProfile).type;
    const mlock = hclArgument(servers.hcl, "disable_mlock");
    return [
      ...(pod.runAsNonRoot === true ? [] : [`runAsNonRoot is ${shown(pod.runAsNonRoot)}`]),
      ...(seccomp === "RuntimeDefault" ? [] : [`the seccomp profile is ${shown(seccomp)}`]),
      ...containerProblems("server", at(servers.server, "statefulSet", "securityContext", "container")),
      ...sidecars(servers).flatMap(({ name, securityContext }) => containerProblems(String(name), securityContext)),
      // OpenBao has no such parameter.
      ...(servers.distribution !== "vault" || mlock === "true" ? [] : [`disable_mlock is ${mlock ?? "absent"}`]),
    ];
  }),
};

function containerProblems(name: string, context: unknown): readonly string[] {
  const { allowPrivilegeEscalation, capabilities } = objectOf(context);
  const { add, drop } = objectOf(capabilities);
  return [
    ...(allowPrivilegeEscalation === false
      ? []
      : [`allowPrivilegeEscalation of ${name} is ${shown(allowPrivilegeEscalation)}`]),
    ...(listOf(drop).includes("ALL") && listOf(add).length === 0
      ? []
      : [`capabilities of ${name} are ${shown(capabilities)}`]),
  ];
}
