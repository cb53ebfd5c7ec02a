import { adviceFor } from "../../../rehearsal/terraform/known-failures";

/** Each as Terraform and its providers print it. */
const printed = {
  sealed:
    "Error: Error making API request.\n\nURL: PUT https://127.0.0.1:6443/api/v1/namespaces/vault/services/https:vault-active:8200/proxy/v1/auth/kubernetes/login\nCode: 503. Errors:\n\n* Vault is sealed",
  "no open server": 'Code: 503. Raw Message:\n\nno endpoints available for service "https:vault-active:8200"',
  "not connected":
    'Error: Invalid function argument\n\nInvalid value for "path" parameter: no file exists at "../../../.terralake/kind/endpoint"; this function works only with files that are distributed',
  "no such context":
    'Error: Provider configuration: cannot load Kubernetes client config\n\ncontext "kind-kind" does not exist',
  "no cluster":
    'Error: Get "https://127.0.0.1:6443/api/v1/namespaces/vault": dial tcp 127.0.0.1:6443: connect: connection refused',
  "state in use": "Error: Error acquiring the state lock\n\nError message: resource temporarily unavailable",
  "login refused": "URL: PUT https://x/proxy/v1/auth/kubernetes/login\nCode: 403. Errors:\n\n* permission denied",
};

describe("adviceFor", () => {
  it.each(Object.entries(printed))("knows what to do: %s", (_situation, output) => {
    expect(adviceFor(output)).toMatch(/run again|terralake|terraform|kubectl/);
  });

  it("gives each situation its own advice", () => {
    const advice = new Set(Object.values(printed).map((output) => adviceFor(output)));
    expect(advice.size).toBe(Object.keys(printed).length);
  });

  it("says nothing about what it does not know", () => {
    expect(adviceFor("Error: Unsupported argument")).toBeUndefined();
  });
});
