/** Fits the strictest Pod Security level, the quotas and the limit ranges of any namespace. */
const smallContainer = `image: registry.k8s.io/pause:3.10
          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities: { drop: [ALL] }
          resources:
            requests: { cpu: 10m, memory: 16Mi }
            limits: { cpu: 10m, memory: 16Mi }`;

/** Definitions that the other templates use. Names follow the rule that nearly every chart has from "helm create". */
export const definitions = `{{- define "stand-in.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else if contains $name .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "stand-in.labels" -}}
app.kubernetes.io/name: {{ default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}
`;

/** One pod that does nothing, named like the release. */
export const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name | trunc 63 | trimSuffix "-" }}
  namespace: {{ .Release.Namespace }}
  labels: {{- include "stand-in.labels" . | nindent 4 }}
  annotations:
    terralake.dev/stand-in: "true"
spec:
  replicas: 1
  selector:
    matchLabels:
      app.kubernetes.io/instance: {{ .Release.Name }}
      terralake.dev/stand-in: "true"
  template:
    metadata:
      labels:
        {{- include "stand-in.labels" . | nindent 8 }}
        terralake.dev/stand-in: "true"
    spec:
      automountServiceAccountToken: false
      securityContext:
        runAsNonRoot: true
        runAsUser: 65535
        seccompProfile: { type: RuntimeDefault }
      containers:
        - name: stand-in
          ${smallContainer}
`;

/** What a chart of custom resources leaves instead of them. */
export const note = `apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ printf "%s-stand-in" (.Release.Name | trunc 54 | trimSuffix "-") }}
  namespace: {{ .Release.Namespace }}
  labels: {{- include "stand-in.labels" . | nindent 4 }}
  annotations:
    terralake.dev/stand-in: "true"
data:
  chart: {{ printf "%s %s" .Chart.Name .Chart.Version | quote }}
`;

/**
 * Parts of the vault and openbao charts that the platform and the rehearsal rely on by name: server pods with their
 * labels, the three Services, the service account with its right to review tokens. The label that marks the active pod
 * is set by the server itself, as upstream.
 */
export function vaultServer(product: "vault" | "openbao"): string {
  return `{{- $full := include "stand-in.fullname" . }}
{{- $ha := eq (toString .Values.server.ha.enabled) "true" }}
{{- $account := default $full .Values.server.serviceAccount.name }}
{{- $scheme := ternary "http" "https" (eq (toString .Values.global.tlsDisable) "true") }}
{{- range $suffix := list "" "-internal" "-active" "-standby" }}
{{- if or $ha (has $suffix (list "" "-internal")) }}
apiVersion: v1
kind: Service
metadata:
  name: {{ $full }}{{ $suffix }}
  namespace: {{ $.Release.Namespace }}
  labels: {{- include "stand-in.labels" $ | nindent 4 }}
  annotations:
    terralake.dev/stand-in: "true"
spec:
  {{- if eq $suffix "-internal" }}
  clusterIP: None
  {{- end }}
  publishNotReadyAddresses: true
  ports:
    - name: {{ $scheme }}
      port: {{ $.Values.server.service.port }}
      targetPort: {{ $.Values.server.service.targetPort }}
    - name: https-internal
      port: 8201
      targetPort: 8201
  selector:
    app.kubernetes.io/name: {{ default $.Chart.Name $.Values.nameOverride }}
    app.kubernetes.io/instance: {{ $.Release.Name }}
    component: server
    {{- if eq $suffix "-active" }}
    ${product}-active: "true"
    {{- else if eq $suffix "-standby" }}
    ${product}-active: "false"
    {{- end }}
---
{{- end }}
{{- end }}
{{- if .Values.server.serviceAccount.create }}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ $account }}
  namespace: {{ .Release.Namespace }}
  labels: {{- include "stand-in.labels" . | nindent 4 }}
  annotations:
    terralake.dev/stand-in: "true"
    {{- if kindIs "map" .Values.server.serviceAccount.annotations }}
    {{- with .Values.server.serviceAccount.annotations }}{{ toYaml . | nindent 4 }}{{ end }}
    {{- end }}
---
{{- end }}
{{- if .Values.server.authDelegator.enabled }}
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: {{ $full }}-server-binding
  labels: {{- include "stand-in.labels" . | nindent 4 }}
  annotations:
    terralake.dev/stand-in: "true"
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: system:auth-delegator
subjects:
  - kind: ServiceAccount
    name: {{ $account }}
    namespace: {{ .Release.Namespace }}
---
{{- end }}
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: {{ $full }}
  namespace: {{ .Release.Namespace }}
  labels: {{- include "stand-in.labels" . | nindent 4 }}
  annotations:
    terralake.dev/stand-in: "true"
spec:
  serviceName: {{ $full }}-internal
  podManagementPolicy: Parallel
  replicas: {{ ternary .Values.server.ha.replicas 1 $ha }}
  updateStrategy:
    type: {{ .Values.server.updateStrategyType }}
  selector:
    matchLabels:
      app.kubernetes.io/name: {{ default .Chart.Name .Values.nameOverride }}
      app.kubernetes.io/instance: {{ .Release.Name }}
      component: server
  template:
    metadata:
      labels:
        {{- include "stand-in.labels" . | nindent 8 }}
        component: server
        {{- with .Values.server.extraLabels }}{{ toYaml . | nindent 8 }}{{ end }}
      annotations:
        terralake.dev/stand-in: "true"
        {{- if kindIs "map" .Values.server.annotations }}
        {{- with .Values.server.annotations }}{{ toYaml . | nindent 8 }}{{ end }}
        {{- end }}
    spec:
      serviceAccountName: {{ $account }}
      {{- if .Values.server.shareProcessNamespace }}
      shareProcessNamespace: true
      {{- end }}
      {{- if kindIs "map" .Values.server.statefulSet.securityContext.pod }}
      {{- with .Values.server.statefulSet.securityContext.pod }}
      securityContext: {{- toYaml . | nindent 8 }}
      {{- else }}
      securityContext:
        runAsNonRoot: true
        runAsUser: 100
        runAsGroup: 1000
        fsGroup: 1000
        seccompProfile: { type: RuntimeDefault }
      {{- end }}
      {{- end }}
      {{- with .Values.server.volumes }}
      volumes: {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .Values.server.extraInitContainers }}
      initContainers: {{- toYaml . | nindent 8 }}
      {{- end }}
      containers:
        - name: ${product}
          ports:
            - { name: {{ $scheme }}, containerPort: 8200 }
            - { name: https-internal, containerPort: 8201 }
          {{- with .Values.server.volumeMounts }}
          volumeMounts: {{- toYaml . | nindent 12 }}
          {{- end }}
          ${smallContainer}
        {{- with .Values.server.extraContainers }}{{ toYaml . | nindent 8 }}{{ end }}
`;
}

/** Text that Helm prints after an installation. */
export const notes = `{{ .Chart.Name }} {{ .Chart.Version }} is a stand-in (terralake.dev/stand-in: "true"): it has upstream's values,
values schema and CRDs, and none of upstream's programs.
`;
