import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { liveObjects } from "../../../rehearsal/inspect/live-objects";
import { RehearsalError } from "../../../rehearsal/rehearsal-error";

type Answers = Readonly<Record<string, object>>;

const resource = (name: string, kind: string, verbs: readonly string[] = ["get", "list"]) => ({
  resource: name,
  responseKind: { kind },
  verbs,
});

const core = {
  items: [
    {
      versions: [
        {
          version: "v1",
          resources: [
            resource("pods", "Pod"),
            resource("bindings", "Binding", ["create"]),
            resource("endpoints", "Endpoints"),
          ],
        },
      ],
    },
  ],
};

const groups = {
  items: [
    {
      metadata: { name: "kafka.strimzi.io" },
      versions: [
        { version: "v1", resources: [resource("kafkas", "Kafka"), resource("kafkatopics", "KafkaTopic")] },
        { version: "v1beta2", resources: [resource("kafkas", "Kafka")] },
      ],
    },
  ],
};

const pod = {
  metadata: { name: "a", namespace: "data", uid: "1", labels: { app: "a" }, ownerReferences: [{ uid: "0" }] },
};
const kafka = { metadata: { name: "kafka", namespace: "data", uid: "2", annotations: { note: "x" } } };

async function found(answers: Answers) {
  const server: Server = createServer((request, response) => {
    const answer = answers[request.url ?? ""];
    response.statusCode = answer === undefined ? 404 : answer === failure ? 500 : 200;
    response.end(JSON.stringify(answer ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    return await liveObjects({ endpoint, authority: {}, admin: undefined } as unknown as Parameters<
      typeof liveObjects
    >[0]);
  } finally {
    server.close();
  }
}

const failure = {};

it("lists every kind once, in its preferred version, without those that come and go", async () => {
  const objects = await found({
    "/api": core,
    "/apis": groups,
    "/api/v1/pods": { items: [pod] },
    "/apis/kafka.strimzi.io/v1/kafkas": { items: [kafka] },
    "/apis/kafka.strimzi.io/v1beta2/kafkas": { items: [kafka] },
    "/apis/kafka.strimzi.io/v1/kafkatopics": { items: null },
    "/api/v1/endpoints": { items: [pod] },
  });
  expect(objects).toEqual([
    {
      group: "",
      kind: "Pod",
      namespace: "data",
      name: "a",
      uid: "1",
      labels: { app: "a" },
      annotations: {},
      owners: ["0"],
    },
    {
      group: "kafka.strimzi.io",
      kind: "Kafka",
      namespace: "data",
      name: "kafka",
      uid: "2",
      labels: {},
      annotations: { note: "x" },
      owners: [],
    },
  ]);
});

it("takes a kind whose definition has just gone for one without objects", async () => {
  const objects = await found({ "/api": core, "/apis": groups, "/api/v1/pods": { items: [pod] } });
  expect(objects.map(({ name }) => name)).toEqual(["a"]);
});

it("does not take an error for an empty list", async () => {
  await expect(found({ "/api": core, "/apis": { items: [] }, "/api/v1/pods": failure })).rejects.toThrow(
    RehearsalError,
  );
});
