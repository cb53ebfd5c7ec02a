import type * as z from "zod";
import { cidr } from "../cidr";
import { list, oneOf, record, strict, text, truth } from "../field";
import type { PerimeterMode } from "../network";
import type { Tier } from "./tiers";

/** How far a policy of the organization goes. */
export const policyModes = ["enforce", "dry-run", "off"] as const;

export type PolicyMode = (typeof policyModes)[number];

const member = text(
  /^(user|serviceAccount):[\w.+-]+@([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/i,
  "a member such as user:ana@example.com or serviceAccount:job@project.iam.gserviceaccount.com",
  "name people and service accounts one by one: a perimeter takes no groups",
);

const constraint = {
  pattern: /^[a-z]+(\.managed)?\.[A-Za-z]+$/,
  allowed: "the name of a constraint such as compute.requireShieldedVm",
  next: "copy it from constructs/gke/perimeter/organization-policies.ts",
};

/** What the organization forbids and where data may not go, in an environment file. */
export const perimeterInput = strict({
  identity: text(
    /^[a-z][a-z0-9-]{4,28}[a-z0-9]@[a-z][a-z0-9.-]{4,}\.iam\.gserviceaccount\.com$/,
    "the email of a service account",
    "name one that may change policies of the organization",
  ).optional(),
  accessPolicy: text(
    /^\d{6,19}$/,
    "the number of an access policy",
    "copy it from `gcloud access-context-manager policies list --organization <number>`",
  ).optional(),
  enforce: truth().optional(),
  people: list(member, "members").optional(),
  regions: list(
    text(/^[A-Z]{2}$/, "a country such as DE, by its two letters of ISO 3166-1", "write it in upper case"),
    "countries",
  ).optional(),
  ranges: list(cidr(), "IPv4 ranges").optional(),
  directories: list(
    text(
      /^C[0-9a-z]{6,12}$/,
      "the customer id of a Cloud Identity directory such as C01abcdef",
      "copy it from `gcloud organizations list`, column DIRECTORY_CUSTOMER_ID",
    ),
    "customer ids",
  ).optional(),
  findings: truth().optional(),
  policies: record(constraint, oneOf(...policyModes), "policies").optional(),
});

/** What the organization forbids and where data may not go, with every default filled in. */
export interface Perimeter {
  /**
   * Who applies the layer: a service account, by email, with rights on the organization.
   *
   * @default - whoever runs Terraform: the environment's own identity has no rights outside its project
   */
  readonly identity?: string;
  /**
   * Access policy of the organization, by its number; it holds access levels and perimeters.
   *
   * @default - no perimeter: an organization has one policy, which is made by hand
   */
  readonly accessPolicy?: string;
  /** Whether the perimeter refuses what it would else only write down. @default false */
  readonly enforce: boolean;
  /** Who may cross the perimeter from an address of the access level. @default nobody but the environment's identities */
  readonly people: readonly string[];
  /** Countries that people may come from. @default any */
  readonly regions: readonly string[];
  /** Public IPv4 ranges that people may come from. @default any */
  readonly ranges: readonly string[];
  /** Directories beside that of the organization whose people may be given roles, by customer id. @default none */
  readonly directories: readonly string[];
  /** Whether findings of Security Command Center come in as messages and alerts. @default true */
  readonly findings: boolean;
  /** Policies that go another way than their row says. @default none */
  readonly policies: Readonly<Record<string, PolicyMode>>;
}

/** What the perimeter does, as it is given. */
export function perimeterMode(given: z.output<typeof perimeterInput> | undefined): PerimeterMode {
  if (given?.accessPolicy === undefined) return "none";
  return given.enforce === true ? "enforced" : "dry-run";
}

/** Fills in the defaults; no tier has a weaker perimeter. */
export function resolvePerimeter(given: z.output<typeof perimeterInput> | undefined, _tier: Tier): Perimeter {
  return {
    ...(given?.identity !== undefined && { identity: given.identity }),
    ...(given?.accessPolicy !== undefined && { accessPolicy: given.accessPolicy }),
    enforce: given?.enforce ?? false,
    people: given?.people ?? [],
    regions: given?.regions ?? [],
    ranges: given?.ranges ?? [],
    directories: given?.directories ?? [],
    findings: given?.findings ?? true,
    policies: given?.policies ?? {},
  };
}
