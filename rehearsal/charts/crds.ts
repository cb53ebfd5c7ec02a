/** How upstream delivers a chart's CRDs; a stand-in does it the same way, since it decides upgrade and destroy. */
export interface CrdDelivery {
  /**
   * `templates`: with the release. `subchart`: the same, in a chart of its own named `crds`, as upstream does where the
   * CRDs are too large for the release's Secret (Helm stores a chart in it, but not its subcharts).
   * `crds`: Helm's folder, installed once, never removed. `subchart-crds`: that folder of a subchart.
   */
  readonly in: "templates" | "subchart" | "crds" | "subchart-crds";
  /**
   * Path of the value that switches them on.
   *
   * @default - always on
   */
  readonly when?: string;
  /**
   * Whether Helm keeps them when the release goes: always, never, or as a value says.
   *
   * @default false
   */
  readonly keep?: boolean | string;
  /**
   * Path of the value with more annotations.
   *
   * @default - none
   */
  readonly annotations?: string;
}

/** Charts that do not simply have their CRDs in `crds/`. */
const deliveries: Readonly<Record<string, CrdDelivery>> = {
  "cert-manager": { in: "templates", when: "crds.enabled", keep: "crds.keep" },
  "external-secrets": { in: "templates", when: "installCRDs", annotations: "crds.annotations" },
  "cloudnative-pg": { in: "templates", when: "crds.create", keep: true },
  "mariadb-operator-crds": { in: "templates" },
  "prometheus-operator-crds": { in: "subchart", annotations: "crds.annotations" },
  "flux-operator": { in: "templates", when: "installCRDs", keep: true },
  "trust-manager": { in: "templates", when: "crds.enabled", keep: "crds.keep" },
  "plugin-barman-cloud": { in: "templates", when: "crds.create" },
  kyverno: { in: "subchart", when: "crds.install" },
  "rook-ceph": { in: "templates", when: "crds.enabled", keep: true },
  "kube-prometheus-stack": { in: "subchart-crds", when: "crds.enabled" },
};

/** How a chart's CRDs are delivered. */
export function crdDelivery(chart: string): CrdDelivery {
  return deliveries[chart] ?? { in: "crds" };
}

const marker = "    # more annotations";

/** Marks the place in a CRD where {@link crdTemplate} adds annotations. */
export function withMarker(crd: string): string {
  const lines = crd.split("\n");
  const metadata = lines.indexOf("metadata:");
  const end = lines.findIndex((line, index) => index > metadata && /^\S/.test(line));
  const annotations = lines.findIndex(
    (line, index) => index > metadata && index < end && line.trimEnd() === "  annotations:",
  );
  if (metadata < 0) {
    throw new Error("a custom resource definition has no metadata");
  }
  if (annotations >= 0) {
    lines.splice(annotations + 1, 0, marker);
  } else {
    lines.splice(metadata + 1, 0, "  annotations:", '    terralake.dev/stand-in: "true"', marker);
  }
  return lines.join("\n");
}

/** Template that renders the prepared files; reading them as files saves escaping the braces in their texts. */
export function crdTemplate(delivery: CrdDelivery, files: readonly string[]): string {
  const value = (path: string) => {
    // A subchart sees the parent's values below its own name.
    const parts = path.split(".").slice(delivery.in === "subchart" ? 1 : 0);
    return `(dig ${parts.map((part) => `"${part}"`).join(" ")} dict .Values.AsMap)`;
  };
  const isTrue = (path: string) => `eq (toString ${value(path)}) "true"`;
  const lines = ["{{- $annotations := dict }}"];
  if (delivery.annotations) {
    lines.push(`{{- $annotations = merge dict ${value(delivery.annotations)} }}`);
  }
  const keep = '{{- $_ := set $annotations "helm.sh/resource-policy" "keep" }}';
  if (typeof delivery.keep === "string") {
    lines.push(`{{- if ${isTrue(delivery.keep)} }}`, keep, "{{- end }}");
  } else if (delivery.keep) {
    lines.push(keep);
  }
  lines.push(
    '{{- $more := "" }}',
    '{{- if $annotations }}{{ $more = $annotations | toYaml | nindent 4 | trimPrefix "\\n" }}{{ end }}',
  );
  for (const file of files) {
    lines.push("---", `{{ .Files.Get "files/${file}" | replace "${marker}" $more }}`);
  }
  const body = lines.join("\n");
  // The condition of a subchart stands in the parent's Chart.yaml.
  return delivery.when && delivery.in === "templates"
    ? `{{- if ${isTrue(delivery.when)} }}\n${body}\n{{- end }}\n`
    : `${body}\n`;
}

/** Chart.yaml entry of the subchart with the CRDs. */
export function crdDependency(delivery: CrdDelivery): Readonly<Record<string, string>> {
  return { name: "crds", version: "0.0.0", repository: "", ...(delivery.when ? { condition: delivery.when } : {}) };
}
