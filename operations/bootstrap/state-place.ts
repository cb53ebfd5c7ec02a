import type { StackJson } from "../../stacks/stack-json";
import { OperationError } from "../operation-error";
import type { GoogleApi } from "./google-api";
import type { ProjectFacts } from "./project";

/** A state, as far as one can be told from another. */
export interface StateFacts {
  /** Stays the same for as long as a state lives. */
  readonly lineage: string;
  /** Number of resources. */
  readonly resources: number;
}

/**
 * Where the state of the first layer is, and so how to go on:
 * - `elsewhere`: its backend is no bucket of this project, so Terraform is used as it is;
 * - `first`: there is no bucket yet, or the run that made it did not come to its end: apply with a file, then move it;
 * - `kept`: it is in the bucket;
 * - `lost`: the bucket is there and the state is not: everything is taken over.
 */
export type StatePlace =
  | { readonly kind: "elsewhere" }
  | { readonly kind: "first" | "lost"; readonly bucket: string }
  | { readonly kind: "kept"; readonly bucket: string; readonly fileIsCopy: boolean };

/** Reads the text of a state. @returns undefined where it describes nothing */
export function stateFacts(text: string): StateFacts | undefined {
  const { lineage = "", resources = [] } = JSON.parse(text) as { lineage?: string; resources?: readonly unknown[] };
  return resources.length === 0 ? undefined : { lineage, resources: resources.length };
}

/**
 * Finds out where the state is.
 *
 * @param file the state in a file of this machine, where an earlier run has left one
 * @throws OperationError when there are two, and nobody can tell which one counts
 */
export async function findState(
  api: GoogleApi,
  stack: StackJson,
  facts: ProjectFacts,
  file: StateFacts | undefined,
): Promise<StatePlace> {
  const { gcs } = stack.terraform.backend;
  if (!gcs) return { kind: "elsewhere" };
  const bucket = String(gcs.bucket);
  if (facts.off.includes("storage")) return { kind: "first", bucket };
  if ((await api.get("storage", `/storage/v1/b/${bucket}`)) === undefined) return { kind: "first", bucket };
  const kept = await stateIn(api, bucket, `${gcs.prefix}/default.tfstate`);
  if (kept && file && kept.lineage !== file.lineage) {
    throw new OperationError(
      `there are two states: one in the bucket ${bucket} (${kept.resources} resources) and another one in a file ` +
        `(${file.resources} resources); keep the one in the bucket by moving the file away, see docs/operations/bootstrap.md`,
    );
  }
  if (kept) return { kind: "kept", bucket, fileIsCopy: file !== undefined };
  return file ? { kind: "first", bucket } : { kind: "lost", bucket };
}

/** The state in a bucket, if there is one that describes something. */
export async function stateIn(api: GoogleApi, bucket: string, object: string): Promise<StateFacts | undefined> {
  const path = `/storage/v1/b/${bucket}/o/${encodeURIComponent(object)}?alt=media`;
  const body = await api.get("storage", path);
  return body === undefined ? undefined : stateFacts(JSON.stringify(body));
}
