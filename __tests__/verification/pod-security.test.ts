import type { Block } from "../../stacks/stack-json";
import type { Waiver } from "../../verification";
import { restrictedViolations } from "../../verification/pod-security/restricted";
import { type Change, noTools, part, report, set, shown } from "./small-platform";

function pod(): Block {
  return {
    securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
    containers: [
      { name: "app", securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } } },
    ],
    initContainers: [
      { name: "init", securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } } },
    ],
    volumes: [{ name: "work", emptyDir: {} }],
  };
}

const own = "containers.0.securityContext";

test("a restricted pod breaks no control", () => {
  expect(restrictedViolations(pod())).toEqual([]);
});

test.each<[control: string, path: string, value: unknown, at: string]>([
  ["Host Namespaces", "hostNetwork", true, "hostNetwork"],
  ["Host Namespaces", "hostPID", true, "hostPID"],
  ["Host Namespaces", "hostIPC", true, "hostIPC"],
  ["HostPath Volumes", "volumes.0", { name: "work", hostPath: { path: "/" } }, "volumes[0]"],
  ["Volume Types", "volumes.0", { name: "work", nfs: { server: "x" } }, "volumes[0]"],
  ["Sysctls", "securityContext.sysctls", [{ name: "kernel.msgmax", value: "1" }], "securityContext.sysctls[0]"],
  ["Running as Non-root user", "securityContext.runAsUser", 0, "securityContext.runAsUser"],
  ["Running as Non-root user", `${own}.runAsUser`, 0, "containers[0].securityContext.runAsUser"],
  ["Running as Non-root", `${own}.runAsNonRoot`, false, "containers[0].securityContext.runAsNonRoot"],
  ["Seccomp", `${own}.seccompProfile`, { type: "Unconfined" }, "containers[0].securityContext.seccompProfile.type"],
  ["Privileged Containers", `${own}.privileged`, true, "containers[0].securityContext.privileged"],
  [
    "Privilege Escalation",
    `${own}.allowPrivilegeEscalation`,
    undefined,
    "containers[0].securityContext.allowPrivilegeEscalation",
  ],
  ["Capabilities", `${own}.capabilities`, { drop: ["NET_RAW"] }, "containers[0].securityContext.capabilities.drop"],
  ["Capabilities", `${own}.capabilities.add`, ["SYS_ADMIN"], "containers[0].securityContext.capabilities.add"],
  [
    "Capabilities",
    "initContainers.0.securityContext.capabilities",
    {},
    "initContainers[0].securityContext.capabilities.drop",
  ],
  ["/proc Mount Type", `${own}.procMount`, "Unmasked", "containers[0].securityContext.procMount"],
  ["AppArmor", `${own}.appArmorProfile`, { type: "Unconfined" }, "containers[0].securityContext.appArmorProfile.type"],
  ["SELinux", `${own}.seLinuxOptions`, { type: "spc_t" }, "containers[0].securityContext.seLinuxOptions.type"],
  ["SELinux", "securityContext.seLinuxOptions", { user: "root" }, "securityContext.seLinuxOptions"],
  [
    "HostProcess",
    `${own}.windowsOptions`,
    { hostProcess: true },
    "containers[0].securityContext.windowsOptions.hostProcess",
  ],
  ["Host Ports", "containers.0.ports", [{ containerPort: 80, hostPort: 80 }], "containers[0].ports[0].hostPort"],
  [
    "Host Probes / Lifecycle Hooks",
    "containers.0.livenessProbe",
    { httpGet: { host: "10.0.0.1", port: 80 } },
    "containers[0].livenessProbe.httpGet.host",
  ],
])("%s is broken by %s", (control, path, value, at) => {
  const spec = pod();
  set(spec, path, value);
  expect(restrictedViolations(spec).map((violation) => [violation.control, violation.path])).toEqual([[control, at]]);
});

test.each<[string, string, unknown]>([
  ["a container may bind a low port", `${own}.capabilities.add`, ["NET_BIND_SERVICE"]],
  [
    "a container may have a stricter profile than its pod",
    `${own}.seccompProfile`,
    { type: "Localhost", localhostProfile: "x" },
  ],
  ["a claim is a volume", "volumes.0", { name: "work", persistentVolumeClaim: { claimName: "x" } }],
])("%s", (_, path, value) => {
  const spec = pod();
  set(spec, path, value);
  expect(restrictedViolations(spec)).toEqual([]);
});

test("a pod that says nothing breaks what must be said, once for each container", () => {
  const controls = restrictedViolations({ containers: [{ name: "app" }] }).map(({ control }) => control);
  expect(controls).toEqual(["Capabilities", "Privilege Escalation", "Running as Non-root", "Seccomp"]);
});

const root: Change = {
  objects: (objects) => set(part(objects, "client"), "spec.template.spec.securityContext.runAsUser", 0),
};
const path = "Deployment/client spec.template.spec.securityContext.runAsUser";
const waiver: Waiver = {
  check: "pod security",
  chart: "custom-resources",
  object: "Deployment/client",
  given: /^Running as Non-root user/,
  reason: "reads the node's logs, which belong to root",
};

test("a pod of a release is looked at, and named with the control that it breaks", async () => {
  const { findings } = await report(root);
  expect(findings.map(shown)).toEqual([`${path}: Running as Non-root user: 0`]);
});

test("a waiver excuses what it names, with its reason", async () => {
  const { findings, waived } = await report(root, noTools, [waiver]);
  expect(findings).toEqual([]);
  expect(waived.map(({ path: where, reason }) => [where, reason])).toEqual([[path, waiver.reason]]);
});

test("a waiver excuses neither another control nor another object", async () => {
  const other = await report(root, noTools, [{ ...waiver, given: /^Seccomp/ }]);
  expect(other.findings.map(({ check }) => check)).toEqual(["pod security", "waivers"]);
  const elsewhere = await report(root, noTools, [{ ...waiver, object: "Deployment/catalog" }]);
  expect(elsewhere.findings.map(({ check }) => check)).toEqual(["pod security", "waivers"]);
});

test("a waiver that excuses nothing is a finding where its object is, and none where it is not", async () => {
  const idle = await report({}, noTools, [waiver]);
  expect(idle.findings).toEqual([
    {
      check: "waivers",
      release: "lake/objects",
      path: "Deployment/client",
      given: "waiver of pod security: ^Running as Non-root user",
      allowed: "waivers that excuse something",
      next: "remove it from verification/waivers.ts",
    },
  ]);
  const absent = await report({}, noTools, [
    { ...waiver, object: "DaemonSet/agent" },
    { ...waiver, chart: "alloy" },
  ]);
  expect(absent.findings).toEqual([]);
});

test("pods that an operator writes are named as not checked", async () => {
  const { unchecked } = await report();
  expect(unchecked.find(({ reason }) => reason === "operators write these pods")?.what).toEqual([
    "pod security of Cluster/postgres",
  ]);
});
