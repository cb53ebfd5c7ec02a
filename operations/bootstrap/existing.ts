import { type Block, resourcesOf, type StackJson } from "../../stacks/stack-json";
import { OperationError } from "../operation-error";
import type { GoogleApi, GoogleService } from "./google-api";
import type { ProjectFacts } from "./project";

/** Something of a stack that is at Google's side already. */
export interface Existing {
  /** Terraform address. */
  readonly address: string;
  /** Id by which Terraform takes it over. */
  readonly id: string;
}

/** Reads an attribute, also one that names another resource of the same stack. */
type Read = (block: Block, attribute: string) => string;

/** How something is found. */
interface Kind {
  readonly service: GoogleService;
  /** Id by which Terraform takes it over, see "Import" on the page of each resource of the provider. */
  readonly id: (block: Block, read: Read) => string;
  /** Where the API shows it. */
  readonly path: (id: string) => string;
  /** What is wrong with what was found: then it cannot be taken over. @default - nothing */
  readonly problem?: (found: Block, facts: ProjectFacts, id: string) => string | undefined;
  /** Whether what was found counts. @default - it does */
  readonly counts?: (found: Block) => boolean;
}

const own = (block: Block, read: Read, kind: string, name: string) =>
  `projects/${read(block, "project")}/${kind}/${read(block, name)}`;

const pools = "locations/global/workloadIdentityPools";

/**
 * A pool's name is taken for a month after it was deleted.
 *
 * @see https://cloud.google.com/iam/docs/manage-workload-identity-pools-providers
 */
const deletedPool = (command: string) => (found: Block, _: ProjectFacts, id: string) =>
  found.state === "DELETED"
    ? `${id} was deleted and keeps its name for 30 days; gcloud iam ${command} undelete ${id}`
    : undefined;

/** What cannot be made a second time under its name; grants and switches can. */
const kinds: Readonly<Record<string, Kind>> = {
  google_kms_key_ring: {
    service: "cloudkms",
    id: (block, read) =>
      `projects/${read(block, "project")}/locations/${read(block, "location")}/keyRings/${read(block, "name")}`,
    path: (id) => `/v1/${id}`,
  },
  google_kms_crypto_key: {
    service: "cloudkms",
    id: (block, read) => `${read(block, "key_ring")}/cryptoKeys/${read(block, "name")}`,
    path: (id) => `/v1/${id}`,
  },
  google_service_account: {
    service: "iam",
    id: (block, read) => {
      const project = read(block, "project");
      return `projects/${project}/serviceAccounts/${read(block, "account_id")}@${project}.iam.gserviceaccount.com`;
    },
    path: (id) => `/v1/${id}`,
  },
  google_project_iam_custom_role: {
    service: "iam",
    id: (block, read) => own(block, read, "roles", "role_id"),
    path: (id) => `/v1/${id}`,
    // The provider brings a deleted one back by itself.
    counts: ({ deleted }) => deleted !== true,
  },
  google_iam_workload_identity_pool: {
    service: "iam",
    id: (block, read) => own(block, read, pools, "workload_identity_pool_id"),
    path: (id) => `/v1/${id}`,
    problem: deletedPool("workload-identity-pools"),
  },
  google_iam_workload_identity_pool_provider: {
    service: "iam",
    id: (block, read) =>
      `${own(block, read, pools, "workload_identity_pool_id")}/providers/${read(block, "workload_identity_pool_provider_id")}`,
    path: (id) => `/v1/${id}`,
    problem: deletedPool("workload-identity-pools providers"),
  },
  google_container_analysis_note: {
    service: "containeranalysis",
    id: (block, read) => own(block, read, "notes", "name"),
    path: (id) => `/v1/${id}`,
  },
  google_binary_authorization_attestor: {
    service: "binaryauthorization",
    id: (block, read) => own(block, read, "attestors", "name"),
    path: (id) => `/v1/${id}`,
  },
  google_storage_bucket: {
    service: "storage",
    id: (block, read) => `${read(block, "project")}/${read(block, "name")}`,
    path: (id) => `/storage/v1/b/${id.split("/")[1]}`,
    // Names of buckets are shared by the whole world.
    problem: ({ projectNumber }, { number, project }, id) =>
      projectNumber === number
        ? undefined
        : `the bucket ${id.split("/")[1]} belongs to another project than ${project}; name another one in backend.bucket`,
  },
};

/**
 * Finds what a stack would make and Google has already: key rings and keys outlive everything, the rest outlives a state
 * that was lost. An import of what the state has already does nothing, so all of it is handed back.
 *
 * @throws OperationError when something is in the way
 */
export async function findExisting(
  api: GoogleApi,
  stack: StackJson,
  facts: ProjectFacts,
): Promise<readonly Existing[]> {
  const found: Existing[] = [];
  const read = reader(stack, facts.project);
  for (const { type, name, block } of resourcesOf(stack)) {
    const kind = kinds[type];
    // An API that is off has nothing.
    if (!kind || facts.off.some((service) => service === kind.service)) continue;
    const id = kind.id(block, read);
    const there = (await api.get(kind.service, kind.path(id))) as Block | undefined;
    if (there === undefined || kind.counts?.(there) === false) continue;
    const problem = kind.problem?.(there, facts, id);
    if (problem !== undefined) throw new OperationError(problem);
    found.push({ address: `${type}.${name}`, id });
  }
  return found;
}

/** Terraform's words for taking things over, to be put beside the stack. */
export function importBlocks(existing: readonly Existing[]): string {
  return JSON.stringify({ import: existing.map(({ address, id }) => ({ to: address, id })) }, undefined, 2);
}

/** Reads attributes; `${type.name.attribute}` is followed, `id` of another kind included. */
function reader(stack: StackJson, project: string): Read {
  const read: Read = (block, attribute) => {
    const value = block[attribute];
    // The provider's own project, which a resource need not name.
    if (value === undefined && attribute === "project") return project;
    const [, type = "", name = "", of = ""] = /^\$\{(\w+)\.([\w-]+)\.(\w+)\}$/.exec(String(value)) ?? [];
    const other = stack.resource?.[type]?.[name];
    if (!other) return String(value);
    return of === "id" ? (kinds[type]?.id(other, read) ?? String(value)) : read(other, of);
  };
  return read;
}
