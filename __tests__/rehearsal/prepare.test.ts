import { images, charts as pins } from "../../charts";
import { kind } from "../../environments/kind";
import { stacksUpTo, substitutesOf } from "../../rehearsal/prepare";

describe("stacksUpTo", () => {
  it("takes all in-cluster layers when none is named", () => {
    const all = ["kind-base", "kind-vault", "kind-secrets", "kind-gitops", "kind-services"];
    expect(stacksUpTo(kind, undefined)).toEqual(all);
  });

  it("takes a layer with those before it, in order", () => {
    expect(stacksUpTo(kind, ["secrets", "base"])).toEqual(["kind-base", "kind-vault", "kind-secrets"]);
  });
});

describe("substitutesOf", () => {
  it("names other versions of providers, charts and programs, and stand-in charts", () => {
    const provider = { provider: "hashicorp/vault", wanted: "5.6.0", used: "5.9.0", from: "built" } as const;
    const providers = { cliConfig: "", providers: [provider], substitutes: [provider] };
    const charts = [
      { chart: "trino", version: "1.42.2", path: "/a", source: "stand-in", standsFor: "one Deployment" },
      { chart: "nessie", version: "0.108.4", path: "/b", source: "folder", foundVersion: "0.108.5" },
      { chart: "vault", version: "0.34.1", path: "/c", source: "upstream" },
    ] as const;
    const tools = new Map([
      ["vault", { version: "1.0.0" }],
      ["external-secrets", { version: pins.externalSecrets.version }],
      ["kwok", { version: "0.1.0" }],
    ]);
    expect(substitutesOf(providers, charts, tools)).toEqual([
      "provider hashicorp/vault 5.9.0 for 5.6.0",
      "stand-in for chart trino 1.42.2: one Deployment",
      "chart nessie 0.108.5 for 0.108.4",
      `program vault 1.0.0 for ${images.vault.split(":")[1]}`,
    ]);
  });
});
