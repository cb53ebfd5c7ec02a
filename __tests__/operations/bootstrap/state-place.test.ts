import { findState, stateFacts } from "../../../operations/bootstrap/state-place";
import type { StackJson } from "../../../stacks/stack-json";
import { type FakeGoogle, fakeGoogle } from "./fake-google";

const bucket = "example-dev-state";
const stack = { terraform: { backend: { gcs: { bucket, prefix: "gke-dev/bootstrap" } } } } as unknown as StackJson;
const file = { lineage: "one", resources: 2 };

let google: FakeGoogle;

beforeEach(async () => {
  google = await fakeGoogle();
});

afterEach(() => google.close());

const find = (local?: typeof file, off: readonly "storage"[] = []) =>
  findState(google.api, stack, { project: google.project, number: google.number, off }, local);

const bucketIsThere = () => google.things.set(`/storage/v1/b/${bucket}`, { projectNumber: google.number });

const keep = (lineage: string, resources: readonly object[] = [{}]) =>
  google.objects.set(`${bucket}/gke-dev/bootstrap/default.tfstate`, {
    text: JSON.stringify({ version: 4, lineage, resources }),
    generation: 1,
  });

describe("the place of the first state", () => {
  it("is a file before there is a bucket", async () => {
    expect(await find()).toEqual({ kind: "first", bucket });
    expect(await find(undefined, ["storage"])).toEqual({ kind: "first", bucket });
  });

  it("is a file when a run has made the bucket and no more", async () => {
    bucketIsThere();
    expect(await find(file)).toEqual({ kind: "first", bucket });
  });

  it("is the bucket once it is there", async () => {
    bucketIsThere();
    keep("one");
    expect(await find()).toEqual({ kind: "kept", bucket, fileIsCopy: false });
    expect(await find(file)).toEqual({ kind: "kept", bucket, fileIsCopy: true });
  });

  it("is lost when the bucket has none, or one that describes nothing", async () => {
    bucketIsThere();
    expect(await find()).toEqual({ kind: "lost", bucket });
    keep("one", []);
    expect(await find()).toEqual({ kind: "lost", bucket });
  });

  it("is no choice between two", async () => {
    bucketIsThere();
    keep("another");
    await expect(find(file)).rejects.toThrow(
      `there are two states: one in the bucket ${bucket} (1 resources) and another one in a file (2 resources)`,
    );
  });

  it("is left to Terraform where it is no bucket", async () => {
    const elsewhere = { terraform: { backend: { local: { path: "a" } } } } as unknown as StackJson;
    const facts = { project: google.project, off: [] };
    expect(await findState(google.api, elsewhere, facts, file)).toEqual({ kind: "elsewhere" });
    expect(google.seen).toEqual([]);
  });
});

it("knows a state that describes nothing", () => {
  expect(stateFacts('{"lineage":"a","resources":[]}')).toBeUndefined();
  expect(stateFacts('{"lineage":"a","resources":[{}]}')).toEqual({ lineage: "a", resources: 1 });
});
