import * as z from "zod";
import { type Cidr, cidr } from "./cidr";
import { list, oneOf, strict, text, truth, unionComplaint, wholeNumber } from "./field";
import { machineShape } from "./machine-types";
import { dnsLabel } from "./names";
import { type Bytes, size as bytes, type Cpu, cpu } from "./quantity";
import type { Size } from "./sizes";
import { imagesInput } from "./sources";

const targetKinds = ["kind", "minikube", "gke"] as const;
const registry = imagesInput.shape.registry;
const cidrs = list(cidr(), "IPv4 ranges").optional();
const apiServer = strict({ cidrs, port: wholeNumber(1, 65535).optional() }).optional();
const nodes = list(strict({ count: wholeNumber(1, 1000), cpu: cpu(), memory: bytes() }), "node groups");
const suggestRegion = (given: unknown) =>
  /^[a-z]+-[a-z]+\d+-[a-z]$/.test(String(given))
    ? `did you mean ${String(given).slice(0, -2)}?`
    : "see `gcloud compute regions list`";

const nodePool = strict({
  name: dnsLabel(40),
  machineType: text(
    /^[a-z]\w*(-[a-z0-9]+)+$/,
    "a machine type such as e2-standard-4",
    "see `gcloud compute machine-types list`",
  ),
  count: wholeNumber(0, 1000),
  minCount: wholeNumber(0, 1000).optional(),
  maxCount: wholeNumber(1, 1000).optional(),
  cpu: cpu().optional(),
  memory: bytes().optional(),
  diskSizeGib: wholeNumber(10, 65536).optional(),
  spot: truth().optional(),
});

/** Where an environment runs, in an environment file. */
export const targetInput = z.discriminatedUnion(
  "kind",
  [
    strict({ kind: z.literal("kind"), cluster: dnsLabel(50).optional(), nodes, registry, apiServer }),
    strict({ kind: z.literal("minikube"), profile: dnsLabel(50).optional(), nodes, registry, apiServer }),
    strict({
      kind: z.literal("gke"),
      tier: oneOf("dev", "staging", "prod"),
      project: text(
        /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/,
        "a project id of 6 to 30 lower-case letters, digits and hyphens that starts with a letter",
        "copy the id, not the name or number, from `gcloud projects list`",
      ),
      region: text(/^[a-z]+-[a-z]+\d+$/, "a region such as europe-west1", suggestRegion),
      zones: list(
        text(/^[a-z]+-[a-z]+\d+-[a-z]$/, "a zone such as europe-west1-b", "write region and letter"),
        "zones",
      ),
      network: strict({
        nodes: cidr(),
        pods: cidr(),
        services: cidr(),
        controlPlane: cidr(),
        connector: cidr(),
        privateServices: cidr(),
      }),
      nodePools: list(nodePool, "node pools"),
      apiServer: strict({ cidrs }).optional(),
    }),
  ],
  unionComplaint("kind", targetKinds),
);

export type TargetInput = z.output<typeof targetInput>;

/** Nodes of the same size. */
export interface NodeGroup {
  readonly count: number;
  /** Of one node. */
  readonly cpu: Cpu;
  /** Of one node. */
  readonly memory: Bytes;
}

/** A GKE node pool; all counts are per zone. */
export interface NodePool extends NodeGroup {
  readonly name: string;
  readonly machineType: string;
  readonly minCount: number;
  readonly maxCount: number;
  readonly diskSizeGib: number;
  readonly spot: boolean;
}

/** Where the API server is, as network policies see it. */
export interface ApiServer {
  readonly cidrs: readonly Cidr[];
  readonly port: number;
}

/** A cluster in containers on this machine, made by kind. */
export interface KindTarget {
  readonly kind: "kind";
  readonly cluster: string;
  /** Context in the kubeconfig. */
  readonly context: string;
  readonly nodes: readonly NodeGroup[];
  readonly registry: string;
  readonly apiServer: ApiServer;
}

/** A cluster on this machine, made by minikube. */
export interface MinikubeTarget {
  readonly kind: "minikube";
  readonly profile: string;
  /** Context in the kubeconfig. */
  readonly context: string;
  readonly nodes: readonly NodeGroup[];
  readonly registry?: string;
  readonly apiServer: ApiServer;
}

/** Ranges of a GKE network; none overlaps another. */
export interface GkeRanges {
  readonly nodes: Cidr;
  readonly pods: Cidr;
  readonly services: Cidr;
  /** Of the API server; /28. */
  readonly controlPlane: Cidr;
  /** Of the serverless VPC connector; /28. */
  readonly connector: Cidr;
  /** Of managed services such as Cloud SQL. */
  readonly privateServices: Cidr;
}

/** A cluster in Google Cloud. */
export interface GkeTarget {
  readonly kind: "gke";
  readonly tier: "dev" | "staging" | "prod";
  readonly project: string;
  readonly region: string;
  readonly zones: readonly string[];
  readonly network: GkeRanges;
  readonly nodePools: readonly NodePool[];
  readonly apiServer: ApiServer;
}

/** Where an environment runs. */
export type Target = KindTarget | MinikubeTarget | GkeTarget;

/** Size of the defaults that suit a target. */
export function sizeOf(target: Target): Size {
  return target.kind === "gke" && target.tier !== "dev" ? "large" : "small";
}

function resolveNodePool(pool: z.output<typeof nodePool>): NodePool {
  const shape = machineShape(pool.machineType);
  return {
    name: pool.name,
    machineType: pool.machineType,
    count: pool.count,
    minCount: pool.minCount ?? pool.count,
    maxCount: pool.maxCount ?? Math.max(1, pool.count),
    // Of an unknown machine type both are asked for, so the fallbacks never leave the schema.
    cpu: pool.cpu ?? shape?.cpu ?? "1",
    memory: pool.memory ?? shape?.memory ?? "1Gi",
    diskSizeGib: pool.diskSizeGib ?? 100,
    spot: pool.spot ?? false,
  };
}

/** Fills in the defaults of a target. */
export function resolveTarget(given: TargetInput, environment: string): Target {
  switch (given.kind) {
    case "kind": {
      const cluster = given.cluster ?? environment;
      return {
        kind: "kind",
        cluster,
        context: `kind-${cluster}`,
        nodes: given.nodes,
        registry: given.registry ?? "localhost:5001",
        // Docker's default address pools for networks begin in this range; kind's nodes live in one of them.
        apiServer: { cidrs: given.apiServer?.cidrs ?? ["172.16.0.0/12"], port: given.apiServer?.port ?? 6443 },
      };
    }
    case "minikube": {
      const profile = given.profile ?? "minikube";
      return {
        kind: "minikube",
        profile,
        context: profile,
        nodes: given.nodes,
        ...(given.registry !== undefined && { registry: given.registry }),
        // The network that minikube's docker driver makes, and the port it gives the API server.
        apiServer: { cidrs: given.apiServer?.cidrs ?? ["192.168.49.0/24"], port: given.apiServer?.port ?? 8443 },
      };
    }
    case "gke": {
      const { tier, project, region, zones, network } = given;
      const cidrs = given.apiServer?.cidrs ?? [network.controlPlane];
      const nodePools = given.nodePools.map(resolveNodePool);
      return { kind: "gke", tier, project, region, zones, network, nodePools, apiServer: { cidrs, port: 443 } };
    }
    default:
      return given satisfies never;
  }
}
