import { groupKind, type KubeObject } from "../objects/kube-object";
import type { PodTemplate } from "../objects/pods";
import { databaseProducts } from "./databases";
import { otherProducts } from "./others";
import type { ProductRule, Products } from "./product";
import { secretProducts } from "./secrets";
import { streamProducts } from "./streams";

export type { MadeService, Products } from "./product";

/** What controllers make of custom resources, by group and kind. */
const productRules: Readonly<Record<string, ProductRule>> = {
  ...secretProducts,
  ...databaseProducts,
  ...streamProducts,
  ...otherProducts,
};

/**
 * What a controller makes of an object; nothing for kinds that are not known.
 *
 * @param others all objects, for kinds whose pods are described by several
 */
export function productsOf(object: KubeObject, others: readonly KubeObject[] = []): Products {
  return productRules[groupKind(object)]?.of(object, others) ?? {};
}

/** The pods that a controller makes of an object. */
export function operatorPods(object: KubeObject, others: readonly KubeObject[] = []): readonly PodTemplate[] {
  return (productsOf(object, others).pods ?? []).map((made) => ({
    namespace: object.namespace,
    madeBy: `${object.kind}/${object.name}${made.part ? ` (${made.part})` : ""}`,
    labels: made.labels,
    ports: made.ports,
    several: made.several ?? true,
    ...(made.callsApiServer === undefined ? {} : { callsApiServer: made.callsApiServer }),
    ...(made.spec === undefined ? {} : { spec: made.spec }),
    path: made.path ?? "spec",
    object,
  }));
}
