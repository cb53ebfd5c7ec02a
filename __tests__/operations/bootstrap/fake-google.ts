import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { GoogleApi } from "../../../operations/bootstrap/google-api";
import { firstServices } from "../../../operations/bootstrap/project";

/** A request as it arrived. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly body: string;
  readonly headers: IncomingMessage["headers"];
}

interface Answer {
  readonly status?: number;
  readonly body?: unknown;
}

/** What is in the cloud that a test needs; a test may change it. */
export interface Cloud {
  readonly project: string;
  readonly number: string;
  lifecycle: string;
  billing: boolean;
  /** Permissions that whoever asks does not have. */
  readonly denied: Set<string>;
  /** APIs that are off. */
  readonly off: Set<string>;
  /** Whether states that are uploaded are lost. */
  forgetful: boolean;
  /** What every request is refused with, where there is such a thing. */
  refusal: object | undefined;
  /** What comes of a change that takes its time. */
  operation: object;
  /** Grants on the project. */
  bindings: readonly { readonly role: string; readonly members: readonly string[] }[];
  /** What else there is, by the path that shows it. */
  readonly things: Map<string, unknown>;
  /** Objects by `<bucket>/<name>`, as the storage API keeps them. */
  readonly objects: Map<string, { readonly text: string; readonly generation: number }>;
}

/** Something that answers as the APIs of Google do, as far as a bootstrap asks them. */
export interface FakeGoogle extends Cloud {
  readonly api: GoogleApi;
  readonly address: string;
  readonly seen: readonly SeenRequest[];
  /** Variables by which the storage client of Terraform finds it. */
  readonly variables: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** Starts a cloud with one project, in which the APIs are on. */
export async function fakeGoogle(project = "example-dev-platform-dev"): Promise<FakeGoogle> {
  const cloud: Cloud = {
    project,
    number: "123456789012",
    lifecycle: "ACTIVE",
    billing: true,
    denied: new Set(),
    off: new Set(),
    forgetful: false,
    refusal: undefined,
    operation: {},
    things: new Map(),
    bindings: [],
    objects: new Map(),
  };
  const seen: SeenRequest[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      const one = { method, path: url, body: Buffer.concat(parts).toString(), headers };
      seen.push(one);
      const { status = 200, body } = answerOf(one, cloud);
      const text = typeof body === "string" ? body : JSON.stringify(body ?? {});
      response.writeHead(status, { "content-type": "application/json" }).end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const services = [...firstServices, "serviceusage", "binaryauthorization", "compute", "containeranalysis"].map(
    (name) => name.toUpperCase(),
  );
  const overrides = services.map((name) => [`CLOUDSDK_API_ENDPOINT_OVERRIDES_${name}`, `${address}/`]);
  return Object.assign(cloud, {
    api: new GoogleApi({ token: "made-up", project, variables: Object.fromEntries(overrides) }),
    address,
    seen,
    variables: {
      GOOGLE_BACKEND_STORAGE_CUSTOM_ENDPOINT: `${address}/storage/v1/`,
      GOOGLE_OAUTH_ACCESS_TOKEN: "made-up",
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  });
}

const notFound: Answer = { status: 404, body: { error: { message: "not found." } } };

function answerOf(request: SeenRequest, cloud: Cloud): Answer {
  const { method, path, body } = request;
  if (request.headers.authorization !== "Bearer made-up") return { status: 401, body: { error: { message: "who?" } } };
  if (cloud.refusal) return { status: 403, body: cloud.refusal };
  const project = `/v1/projects/${cloud.project}`;
  if (path.startsWith(`${project}/services:batchGet`)) {
    const asked = [...path.matchAll(/names=([^&]+)/g)].map(([, name = ""]) => name);
    const state = (name: string) =>
      cloud.off.has(/([a-z]+)\.googleapis/.exec(name)?.[1] ?? "") ? "DISABLED" : "ENABLED";
    return { body: { services: asked.map((name) => ({ name, state: state(name) })) } };
  }
  if (path === `${project}/services:batchEnable`) {
    for (const id of (JSON.parse(body) as { serviceIds: string[] }).serviceIds)
      cloud.off.delete(id.split(".")[0] ?? "");
    return { body: { name: "operations/1" } };
  }
  if (path.endsWith(":generateServiceIdentity")) return { body: { name: "operations/2" } };
  if (path.startsWith("/v1/operations/")) return { body: { done: true, ...cloud.operation } };
  if (path === project) return { body: { projectNumber: cloud.number, lifecycleState: cloud.lifecycle } };
  if (path === `${project}:testIamPermissions`) {
    const { permissions } = JSON.parse(body) as { permissions: string[] };
    return { body: { permissions: permissions.filter((one) => !cloud.denied.has(one)) } };
  }
  if (path === `${project}:getIamPolicy`) return { body: { bindings: cloud.bindings } };
  if (path === `${project}/billingInfo`) return { body: { billingEnabled: cloud.billing } };
  if (path.startsWith("/v1/projects/") && !path.startsWith(`${project}/`)) {
    return { status: 403, body: { error: { message: "Permission denied on resource project." } } };
  }
  return objectAnswer(method, path, body, cloud) ?? { ...notFound, ...found(cloud.things.get(path)) };
}

function found(thing: unknown): Answer {
  return thing === undefined ? {} : { status: 200, body: thing };
}

/** Objects of buckets, in the words of the JSON API, of an upload and of a plain read. */
function objectAnswer(method: string, path: string, body: string, cloud: Cloud): Answer | undefined {
  const { objects } = cloud;
  const { pathname, searchParams } = new URL(path, "http://fake");
  const [, bucket = "", encoded] = /^\/(?:upload\/)?storage\/v1\/b\/([^/]+)\/o(?:\/(.+))?$/.exec(pathname) ?? [];
  if (bucket === "") {
    const plain = objects.get(decodeURIComponent(pathname.slice(1)));
    return method === "GET" && plain ? { body: plain.text } : undefined;
  }
  const describe = (name: string) => {
    const object = objects.get(`${bucket}/${name}`);
    return {
      bucket,
      name,
      generation: String(object?.generation ?? 0),
      metageneration: "1",
      size: String(object?.text.length ?? 0),
    };
  };
  if (method === "POST") {
    const answer = { body: describe(upload(bucket, searchParams.get("name"), body, objects)) };
    for (const key of objects.keys()) if (cloud.forgetful && key.endsWith(".tfstate")) objects.delete(key);
    return answer;
  }
  if (encoded === undefined) {
    const prefix = searchParams.get("prefix") ?? "";
    const names = [...objects.keys()].filter((key) => key.startsWith(`${bucket}/${prefix}`));
    return { body: { items: names.map((key) => describe(key.slice(bucket.length + 1))) } };
  }
  const name = decodeURIComponent(encoded);
  const object = objects.get(`${bucket}/${name}`);
  if (!object) return notFound;
  if (method === "DELETE") objects.delete(`${bucket}/${name}`);
  return { body: searchParams.get("alt") === "media" ? object.text : describe(name) };
}

/** Keeps what a multipart upload brings: its description, then its content. */
function upload(bucket: string, given: string | null, body: string, objects: Cloud["objects"]): string {
  const boundary = body.split("\r\n", 1)[0] ?? "";
  const [, description = "{}", content = ""] = body
    .split(boundary)
    .map((part) => part.split("\r\n\r\n").slice(1).join("\r\n\r\n"));
  const name = given ?? (JSON.parse(description) as { name?: string }).name ?? "";
  const generation = (objects.get(`${bucket}/${name}`)?.generation ?? 0) + 1;
  objects.set(`${bucket}/${name}`, { text: content.replace(/\r\n$/, ""), generation });
  return name;
}
