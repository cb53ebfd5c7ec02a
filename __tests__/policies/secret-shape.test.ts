import { createHash } from "node:crypto";
import fc from "fast-check";
import { secretIn } from "../../policies/terraform/secret-shape";

// Put together here, so that no scanner of the repository takes them for real.
const known: readonly (readonly [what: string, value: string])[] = [
  ["a Vault token", `hvs.${"CAESIJ".repeat(6)}`],
  ["a Vault token", `hvb.${"AAAAAQ".repeat(6)}`],
  ["a GitHub token", `ghp_${"a1B2c3".repeat(6)}`],
  ["a GitHub token", `github_pat_${"A1b2".repeat(8)}`],
  ["a GitLab token", `glpat-${"a1B2".repeat(5)}`],
  ["an AWS access key", `AKIA${"ABCD2345".repeat(2)}`],
  ["a Google API key", `AIza${"aB1-_".repeat(7)}`],
  ["a Google access token", `ya29.${"a0Ab".repeat(8)}`],
  ["a Slack token", ["xoxb", "123456789012", "abc"].join("-")],
  ["a JSON web token", `eyJ${"hbGciOiJI".repeat(2)}.eyJ${"zdWIiOiIx".repeat(2)}.sig`],
  ["a private key", ["-----BEGIN ", "PRIVATE KEY-----\nMIIE"].join("")],
  ["a private key", ["-----BEGIN EC ", "PRIVATE KEY-----\nMIIE"].join("")],
  ["a password in a URL", ["https://", "admin", ":", "hunter2", "@git.example.com"].join("")],
];

const harmless = [
  "",
  "platform/data/object-store/warehouse",
  "Secrets_PlatformObjectStoreWarehouse_SecretKey",
  "projects/example-dev-platform-prod/locations/europe-west1/keyRings/gke-prod-platform/cryptoKeys/vault-unseal",
  "./assets/CertificateAuthority_Issuers_Release_Chart/00ABBF7626CFDC7E74404B01D56F1DC5",
  `docker.io/library/mariadb@sha256:${createHash("sha256").update("image").digest("hex")}`,
  "jdbc:postgresql://postgres-rw.data-platform.svc:5432/nessie?sslmode=require",
  "https://github.com/example-dev/data-platform",
  ["https://", "admin", ":", "$", "{env.PASSWORD}", "@git.example.com"].join(""),
  "iam.serviceAccounts.getAccessToken",
  "internal-communication.shared-secret=$$ENV:TRINO_SHARED_SECRET",
  "client.authentication.k8s.io/v1beta1",
  "seaweedfsS3AllInOneIdentities2",
  "-----BEGIN CERTIFICATE-----",
  "bootstrap-ab927514",
];

test.each(known)("finds %s", (what, value) => {
  expect(secretIn(value)).toBe(what);
  expect(secretIn(`{"values": "x=${value}"}`)).toBe(what);
});

test.each(known)("finds %s in base64", (_, value) => {
  expect(secretIn(Buffer.from(`${value}\n`).toString("base64"))).toBeDefined();
});

test.each(harmless)("finds nothing in %p", (value) => {
  expect(secretIn(value)).toBeUndefined();
});

test("finds a digest where no digest belongs", () => {
  expect(secretIn(createHash("sha256").update("a").digest("hex"))).toBe("a string that looks random");
});

/** Share of random strings that are found. */
function found(alphabet: string, length: number): number {
  const passwords = fc.sample(
    fc.array(fc.constantFrom(...alphabet), { minLength: length, maxLength: length }).map((letters) => letters.join("")),
    { numRuns: 2000, seed: 42 },
  );
  return passwords.filter((password) => secretIn(password) !== undefined).length / passwords.length;
}

const lower = "abcdefghijklmnopqrstuvwxyz";
const alphanumeric = `${lower}${lower.toUpperCase()}0123456789`;

test.each([
  ["32 letters and digits, as generated() makes them", alphanumeric, 32, 0.97],
  ["20 letters and digits", alphanumeric, 20, 0.85],
  ["40 hexadecimal digits", "0123456789abcdef", 40, 0.97],
  ["44 characters of base64", `${alphanumeric}+/`, 44, 0.9],
])("finds most of %s", (_, alphabet, length, share) => {
  expect(found(alphabet, length)).toBeGreaterThan(share);
});
