import * as z from "zod";
import { type Cidr, cidr } from "./cidr";
import { field, list, oneOf, strict, text, truth, unionComplaint, wholeNumber } from "./field";
import { regions, suggestRegion } from "./google/regions";
import type { Tier } from "./google/tiers";
import { diskTypeOf } from "./machine-types";
import { dnsLabel } from "./names";
import { type GkeRanges, type GkeVpc, networkInput, type PerimeterMode, resolveRanges, resolveVpc } from "./network";
import { type DiskType, diskTypes, type NodePool, nodePoolInput, resolveNodePool } from "./node-pool";
import { type Bytes, size as bytes, type Cpu, cpu } from "./quantity";
import type { Size } from "./sizes";
import { imagesInput } from "./sources";

/** Class of volumes that the platform makes on Google Cloud. */
export const DISK_CLASS = "platform-disks";

const targetKinds = ["kind", "minikube", "gke"] as const;
const registry = imagesInput.shape.registry;
const cidrs = list(cidr(), "IPv4 ranges").optional();
const apiServer = strict({ cidrs, port: wholeNumber(1, 65535).optional() }).optional();
const nodes = list(strict({ count: wholeNumber(1, 1000), cpu: cpu(), memory: bytes() }), "node groups");

const volumes = strict({ type: oneOf(...diskTypes).optional(), regional: truth().optional() }).optional();

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
      region: field<string>({
        accepts: (v): v is string => typeof v === "string" && regions.includes(v),
        allowed: "a region such as europe-west1",
        next: suggestRegion,
      }),
      zones: list(
        text(/^[a-z]+-[a-z]+\d+-[a-z]$/, "a zone such as europe-west1-b", "write region and letter"),
        "zones",
      ),
      network: networkInput,
      nodePools: list(nodePoolInput, "node pools"),
      volumes,
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

/** A cluster in Google Cloud. */
export interface GkeTarget {
  readonly kind: "gke";
  readonly tier: Tier;
  readonly project: string;
  readonly region: string;
  readonly zones: readonly string[];
  /** Ranges, and nothing else. */
  readonly network: GkeRanges;
  /** What the network has beside its ranges. */
  readonly vpc: GkeVpc;
  readonly nodePools: readonly NodePool[];
  readonly volumes: Volumes;
  readonly apiServer: ApiServer;
}

/** Disks behind the volumes of pods. */
export interface Volumes {
  /** @default that of the general pool's machines: `pd-balanced`, or `hyperdisk-balanced` where they take no other */
  readonly type: DiskType;
  /** Whether each is in two zones, at twice the price. @default false: services keep copies themselves */
  readonly regional: boolean;
}

/** Where an environment runs. */
export type Target = KindTarget | MinikubeTarget | GkeTarget;

/** Size of the defaults that suit a target. */
export function sizeOf(target: Target): Size {
  return target.kind === "gke" && target.tier !== "dev" ? "large" : "small";
}

/**
 * Fills in the defaults of a target.
 *
 * @param perimeter of the project, which decides where Google's APIs are reached
 */
export function resolveTarget(given: TargetInput, environment: string, perimeter: PerimeterMode = "none"): Target {
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
      const { tier, project, region, zones } = given;
      const network = resolveRanges(given.network);
      const cidrs = given.apiServer?.cidrs ?? [network.controlPlane];
      const nodePools = given.nodePools.map((pool) => resolveNodePool(pool, tier));
      const general = nodePools.find(({ role }) => role === "general");
      const volumes = {
        type: given.volumes?.type ?? diskTypeOf(general?.machineType ?? ""),
        regional: given.volumes?.regional ?? false,
      };
      const vpc = resolveVpc(given.network, perimeter);
      const apiServer = { cidrs, port: 443 };
      return { kind: "gke", tier, project, region, zones, network, vpc, nodePools, volumes, apiServer };
    }
    default:
      return given satisfies never;
  }
}
