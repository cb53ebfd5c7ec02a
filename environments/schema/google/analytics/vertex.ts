import type * as z from "zod";
import { oneOf, record, strict, text, wholeNumber } from "../../field";
import { dnsLabel } from "../../names";
import { ofTier, type Tier, tierSettings } from "../tiers";

const machineType = text(
  /^[a-z]\w*(-[a-z0-9]+)+$/,
  "a machine type such as e2-standard-4",
  "see `gcloud compute machine-types list`",
);

/** Notebooks for people, by name. */
const workbenchInput = record(
  {
    pattern: /^[a-z]([-a-z0-9]{0,28}[a-z0-9])?$/,
    allowed: "lower-case letters, digits and hyphens, starting with a letter, at most 30 characters",
    next: "shorten it, or replace what is not allowed",
  },
  strict({
    owner: text(/^\S+@\S+\.\S+$/, "the email of one person", "write who works in it"),
    machineType: machineType.optional(),
    zone: text(/^[a-z]+-[a-z]+\d+-[a-z]$/, "a zone such as europe-west1-b", "write region and letter").optional(),
    diskGib: wholeNumber(100, 64_000).optional(),
    idleMinutes: wholeNumber(10, 1440).optional(),
  }),
  "notebooks",
);

/** What learns from alerts how to heal. */
export const vertexInput = strict({
  workbench: workbenchInput.optional(),
});

/** A metastore that Google runs. */
export const metastoreInput = strict({
  version: oneOf("3.1.2", "2.3.6").optional(),
  size: oneOf("EXTRA_SMALL", "SMALL", "MEDIUM", "LARGE", "EXTRA_LARGE").optional(),
  name: dnsLabel(40).optional(),
});

/** A notebook for one person, with every default filled in. */
export interface Workbench {
  readonly name: string;
  /** Email of who works in it; nobody else can open it. */
  readonly owner: string;
  readonly machineType: string;
  /**
   * Zone of its machine.
   *
   * @default - the first zone of the environment
   */
  readonly zone?: string;
  readonly diskGib: number;
  /** Minutes without work after which it stops. */
  readonly idleMinutes: number;
}

/** What learns from alerts how to heal, with every default filled in. */
export interface Vertex {
  readonly workbench: readonly Workbench[];
}

/** A metastore that Google runs, with every default filled in. */
export interface Metastore {
  /** Version of Hive whose protocol and schema it has. */
  readonly version: string;
  readonly size: string;
  /** Last part of its name. */
  readonly name: string;
}

/** Fills in the defaults. */
export function resolveVertex(given: z.output<typeof vertexInput>): Vertex {
  return {
    workbench: Object.entries(given.workbench ?? {}).map(([name, { owner, machineType: machine, zone, ...rest }]) => ({
      name,
      owner,
      machineType: machine ?? "e2-standard-4",
      ...(zone !== undefined && { zone }),
      diskGib: rest.diskGib ?? 150,
      idleMinutes: rest.idleMinutes ?? 60,
    })),
  };
}

/** Fills in the defaults of a tier. */
export function resolveMetastore(given: z.output<typeof metastoreInput>, tier: Tier): Metastore {
  return {
    version: given.version ?? "3.1.2",
    size: given.size ?? ofTier(tier, tierSettings.metastoreSize),
    name: given.name ?? "metastore",
  };
}
