import { vaultAdvice } from "../../../operations/vault/situations";

const login = "vault: POST auth/kubernetes/login was answered with 403";
const terraform = (said: string) =>
  `Error: Error making API request.\n\nURL: PUT https://x/proxy/v1/auth/kubernetes/login\nCode: 403. Errors:\n\n* ${said}`;

/** What is printed, and what its advice must name. */
const said: Readonly<Record<string, readonly [said: string, names: RegExp]>> = {
  sealed: ["vault: GET sys/mounts was answered with 503: Vault is sealed", /terralake vault unseal kind/],
  "sealed, as Terraform says it": [
    "URL: PUT https://x/v1/auth/kubernetes/login\nCode: 503. Errors:\n\n* Vault is sealed",
    /unseal kind/,
  ],
  uninitialized: ["server vault-0: Vault is not initialized", /terralake vault restore kind/],
  "no open server": ['no endpoints available for service "https:vault-active:8200"', /terralake vault status kind/],
  "no pod": ['pods "https:vault-0:8200" not found', /kind-vault/],
  "no rights in Kubernetes": [
    'services "https:vault-active:8200" is forbidden: User "eva" cannot create resource "services/proxy" in API group "" in the namespace "vault"',
    /Role in namespace vault .*services\/proxy/,
  ],
  "pod out of reach": ["error trying to reach service: dial tcp 10.0.0.1:8200: i/o timeout", /network policies/],
  "wrong audience": [
    `${login}: invalid audience (aud) claim: audience claim does not match any expected audience`,
    /audience vault/,
  ],
  "wrong audience, as Terraform says it": [
    terraform("invalid audience (aud) claim: audience claim does not match"),
    /audience/,
  ],
  "unbound account": [`${login}: service account name not authorized`, /does not name this service account/],
  "no such role": ['vault: POST auth/kubernetes/login was answered with 400: invalid role name "x"', /no such role/],
  "token of another time": [`${login}: invalid not before (nbf) claim: token not yet valid`, /clocks/],
  "wrong issuer": [`${login}: invalid issuer (iss) claim`, /issuer/],
  "auth is not configured": [
    "vault: POST auth/kubernetes/login was answered with 500: could not load backend configuration",
    /bootstrap job/,
  ],
  "token review fails": [`${login}: permission denied`, /system:auth-delegator/],
  "token review fails, as Terraform says it": [terraform("permission denied"), /terralake vault auth-check kind/],
  "unknown CA, in Go": ["x509: certificate signed by unknown authority", /kubeconfig/],
  "unknown CA, in Node.js": ["unable to verify the first certificate (UNABLE_TO_VERIFY_LEAF_SIGNATURE)", /kubeconfig/],
  "certificate of another time": ["certificate is not yet valid (CERT_NOT_YET_VALID)", /clock/],
  "certificate of another name": ["x509: certificate is valid for a, not b", /vault\.address/],
  "no such host": ["getaddrinfo ENOTFOUND api.example", /DNS/],
  "nobody answers": ["connect ECONNREFUSED 127.0.0.1:6443", /terralake connect kind/],
};

test.each(Object.entries(said))("knows what to do: %s", (_situation, [text, names]) => {
  expect(vaultAdvice(text, { environment: "kind" })).toMatch(names);
});

test("says who opens a sealed Vault: the sidecar locally, Cloud KMS on GKE", () => {
  const advice = (local: boolean) => vaultAdvice("Vault is sealed", { environment: "x", local });
  expect(advice(true)).toMatch(/sidecar/);
  expect(advice(true)).not.toMatch(/KMS/);
  expect(advice(false)).toMatch(/Cloud KMS/);
});

test("a refusal elsewhere than at the login is no login problem", () => {
  expect(
    vaultAdvice("vault: GET sys/mounts was answered with 403: permission denied", { environment: "x" }),
  ).toBeUndefined();
});

test("says nothing about what it does not know", () => {
  expect(vaultAdvice("Error: Unsupported argument", { environment: "kind" })).toBeUndefined();
});
