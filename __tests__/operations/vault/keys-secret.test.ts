import { readUnsealKeys, replaceUnsealKeys } from "../../../operations/vault/keys-secret";
import { type FakeCluster, fakeCluster, refusal } from "../kubernetes/fake-api-server";
import type { FakeAnswer, SeenRequest } from "./fake-vault";

const path = "/api/v1/namespaces/vault/secrets/vault-unseal-keys";
const base64 = (text: string) => Buffer.from(text).toString("base64");

let answer: (request: SeenRequest) => FakeAnswer | undefined;
let cluster: FakeCluster;

beforeEach(async () => {
  answer = ({ method }) => ({
    body:
      method === "GET"
        ? {
            data: {
              "vault-unseal-0": base64("first\n"),
              "vault-unseal-1": base64("second"),
              "vault-root": base64("root"),
            },
          }
        : {},
  });
  cluster = await fakeCluster(
    () => undefined,
    (request) => answer(request),
  );
});

afterEach(() => cluster.server.close());

const sent = () => cluster.server.seen.filter(({ method }) => method !== "GET");

test("reads the keys in their order, and not the root token beside them", async () => {
  expect(await readUnsealKeys(cluster.config)).toEqual(["first", "second"]);
  expect(cluster.server.seen.map((request) => request.path)).toEqual([path]);
});

test("a Secret that is not there has no keys", async () => {
  answer = () => refusal(404, "not found");
  expect(await readUnsealKeys(cluster.config)).toEqual([]);
});

test("a person who may not read it is told which right is missing", async () => {
  answer = () => refusal(403, "forbidden");
  await expect(readUnsealKeys(cluster.config)).rejects.toThrow(
    "you may not get secrets vault/vault-unseal-keys; ask for a Role in namespace vault with verb get on secrets",
  );
});

test("replacing keys removes those that are too many and leaves the rest of the Secret", async () => {
  await replaceUnsealKeys(cluster.config, ["new"]);
  const [patch] = sent();
  expect(patch).toMatchObject({ method: "PATCH", path });
  expect(patch?.headers["content-type"]).toBe("application/merge-patch+json");
  expect(patch?.text).toBe(JSON.stringify({ data: { "vault-unseal-0": base64("new"), "vault-unseal-1": null } }));
});

test("a Secret that is not there is made", async () => {
  answer = ({ method }) => (method === "GET" ? refusal(404, "not found") : { status: 201, body: {} });
  await replaceUnsealKeys(cluster.config, ["new"]);
  expect(sent()[0]).toMatchObject({ method: "POST", path: "/api/v1/namespaces/vault/secrets" });
  expect(sent()[0]?.body).toMatchObject({
    metadata: { name: "vault-unseal-keys" },
    data: { "vault-unseal-0": base64("new") },
  });
});
