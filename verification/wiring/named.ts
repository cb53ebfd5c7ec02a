import type { ClusterModel } from "../objects/cluster";
import { groupKind, type KubeObject } from "../objects/kube-object";
import type { Ledger } from "../report";
import { type NamedReference, namedReferences } from "./references";

/** Checks that every name in an object of the cluster leads to something, with the keys that are asked for. */
export function checkNamed(model: ClusterModel, ledger: Ledger): void {
  for (const object of model.objects) {
    for (const found of namedReferences(object)) {
      checkReference(placed(found, object, model), object, model, ledger);
    }
  }
}

/** Names that issuers without a namespace hold lead to the namespace of cert-manager's controller. */
function placed(found: NamedReference, object: KubeObject, model: ClusterModel): NamedReference {
  if (object.namespace !== "" || found.namespace !== "" || !["secret", "service account"].includes(found.kind)) {
    return found;
  }
  if (groupKind(object) !== "cert-manager.io/ClusterIssuer") {
    return found;
  }
  const controller = model.releases.find(({ installation }) => installation.chart === "cert-manager");
  return { ...found, namespace: controller?.installation.namespace ?? "cert-manager" };
}

/** Checks one reference, wherever it was found. */
export function checkReference(found: NamedReference, from: KubeObject, model: ClusterModel, ledger: Ledger): void {
  const { kind, namespace, name, keys } = found;
  const path = `${from.kind}/${from.name} ${found.path}`;
  const where = namespace ? ` in ${namespace}` : "";
  ledger.count(kind);
  const missing = (names: readonly string[]) => {
    const maybe = model.mayMake(namespace).filter(({ installation }) => installation.id !== from.origin.release);
    for (const { installation, reason, refused } of maybe) {
      ledger.skip(
        { release: installation.id, chart: installation.chart, reason: reason ?? refused ?? "not rendered" },
        `whether it makes the ${kind} ${name}${where}, which ${path} names`,
      );
    }
    if (maybe.length === 0) {
      ledger.find({
        check: "wiring",
        release: from.origin.release,
        path,
        given: `${found.objectKind ?? kind} ${name}${where}`,
        allowed: names.length > 0 ? names.join(", ") : `none is there${where}`,
        next: `make it, or name one that is there`,
      });
    }
  };
  const checkKeys = (there: ReadonlySet<string> | "any") => {
    for (const key of keys) {
      ledger.count(`${kind} key`);
      if (there !== "any" && !there.has(key)) {
        ledger.find({
          check: "wiring",
          release: from.origin.release,
          path,
          given: `key ${key} of ${kind} ${name}${where}`,
          allowed: [...there].sort().join(", "),
          next: "name a key that it has, or let its maker write this one",
        });
      }
    }
  };
  if (kind === "secret" || kind === "config map") {
    const there = kind === "secret" ? model.secret(namespace, name) : model.configMap(namespace, name);
    const names = kind === "secret" ? model.secretNames(namespace) : model.configMapNames(namespace);
    if (there === undefined) {
      missing(names);
    } else {
      checkKeys(there);
    }
    return;
  }
  const objectKind = found.objectKind ?? objectKinds[kind];
  if (objectKind === undefined || model.has(objectKind, namespace, name) || isBuiltIn(kind, name)) {
    return;
  }
  missing(model.namesOf(objectKind, namespace));
}

const objectKinds: Readonly<Record<string, string>> = {
  "service account": "ServiceAccount",
  claim: "PersistentVolumeClaim",
  "storage class": "StorageClass",
};

/** Roles that every cluster has. */
function isBuiltIn(kind: string, name: string): boolean {
  return (
    kind === "role" &&
    /^(system:|cluster-admin$|admin$|edit$|view$|extension-apiserver-authentication-reader$)/.test(name)
  );
}
