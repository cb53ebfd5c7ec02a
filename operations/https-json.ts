import { type HttpsRequest, readBody, sendRequest } from "./https-request";

/** A request whose body and answer are JSON. */
export interface JsonRequest extends HttpsRequest {
  /** Sent as JSON. @default - no body */
  readonly body?: unknown;
}

export interface JsonResponse {
  readonly status: number;
  /** The parsed body; the text itself when it is not JSON; undefined when it is empty. */
  readonly body: unknown;
  /** Clock of the server that answered. @default - it does not tell */
  readonly date?: Date;
}

/** One HTTP request with its own certificate authority, which the global `fetch` cannot take. Rejects only when there is no answer. */
export async function requestJson(request: JsonRequest): Promise<JsonResponse> {
  const payload = request.body === undefined ? undefined : JSON.stringify(request.body);
  const headers = {
    accept: "application/json",
    ...(payload === undefined
      ? {}
      : { "content-type": "application/json", "content-length": String(Buffer.byteLength(payload)) }),
    ...request.headers,
  };
  const answer = await sendRequest({ ...request, headers }, payload);
  const text = await readBody(answer);
  return { status: answer.statusCode ?? 0, body: text === "" ? undefined : parse(text), date: dateOf(answer.headers) };
}

function dateOf({ date }: { readonly date?: string }): Date | undefined {
  const parsed = date === undefined ? Number.NaN : Date.parse(date);
  return Number.isNaN(parsed) ? undefined : new Date(parsed);
}

/** The JSON document in a text, or the text. */
export function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
