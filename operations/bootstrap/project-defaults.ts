import type { GoogleApi } from "./google-api";
import type { ProjectFacts } from "./project";

/**
 * What Google puts into a project when Compute Engine is switched on, unless an organization forbids it: a network that lets
 * the whole world in by ssh, and an account that may edit everything.
 */
export interface ProjectDefaults {
  /** Whether Compute Engine is on; before that neither is there, and both may come. */
  readonly compute: boolean;
  /** Whether there is a network `default`. */
  readonly network: boolean;
  /** Default accounts of Google's that may edit the whole project, as members of IAM grants. */
  readonly editors: readonly string[];
}

/** Accounts that Google makes with an API. */
const defaultAccount = /^serviceAccount:(\d+-compute@developer|[^@]+@appspot)\.gserviceaccount\.com$/;

/** Looks for what Google puts into a project by itself; changes nothing. */
export async function findDefaults(api: GoogleApi, { project, off }: ProjectFacts): Promise<ProjectDefaults> {
  const compute = (await api.get("compute", `/compute/v1/projects/${project}`)) !== undefined;
  const network = (await api.get("compute", `/compute/v1/projects/${project}/global/networks/default`)) !== undefined;
  if (off.includes("cloudresourcemanager")) return { compute, network, editors: [] };
  const options = { options: { requestedPolicyVersion: 3 } };
  const policy = await api.post("cloudresourcemanager", `/v1/projects/${project}:getIamPolicy`, options);
  const { bindings = [] } = (policy ?? {}) as {
    bindings?: readonly { readonly role?: string; readonly members?: readonly string[] }[];
  };
  const editors = bindings
    .filter(({ role }) => role === "roles/editor")
    .flatMap(({ members = [] }) => members.filter((member) => defaultAccount.test(member)));
  return { compute, network, editors: [...new Set(editors)] };
}

/**
 * What a person should do about them, as lines to be shown.
 *
 * @returns nothing where nothing is to be done
 */
export function defaultsToRemove(project: string, { compute, network, editors }: ProjectDefaults): readonly string[] {
  const enforce = (constraint: string) =>
    `  gcloud resource-manager org-policies enable-enforce ${constraint} --project ${project}`;
  return [
    ...(compute
      ? []
      : [
          `warning: Compute Engine is off in ${project}. When it is switched on, Google makes a network "default" that is open to`,
          "the world and an account that may edit the project, unless the organization forbids it. Somebody with",
          "roles/orgpolicy.policyAdmin can do so now; without an organization, both are named here after the apply, to be removed:",
          enforce("compute.skipDefaultNetworkCreation"),
          enforce("iam.automaticIamGrantsForDefaultServiceAccounts"),
        ]),
    ...(network
      ? [
          `warning: ${project} has the network "default", which nothing of this platform uses; look whether anybody else does, then`,
          `  for rule in $(gcloud compute firewall-rules list --project ${project} --filter 'network:default' --format 'value(name)'); do`,
          `    gcloud compute firewall-rules delete "$rule" --project ${project}; done`,
          `  gcloud compute networks delete default --project ${project}`,
        ]
      : []),
    ...editors.flatMap((member) => [
      `warning: ${member} may edit all of ${project}, and whatever runs as it; no machine of this platform does, so take it away:`,
      `  gcloud projects remove-iam-policy-binding ${project} --member ${member} --role roles/editor --condition None`,
    ]),
  ];
}
