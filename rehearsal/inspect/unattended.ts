import { type HelmRecord, renderedObjects } from "./helm-records";

/** Groups whose objects somebody follows in a rehearsal: the real External Secrets, stand-ins for the others. */
const attended: ReadonlySet<string> = new Set([
  "cert-manager.io",
  "external-secrets.io",
  "generators.external-secrets.io",
  "postgresql.cnpg.io",
]);

/** Groups of Kubernetes itself that have a dot in their name; the Gateway API's is not among them. */
const builtIn = /^(?!gateway\.).+\.k8s\.io$/;

/**
 * Says of which custom resources nothing is made, since the operator that would follow them does not run.
 *
 * @returns one sentence, or none
 */
export function unattended(records: readonly HelmRecord[]): readonly string[] {
  const kinds = new Map<string, number>();
  for (const { apiVersion = "", kind = "" } of records.flatMap(renderedObjects)) {
    const [group = "", version] = apiVersion.split("/");
    if (version === undefined || !group.includes(".") || builtIn.test(group) || attended.has(group)) continue;
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  if (kinds.size === 0) return [];
  const list = [...kinds].sort(([a], [b]) => (a < b ? -1 : 1)).map(([kind, count]) => `${count} ${kind}`);
  return [`no operator follows these, which the API server has accepted by their definitions: ${list.join(", ")}`];
}
