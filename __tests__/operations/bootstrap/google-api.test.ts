import { GoogleApi, isServiceDisabled } from "../../../operations/bootstrap/google-api";
import { type FakeGoogle, fakeGoogle } from "./fake-google";

let google: FakeGoogle;

beforeEach(async () => {
  google = await fakeGoogle();
});

afterEach(() => google.close());

const as = (token: string, address = google.address) =>
  new GoogleApi({
    token,
    project: google.project,
    variables: { CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE: address },
  });

describe("a request to Google", () => {
  it("finds nothing where nothing is", async () => {
    expect(await as("made-up").get("storage", "/storage/v1/b/none")).toBeUndefined();
  });

  it("finds nothing where the API is off, and says how to switch it on for a change", async () => {
    google.refusal = { error: { message: "API is off.", details: [{ reason: "SERVICE_DISABLED" }] } };
    expect(await as("made-up").get("storage", "/storage/v1/b/none")).toBeUndefined();
    await expect(as("made-up").post("storage", "/storage/v1/b", {})).rejects.toThrow(
      "storage.googleapis.com /storage/v1/b: 403 API is off; switch it on with gcloud services enable storage.googleapis.com --project",
    );
  });

  it("passes on what Google says of another refusal", async () => {
    google.refusal = { error: { message: "not for you.\nsee there" } };
    await expect(as("made-up").get("storage", "/storage/v1/b/a?b=c")).rejects.toThrow(
      "storage.googleapis.com /storage/v1/b/a: 403 not for you; correct what it names, and run again",
    );
  });

  it("says how to log in again when the token is refused", async () => {
    await expect(as("old").get("storage", "/storage/v1/b/any")).rejects.toThrow(
      "storage.googleapis.com /storage/v1/b/any: the token is not accepted; log in again with gcloud auth application-default login",
    );
  });

  it("names the host that does not answer", async () => {
    await expect(as("made-up", "http://127.0.0.1:1").get("storage", "/any")).rejects.toThrow(
      /^127\.0\.0\.1:1 does not answer \(.+\); check the network and proxies$/,
    );
  });

  it("tells an API that is off from other refusals", () => {
    expect(isServiceDisabled({ error: { details: [{ reason: "SERVICE_DISABLED" }] } })).toBe(true);
    expect(isServiceDisabled({ error: { details: [{ reason: "IAM_PERMISSION_DENIED" }] } })).toBe(false);
    expect(isServiceDisabled(undefined)).toBe(false);
  });
});
