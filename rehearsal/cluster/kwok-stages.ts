import { stringify } from "yaml";

/** Selection of the objects a stage works on, by jq expressions. */
interface Expression {
  readonly key: string;
  readonly operator: "In" | "NotIn" | "Exists" | "DoesNotExist";
  readonly values?: readonly string[];
}

/** One step in the life of a node or a pod that has no kubelet. @see https://kwok.sigs.k8s.io/docs/user/stages-configuration/ */
interface Stage {
  readonly apiVersion: "kwok.x-k8s.io/v1alpha1";
  readonly kind: "Stage";
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly resourceRef: { readonly apiGroup: "v1"; readonly kind: "Node" | "Pod" };
    readonly selector: { readonly matchExpressions: readonly Expression[] };
    readonly delay?: { readonly durationMilliseconds: number; readonly jitterDurationMilliseconds: number };
    readonly next: { readonly statusTemplate?: string; readonly delete?: true };
  };
}

const READY = '.status.conditions.[] | select( .type == "Ready" ) | .status';
const NOT_DELETED: Expression = { key: ".metadata.deletionTimestamp", operator: "DoesNotExist" };
const HEARTBEAT_MS = 600_000;

function stage(
  name: string,
  kind: "Node" | "Pod",
  on: readonly Expression[],
  rest: Pick<Stage["spec"], "delay" | "next">,
): Stage {
  return {
    apiVersion: "kwok.x-k8s.io/v1alpha1",
    kind: "Stage",
    metadata: { name },
    spec: { resourceRef: { apiGroup: "v1", kind }, selector: { matchExpressions: on }, ...rest },
  };
}

const NODE_STATUS = `
{{ $t := Now }}
phase: Running
conditions:
{{ range NodeConditions }}
- { type: {{ .type | Quote }}, status: {{ .status | Quote }}, reason: {{ .reason | Quote }}, message: {{ .message | Quote }}, lastHeartbeatTime: {{ $t | Quote }}, lastTransitionTime: {{ $t | Quote }} }
{{ end }}
addresses:
- { type: InternalIP, address: {{ NodeIP | Quote }} }
- { type: Hostname, address: {{ NodeName | Quote }} }
`;

const NODE_INFO = `
nodeInfo:
  architecture: amd64
  operatingSystem: linux
  bootID: ""
  machineID: ""
  systemUUID: ""
  osImage: rehearsal
  kernelVersion: rehearsal
  containerRuntimeVersion: {{ printf "kwok-%s" Version | Quote }}
  kubeletVersion: {{ printf "kwok-%s" Version | Quote }}
  kubeProxyVersion: {{ printf "kwok-%s" Version | Quote }}
`;

const POD_RUNNING = `
{{ $t := Now }}
phase: Running
startTime: {{ $t | Quote }}
conditions:
- { type: Initialized, status: "True", lastTransitionTime: {{ $t | Quote }} }
- { type: ContainersReady, status: "True", lastTransitionTime: {{ $t | Quote }} }
- { type: Ready, status: "True", lastTransitionTime: {{ $t | Quote }} }
{{ range .spec.readinessGates }}
- { type: {{ .conditionType | Quote }}, status: "True", lastTransitionTime: {{ $t | Quote }} }
{{ end }}
{{ if .spec.initContainers }}
initContainerStatuses:
{{ range .spec.initContainers }}
- name: {{ .name | Quote }}
  image: {{ .image | Quote }}
  ready: true
  restartCount: 0
  {{ if eq .restartPolicy "Always" }}
  started: true
  state: { running: { startedAt: {{ $t | Quote }} } }
  {{ else }}
  state: { terminated: { exitCode: 0, reason: Completed, startedAt: {{ $t | Quote }}, finishedAt: {{ $t | Quote }} } }
  {{ end }}
{{ end }}
{{ end }}
containerStatuses:
{{ range .spec.containers }}
- name: {{ .name | Quote }}
  image: {{ .image | Quote }}
  ready: true
  started: true
  restartCount: 0
  state: { running: { startedAt: {{ $t | Quote }} } }
{{ end }}
{{ with NodeIPsWith .spec.nodeName }}
hostIP: {{ index . 0 | Quote }}
hostIPs: [ { ip: {{ index . 0 | Quote }} } ]
{{ end }}
{{ with PodIPsWith .spec.nodeName ( or .spec.hostNetwork false ) ( or .metadata.uid "" ) ( or .metadata.name "" ) ( or .metadata.namespace "" ) }}
podIP: {{ index . 0 | Quote }}
podIPs: [ { ip: {{ index . 0 | Quote }} } ]
{{ end }}
`;

const POD_SUCCEEDED = `
{{ $t := Now }}
phase: Succeeded
containerStatuses:
{{ range .spec.containers }}
- name: {{ .name | Quote }}
  image: {{ .image | Quote }}
  ready: false
  started: false
  restartCount: 0
  state: { terminated: { exitCode: 0, reason: Completed, startedAt: {{ $t | Quote }}, finishedAt: {{ $t | Quote }} } }
{{ end }}
`;

/** What happens to nodes and pods of the rehearsal: nodes are Ready, pods run, pods of Jobs succeed, deleted pods go at once. */
export const KWOK_STAGES: readonly Stage[] = [
  stage("node-initialize", "Node", [{ key: READY, operator: "NotIn", values: ["True"] }], {
    next: { statusTemplate: `${NODE_STATUS}${NODE_INFO}` },
  }),
  stage(
    "node-heartbeat",
    "Node",
    [
      { key: ".status.phase", operator: "In", values: ["Running"] },
      { key: READY, operator: "In", values: ["True"] },
    ],
    {
      delay: { durationMilliseconds: HEARTBEAT_MS, jitterDurationMilliseconds: HEARTBEAT_MS + 10_000 },
      next: { statusTemplate: NODE_STATUS },
    },
  ),
  stage(
    "pod-ready",
    "Pod",
    [
      NOT_DELETED,
      { key: ".status.phase", operator: "In", values: ["Pending"] },
      { key: READY, operator: "NotIn", values: ["True"] },
    ],
    { next: { statusTemplate: POD_RUNNING } },
  ),
  stage(
    "pod-complete",
    "Pod",
    [
      NOT_DELETED,
      { key: ".status.phase", operator: "In", values: ["Running"] },
      { key: ".metadata.ownerReferences.[].kind", operator: "In", values: ["Job"] },
    ],
    { next: { statusTemplate: POD_SUCCEEDED } },
  ),
  stage("pod-delete", "Pod", [{ key: ".metadata.deletionTimestamp", operator: "Exists" }], { next: { delete: true } }),
];

/** The stages as the file that `kwok --config` reads. */
export function kwokConfig(): string {
  return KWOK_STAGES.map((document) => stringify(document, { aliasDuplicateObjects: false })).join("---\n");
}
