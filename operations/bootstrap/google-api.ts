import { reasonOf } from "../failure";
import { type JsonResponse, requestJson } from "../https-json";
import { OperationError } from "../operation-error";

/** APIs of Google that a bootstrap asks, by the first part of their host names. */
export type GoogleService =
  | "binaryauthorization"
  | "containeranalysis"
  | "cloudbilling"
  | "cloudkms"
  | "cloudresourcemanager"
  | "compute"
  | "iam"
  | "serviceusage"
  | "storage";

/** Settings of a {@link GoogleApi}. */
export interface GoogleApiSettings {
  /** Access token, short-lived. */
  readonly token: string;
  /** Project that the requests count for: Google refuses those of a person that count for none. */
  readonly project: string;
  /** @default - those of gcloud, `CLOUDSDK_API_ENDPOINT_OVERRIDES_<SERVICE>` */
  readonly variables?: Readonly<Record<string, string | undefined>>;
  /** Ends requests. @default - nothing does */
  readonly signal?: AbortSignal;
}

/** What an API of Google says about a request that it refuses. */
interface Refusal {
  readonly error?: {
    readonly message?: string;
    readonly details?: readonly { readonly reason?: string }[];
  };
}

/** Asks the APIs of Google as whoever the token belongs to. */
export class GoogleApi {
  constructor(private readonly settings: GoogleApiSettings) {}

  /**
   * What is at a path.
   *
   * @returns the body; undefined when there is nothing, as where the API is off
   * @throws OperationError when the answer is another one
   */
  async get(service: GoogleService, path: string): Promise<unknown> {
    const answer = await this.send(service, "GET", path);
    return answer.status === 404 || isServiceDisabled(answer.body) ? undefined : this.bodyOf(answer, service, path);
  }

  /**
   * Sends a body to a path.
   *
   * @throws OperationError when it is refused
   */
  async post(service: GoogleService, path: string, body: unknown): Promise<unknown> {
    return this.bodyOf(await this.send(service, "POST", path, body), service, path);
  }

  /** The answer as it is, for who can tell refusals apart. */
  async send(service: GoogleService, method: "GET" | "POST", path: string, body?: unknown): Promise<JsonResponse> {
    const { token, project, signal } = this.settings;
    const url = `${this.endpoint(service)}${path}`;
    const headers = { authorization: `Bearer ${token}`, "x-goog-user-project": project };
    try {
      return await requestJson({ method, url, body, headers, signal });
    } catch (error) {
      if (signal?.aborted) throw error;
      throw new OperationError(
        `${new URL(url).host} does not answer (${reasonOf(error)}); check the network and proxies`,
      );
    }
  }

  private endpoint(service: GoogleService): string {
    const { variables = process.env } = this.settings;
    const given = variables[`CLOUDSDK_API_ENDPOINT_OVERRIDES_${service.toUpperCase()}`];
    return (given || `https://${service}.googleapis.com`).replace(/\/$/, "");
  }

  private bodyOf({ status, body }: JsonResponse, service: GoogleService, path: string): unknown {
    if (status >= 200 && status < 300) return body;
    const what = `${service}.googleapis.com ${path.split("?", 1)[0]}`;
    if (status === 401) {
      throw new OperationError(
        `${what}: the token is not accepted; log in again with gcloud auth application-default login`,
      );
    }
    const next = isServiceDisabled(body)
      ? `switch it on with gcloud services enable ${service}.googleapis.com --project ${this.settings.project}`
      : "correct what it names, and run again";
    throw new OperationError(`${what}: ${status} ${messageOf(body)}; ${next}`);
  }
}

/** Whether a refusal says that the API is not switched on in the project. */
export function isServiceDisabled(body: unknown): boolean {
  return ((body as Refusal | undefined)?.error?.details ?? []).some(({ reason }) => reason === "SERVICE_DISABLED");
}

/** What a refusal says, in one line. */
export function messageOf(body: unknown): string {
  const message = (body as Refusal | undefined)?.error?.message;
  return (message ?? "without a message").split("\n", 1)[0]?.replace(/\.$/, "") ?? "";
}
