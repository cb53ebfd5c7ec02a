import type { JsonObject } from "../../terraform";

/** What a store does with the objects of a bucket by itself. At least one of the three periods is given. */
export interface LifecycleRule {
  /** Beginning of the keys that it is for. @default - all objects of the bucket */
  readonly prefix?: string;
  /** Days after which an object goes; with versions, its current version becomes an earlier one. @default - never */
  readonly expireDays?: number;
  /** Days after which a version goes that is no longer the current one. @default - never */
  readonly noncurrentDays?: number;
  /** Days after which the parts of an upload go that nobody has finished. @default - never */
  readonly abortUploadsDays?: number;
}

/** How a bucket is kept. */
export interface BucketRules {
  /** Whether earlier versions of an object stay. @default - as the bucket is */
  readonly versioning?: boolean;
  /** In their order; an empty list takes away those that the bucket has. */
  readonly lifecycle: readonly LifecycleRule[];
}

/** Body of `PutBucketVersioning`. */
export function versioningXml(versioning: boolean): string {
  return document("VersioningConfiguration", element("Status", versioning ? "Enabled" : "Suspended"));
}

/**
 * Body of `PutBucketLifecycleConfiguration`.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html
 */
export function lifecycleXml(rules: readonly LifecycleRule[]): string {
  const bodies = rules.map((rule, index) =>
    element(
      "Rule",
      element("ID", ruleId(index)),
      element("Filter", element("Prefix", escapeXml(rule.prefix ?? ""))),
      element("Status", "Enabled"),
      days("Expiration", "Days", rule.expireDays),
      days("NoncurrentVersionExpiration", "NoncurrentDays", rule.noncurrentDays),
      days("AbortIncompleteMultipartUpload", "DaysAfterInitiation", rule.abortUploadsDays),
    ),
  );
  return document("LifecycleConfiguration", ...bodies);
}

/** The same as the JSON document that Rook reads, whose rules are in the order of their names. */
export function lifecycleJson(rules: readonly LifecycleRule[]): JsonObject {
  return {
    Rules: rules.map(({ prefix, expireDays, noncurrentDays, abortUploadsDays }, index) => ({
      ID: ruleId(index),
      Status: "Enabled",
      Filter: { Prefix: prefix ?? "" },
      ...(expireDays ? { Expiration: { Days: expireDays } } : {}),
      ...(noncurrentDays ? { NoncurrentVersionExpiration: { NoncurrentDays: noncurrentDays } } : {}),
      ...(abortUploadsDays ? { AbortIncompleteMultipartUpload: { DaysAfterInitiation: abortUploadsDays } } : {}),
    })),
  };
}

/** Three digits, so that their order as text is that of the list; a bucket has 1000 rules at most. */
function ruleId(index: number): string {
  return `rule-${String(index + 1).padStart(3, "0")}`;
}

function days(name: string, key: string, count: number | undefined): string {
  return count === undefined ? "" : element(name, element(key, String(count)));
}

function element(name: string, ...content: readonly string[]): string {
  return `<${name}>${content.join("")}</${name}>`;
}

function document(name: string, ...content: readonly string[]): string {
  return `<${name} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${content.join("")}</${name}>`;
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
