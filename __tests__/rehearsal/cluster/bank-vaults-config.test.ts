import { parseBankVaultsConfig } from "../../../rehearsal/cluster/bank-vaults-config";

const DOCUMENT = `
policies:
  - name: terraform
    rules: |
      path "sys/mounts/*" { capabilities = ["create", "update"] }
auth:
  - type: kubernetes
    config: { kubernetes_host: https://kubernetes.default.svc }
    roles:
      - name: terraform
        bound_service_account_names: [terraform]
        bound_service_account_namespaces: [vault]
        audience: vault
        token_policies: [terraform]
        token_ttl: 20m
`;

describe("external configuration of bank-vaults", () => {
  it("gives policies, Kubernetes auth and its roles", () => {
    const config = parseBankVaultsConfig(DOCUMENT);
    expect(config.policies.map(({ name }) => name)).toEqual(["terraform"]);
    expect(config.auth).toEqual([
      {
        path: "kubernetes",
        config: { kubernetes_host: "https://kubernetes.default.svc" },
        roles: [{ name: "terraform", parameters: expect.objectContaining({ audience: "vault", token_ttl: "20m" }) }],
      },
    ]);
    expect(config.ignored).toEqual([]);
  });

  it("tells which parts are left out", () => {
    expect(parseBankVaultsConfig(`${DOCUMENT}\naudit: []`).ignored).toEqual(["audit"]);
  });

  it("gives secrets engines by their mounts", () => {
    const { engines } = parseBankVaultsConfig(`${DOCUMENT}\nsecrets: [{ path: database, type: database }]`);
    expect(engines).toEqual([{ path: "database", parameters: { type: "database" } }]);
  });

  it.each([
    ["plugins: []", "plugins is not applied here"],
    ["auth: [{ type: github }]", 'auth[0].type is "github"; only "kubernetes" is applied here'],
    ["secrets: [{ path: a, type: kv, configuration: {} }]", "secrets[0].configuration is not applied here"],
    ["secrets: [{ type: kv }]", "secrets[0].path is absent"],
    ["auth: [{ type: kubernetes, options: {} }]", "auth[0].options is not applied here"],
    ["auth: [{ type: kubernetes, config: { host: x } }]", "auth[0].config.host is not applied here"],
    [
      "auth: [{ type: kubernetes, roles: [{ name: a, audiences: [x] }] }]",
      "auth[0].roles[0].audiences is not applied here",
    ],
    ["auth: [{ type: kubernetes, roles: [{ audience: x }] }]", "auth[0].roles[0].name is absent"],
    ["policies: [{ name: a, rules: { path: {} } }]", "policies[0].rules is a object; it must be a text"],
    ["policies: { name: a }", "policies is a object; it must be a list"],
    ["policies: [{ name: a, rules: b, extra: c }]", "policies[0].extra is not applied here; known are name, rules"],
    ["- a", "the document is a list; it must be a map"],
    ["a: [", "the document is not YAML"],
    [["policies: [{ name: a, rules: $", "{env x} }]"].join(""), "has a template"],
  ])("%s is refused by name", (document, message) => {
    expect(() => parseBankVaultsConfig(document)).toThrow(message);
  });
});
