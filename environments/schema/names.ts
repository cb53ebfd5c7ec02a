import { field } from "./field";

const LABEL = /^[a-z]([a-z0-9-]*[a-z0-9])?$/;

/** What a user most likely meant by a name with capitals, spaces or underscores. */
function suggestName(given: unknown, max: number): string {
  if (typeof given !== "string") return "write a text in quotes";
  const label = given
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, "-")
    .replace(/^[^a-z]+|-+$/g, "");
  if (label.length > max) return `shorten it by ${label.length - max}`;
  return LABEL.test(label) ? `did you mean ${label}?` : "start with a letter";
}

/** A DNS label that starts with a letter, so that Kubernetes and Google Cloud both take it. */
export function dnsLabel(max = 63) {
  return field<string>({
    accepts: (v): v is string => typeof v === "string" && v.length <= max && LABEL.test(v),
    allowed: `lower-case letters, digits and hyphens, starting with a letter, at most ${max} characters`,
    next: (given) => suggestName(given, max),
  });
}

/**
 * Longest name of an environment: names made from it (a service account `<environment>-<purpose>`) have
 * 30 characters at most in Google Cloud.
 */
export const ENVIRONMENT_NAME_LENGTH = 20;

/** Namespaces of the platform itself; a data service cannot live in one of them. */
export const platformNamespaces = [
  "kube-system",
  "cert-manager",
  "cnpg-system",
  "external-secrets",
  "flux-system",
  "mariadb-operator",
  "reloader",
  "spark-operator",
  "vault",
] as const;
