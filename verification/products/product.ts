import type { Block } from "../../stacks/stack-json";
import type { KubeObject } from "../objects/kube-object";
import type { PodPort } from "../objects/pods";

/** A Secret or a ConfigMap that somebody writes while the platform runs. */
export interface MadeData {
  readonly name: string;
  /** Its keys, or `any` where they depend on what is not in the JSON. */
  readonly keys: readonly string[] | "any";
}

/** A Service, whoever makes it. */
export interface MadeService {
  readonly name: string;
  readonly ports: readonly { readonly name?: string; readonly port: number; readonly target: number | string }[];
  /** Labels of its pods. @default - none: its addresses are not those of pods of the cluster, or are kept by hand */
  readonly selector?: Readonly<Record<string, string>>;
}

/** Pods that a controller makes of a custom resource. */
export interface MadePods {
  readonly labels: Readonly<Record<string, string>>;
  readonly ports: readonly PodPort[];
  /** @default true */
  readonly several?: boolean;
  /** @default false */
  readonly callsApiServer?: boolean;
  /** The pod as the resource has it, where the controller takes it whole. */
  readonly spec?: Block;
  /** Path of that in the resource. */
  readonly path?: string;
  /** What tells them apart from others of the same resource. */
  readonly part?: string;
}

/** What a controller makes of a custom resource. */
export interface Products {
  readonly secrets?: readonly MadeData[];
  readonly configMaps?: readonly MadeData[];
  readonly services?: readonly MadeService[];
  readonly serviceAccounts?: readonly string[];
  readonly pods?: readonly MadePods[];
}

/** What a controller makes of one kind of custom resource, as its sources say; some look at others beside it. */
export interface ProductRule {
  /** Where it is written down. */
  readonly source: string;
  readonly of: (object: KubeObject, others: readonly KubeObject[]) => Products;
}

/** Ports by number. */
export function ports(...numbers: readonly number[]): readonly PodPort[] {
  return numbers.map((port) => ({ port }));
}

/** A Service whose ports are those of its pods. */
export function service(
  name: string,
  numbers: readonly number[],
  selector: Readonly<Record<string, string>>,
): MadeService {
  return { name, ports: numbers.map((port) => ({ port, target: port })), selector };
}
