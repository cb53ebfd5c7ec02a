import type { HelmRecord } from "./helm-records";
import { renderedObjects } from "./helm-records";
import type { LiveObject } from "./live-objects";

/** What may have made an object that is there. */
export interface Makers {
  /** The releases that are installed. */
  readonly records: readonly HelmRecord[];
  /** Objects in Terraform's states, each as {@link nameOf} gives it. */
  readonly managed: ReadonlySet<string>;
}

/** Namespaces of the cluster itself. */
const clusterNamespaces: ReadonlySet<string> = new Set(["default", "kube-node-lease", "kube-public", "kube-system"]);

/** What Kubernetes puts into every namespace. */
const ofEveryNamespace: ReadonlySet<string> = new Set(["ConfigMap/kube-root-ca.crt", "ServiceAccount/default"]);

/** Kind, namespace and name of an object, such as `Secret data-platform/trino`. */
export function nameOf({ kind, namespace, name }: Pick<LiveObject, "kind" | "namespace" | "name">): string {
  return `${kind} ${namespace === "" ? name : `${namespace}/${name}`}`;
}

/** The release that an object says it is of, as `namespace/name`. */
export function releaseOf({ annotations }: Pick<LiveObject, "annotations">): string | undefined {
  const name = annotations["meta.helm.sh/release-name"];
  return name === undefined ? undefined : `${annotations["meta.helm.sh/release-namespace"] ?? ""}/${name}`;
}

/**
 * Objects that nothing which is there accounts for: no installed release (nor a hook of one), no object that owns them, no
 * state of Terraform, no Certificate whose Secret they are. Objects of the cluster itself are not looked at.
 */
export function unexplained(objects: readonly LiveObject[], { records, managed }: Makers): readonly LiveObject[] {
  const installed = new Set(records.map(({ namespace, name }) => `${namespace}/${name}`));
  const rendered = new Set(
    records.flatMap((record) =>
      renderedObjects(record).flatMap(({ kind = "", metadata }) => {
        const name = metadata?.name ?? "";
        return [
          nameOf({ kind, namespace: metadata?.namespace ?? record.namespace, name }),
          nameOf({ kind, namespace: "", name }),
        ];
      }),
    ),
  );
  const there = new Set(objects.map(({ uid }) => uid));
  const names = new Set(objects.map(nameOf));

  return objects.filter((object) => {
    const { kind, namespace, name, annotations, owners } = object;
    const release = releaseOf(object);
    if (release !== undefined) return !installed.has(release);
    if (namespace === "" || clusterNamespaces.has(namespace)) return false;
    if (ofEveryNamespace.has(`${kind}/${name}`) || name.startsWith("sh.helm.release.v1.")) return false;
    const certificate = annotations["cert-manager.io/certificate-name"];
    return !(
      owners.some((uid) => there.has(uid)) ||
      rendered.has(nameOf(object)) ||
      managed.has(nameOf(object)) ||
      (certificate !== undefined && names.has(nameOf({ kind: "Certificate", namespace, name: certificate })))
    );
  });
}
