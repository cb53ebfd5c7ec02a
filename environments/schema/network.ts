import type * as z from "zod";
import { type Cidr, cidr, formatCidr, parseCidr } from "./cidr";
import { list, oneOf, strict, text, truth, wholeNumber } from "./field";

const word = (what: string) =>
  text(/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/, what, "copy its short name, without projects/ and regions/");

const shared = strict({
  hostProject: text(
    /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/,
    "the id of the project that holds the shared network",
    "copy the id, not the name or number, from `gcloud projects list`",
  ),
  network: word("the name of a network of the host project"),
  subnetwork: word("the name of a subnetwork of the host project in target.region"),
  podsRange: word("the name of a secondary range of the subnetwork"),
  servicesRange: word("the name of a secondary range of the subnetwork"),
  attach: truth().optional(),
});

/** Addresses of a GKE environment and the network that has them, in an environment file. */
export const networkInput = strict({
  range: cidr().optional(),
  nodes: cidr().optional(),
  pods: cidr().optional(),
  services: cidr().optional(),
  controlPlane: cidr().optional(),
  connector: cidr().optional(),
  privateServices: cidr().optional(),
  proxies: cidr().optional(),
  shared: shared.optional(),
  googleApis: oneOf("private", "restricted").optional(),
  peeredDomains: list(
    text(/^([a-z0-9]([-a-z0-9]*[a-z0-9])?\.)+$/, "a DNS suffix with a dot last", 'add the dot: "corp.example.com."'),
    "DNS suffixes",
  ).optional(),
  natAddresses: wholeNumber(1, 16).optional(),
  egressPorts: list(wholeNumber(1, 65535), "ports").optional(),
});

type NetworkInput = z.output<typeof networkInput>;

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
  /**
   * Of the proxies of load balancers in the region, such as those of an internal Gateway.
   *
   * @default - none: there is no such load balancer
   */
  readonly proxies?: Cidr;
}

/** Ranges that every environment has. */
export const requiredRanges = ["nodes", "pods", "services", "controlPlane", "connector", "privateServices"] as const;

/** A network of another project, which that project's people made and keep. */
export interface SharedNetwork {
  readonly hostProject: string;
  /** Short name, as those that follow. */
  readonly network: string;
  readonly subnetwork: string;
  /** Secondary range of pods. */
  readonly podsRange: string;
  /** Secondary range of Services. */
  readonly servicesRange: string;
  /**
   * Whether Terraform attaches the project to the host project; it takes a Shared VPC administrator of the organization.
   *
   * @default false: who keeps the network did it before
   */
  readonly attach: boolean;
}

/** What a service perimeter around the project does: there is none, it writes down, or it refuses. */
export type PerimeterMode = "none" | "dry-run" | "enforced";

/** What a network has beside its ranges. */
export interface GkeVpc {
  /**
   * Shared VPC whose network is used instead of one of the environment's own.
   *
   * @default - a network of its own
   */
  readonly shared?: SharedNetwork;
  /**
   * Addresses at which Google's APIs are reached: `private` serves every API, `restricted` only those that VPC Service
   * Controls knows. A perimeter that only writes down what it would refuse shows in its log what `restricted` would break,
   * one that is enforced is open at every other API as long as there is a way to it.
   *
   * @default "restricted" where `google.perimeter.enforce` is set, else "private"
   * @see https://cloud.google.com/vpc/docs/configure-private-google-access#domain-options
   */
  readonly googleApis: "private" | "restricted";
  /** DNS suffixes, with a dot last, that managed services may resolve in this network. @default - none */
  readonly peeredDomains: readonly string[];
  /**
   * Public addresses of the NAT that stay the same, for who admits callers by address.
   *
   * @default - as many as are needed, which may change
   */
  readonly natAddresses?: number;
  /**
   * TCP ports of the internet that workloads from Git may call; those that the platform's own services call are open anyway.
   *
   * @default - none
   */
  readonly egressPorts: readonly number[];
}

/** Ports of a public address that each node has at least for its connections out; it gets more while it needs them. */
export const NAT_PORTS_PER_NODE = 128;

/** Prefixes of a range that is divided: in a longer one the small ranges do not fit, a shorter one is more than half of 10.0.0.0/8. */
export const wholeRange = { shortest: 9, longest: 17 } as const;

/** Parts of the first half, each a sixteenth of it. */
const sixteenths = { nodes: 0, services: 1, small: 2, privateServices: 3 } as const;

/**
 * Divides one range: the second half is for pods, the first sixteenths of the first half for nodes, Services, what is small, and managed
 * services.
 */
export function divide(range: Cidr): Required<GkeRanges> {
  const { first, prefix } = parseCidr(range);
  const half = 2 ** (31 - prefix);
  const sixteenth = (part: keyof typeof sixteenths) => first + (half / 16) * sixteenths[part];
  const part = (at: number, length: number): Cidr => formatCidr({ first: at, prefix: length });
  return {
    nodes: part(sixteenth("nodes"), prefix + 5),
    services: part(sixteenth("services"), prefix + 5),
    controlPlane: part(sixteenth("small"), 28),
    connector: part(sixteenth("small") + 16, 28),
    // 512 addresses, which Google recommends.
    proxies: part(sixteenth("small") + 512, 23),
    privateServices: part(sixteenth("privateServices"), prefix + 5),
    pods: part(first + half, prefix + 1),
  };
}

const dividable = (range: Cidr) => {
  const { prefix } = parseCidr(range);
  return prefix >= wholeRange.shortest && prefix <= wholeRange.longest;
};

/** Fills in the ranges: each as it is given, else its part of the whole. */
export function resolveRanges({ range, ...given }: NetworkInput): GkeRanges {
  const computed: Partial<GkeRanges> = range !== undefined && dividable(range) ? divide(range) : {};
  const ranges = [...requiredRanges, "proxies" as const].flatMap((owner) => {
    const found = given[owner] ?? computed[owner];
    return found === undefined ? [] : [[owner, found] as const];
  });
  // Without all that are required the environment is refused, so a part of them never leaves the schema.
  return Object.fromEntries(ranges) as unknown as GkeRanges;
}

/** Fills in the rest of a network's settings. */
export function resolveVpc(given: NetworkInput, perimeter: PerimeterMode): GkeVpc {
  const { shared: of, googleApis, peeredDomains, natAddresses, egressPorts } = given;
  return {
    ...(of && { shared: { ...of, attach: of.attach ?? false } }),
    googleApis: googleApis ?? (perimeter === "enforced" ? "restricted" : "private"),
    peeredDomains: peeredDomains ?? [],
    ...(natAddresses !== undefined && { natAddresses }),
    egressPorts: egressPorts ?? [],
  };
}
