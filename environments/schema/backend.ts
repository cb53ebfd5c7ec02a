import * as z from "zod";
import { strict, text, unionComplaint } from "./field";
import { dnsLabel } from "./names";
import type { Target } from "./target";

const types = ["local", "gcs", "s3", "kubernetes", "http", "azurerm", "remote"] as const;

const bucket = text(
  /^(?!goog)[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/,
  "3 to 63 lower-case letters, digits, hyphens, underscores or dots",
  "write the bucket's name without gs:// or s3://",
);
const https = text(/^https:\/\/[^\s@?#]+$/, "an https:// address without user or query", "write the whole address");
const azureName = text(
  /^[\w][\w.-]{0,88}[\w]$/,
  "2 to 90 letters, digits, hyphens, underscores or dots",
  "copy it from Azure",
);

/** Where Terraform keeps the state of an environment; key or prefix of a stack come from its name. */
export const backendInput = z.discriminatedUnion(
  "type",
  [
    strict({ type: z.literal("local") }),
    strict({
      type: z.literal("gcs"),
      bucket: bucket.optional(),
      kmsKey: text(
        /^projects\/[^/]+\/locations\/[^/]+\/keyRings\/[^/]+\/cryptoKeys\/[^/]+$/,
        "the full name of a key, projects/<project>/locations/<location>/keyRings/<ring>/cryptoKeys/<key>",
        "copy it from `gcloud kms keys list`",
      ).optional(),
    }),
    strict({
      type: z.literal("s3"),
      bucket,
      region: text(/^[a-z0-9-]+$/, "a region such as eu-central-1", "name the region of the bucket"),
      endpoint: https.optional(),
      kmsKeyId: text(/^\S+$/, "the id or ARN of a KMS key", "copy it from AWS").optional(),
    }),
    strict({ type: z.literal("kubernetes"), namespace: dnsLabel().optional() }),
    strict({ type: z.literal("http"), address: https }),
    strict({
      type: z.literal("azurerm"),
      resourceGroup: azureName,
      storageAccount: text(/^[a-z0-9]{3,24}$/, "3 to 24 lower-case letters and digits", "copy it from Azure"),
      container: text(
        /^[a-z0-9](-?[a-z0-9]){2,62}$/,
        "3 to 63 lower-case letters, digits and hyphens",
        "copy it from Azure",
      ),
    }),
    strict({
      type: z.literal("remote"),
      hostname: text(/^[a-z0-9.-]+$/, "a host name such as app.terraform.io", "write it without https://").optional(),
      organization: text(/^[\w-]+$/, "the name of an organization", "copy it from the address of the workspace"),
    }),
  ],
  unionComplaint("type", types),
);

type Given = z.output<typeof backendInput>;
type Completed<T, K extends PropertyKey> = T extends unknown ? Readonly<T & Required<Pick<T, K & keyof T>>> : never;

/** A backend with its defaults: the bucket of gcs, the namespace of kubernetes, the host name of remote. */
export type Backend =
  | Readonly<Extract<Given, { type: "local" | "s3" | "http" | "azurerm" }>>
  | Completed<Extract<Given, { type: "gcs" }>, "bucket">
  | Completed<Extract<Given, { type: "kubernetes" }>, "namespace">
  | Completed<Extract<Given, { type: "remote" }>, "hostname">;

/** Fills in defaults: local files on a laptop, a bucket of the environment on Google Cloud (59 characters at most). */
export function resolveBackend(given: Given | undefined, target: Target, environment: string): Backend {
  const backend: Given = given ?? { type: target.kind === "gke" ? "gcs" : "local" };
  switch (backend.type) {
    case "gcs": {
      const project = target.kind === "gke" ? target.project : undefined;
      // Without a project the bucket was given; checkBackend says so when it was not.
      return { ...backend, bucket: backend.bucket ?? `${project ?? ""}-${environment}-tfstate` };
    }
    case "kubernetes":
      return { ...backend, namespace: backend.namespace ?? "terralake-state" };
    case "remote":
      return { ...backend, hostname: backend.hostname ?? "app.terraform.io" };
    case "local":
    case "s3":
    case "http":
    case "azurerm":
      return backend;
    default:
      return backend satisfies never;
  }
}
