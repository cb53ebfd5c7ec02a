import { InternalEdge } from "../../../../constructs/gke/edge/internal-edge";
import { PublicEdge, type PublicEdgeProps } from "../../../../constructs/gke/edge/public-edge";
import { all, type Block, emptyStack, only, where } from "../synthesized";

const names = { address: "web", sslPolicy: "tls", certificateMap: "map", securityPolicy: "armor" };

function publicEdge(props: Partial<PublicEdgeProps> = {}) {
  const stack = emptyStack();
  new PublicEdge(stack, "Edge", {
    project: "example-dev",
    prefix: "gke-dev",
    names,
    domain: "data.example.com",
    requestsPerMinute: 600,
    allowDestroy: false,
    ...props,
  });
  return stack;
}

function internalEdge() {
  const stack = emptyStack();
  new InternalEdge(stack, "Edge", {
    project: "example-dev",
    region: "europe-west1",
    prefix: "gke-dev",
    names,
    domain: "data.example.com",
    network: "the-network",
    subnetwork: "the-subnetwork",
  });
  return stack;
}

const rules = (props?: Partial<PublicEdgeProps>) =>
  only(publicEdge(props), "google_compute_security_policy").rule as readonly Block[];

const records = (stack: ReturnType<typeof emptyStack>, type: string) =>
  all(stack, "google_dns_record_set")
    .filter((record) => record.type === type)
    .map(({ name, rrdatas }) => ({ name, rrdatas }));

describe("PublicEdge", () => {
  it("has an address that stays, and the domain and all names below it lead there", () => {
    const stack = publicEdge();
    expect(only(stack, "google_compute_global_address")).toMatchObject({
      name: "web",
      lifecycle: { prevent_destroy: true },
    });
    const rrdatas = [expect.stringMatching(/^\$\{google_compute_global_address\.Edge_Address\w*\.address\}$/)];
    expect(records(stack, "A")).toEqual([
      { name: "data.example.com.", rrdatas },
      { name: "*.data.example.com.", rrdatas },
    ]);
  });

  it("makes a zone that signs its answers, logs questions and lets Google's authority alone make certificates", () => {
    const stack = publicEdge();
    expect(only(stack, "google_dns_managed_zone")).toMatchObject({
      dns_name: "data.example.com.",
      visibility: "public",
      dnssec_config: { state: "on", non_existence: "nsec3" },
      cloud_logging_config: { enable_logging: true },
      lifecycle: { prevent_destroy: true },
    });
    expect(records(stack, "CAA")).toEqual([
      { name: "data.example.com.", rrdatas: ['0 issue "pki.goog"', '0 issuewild "pki.goog"'] },
    ]);
  });

  it("leaves a zone that is there to its owner and only adds names", () => {
    const stack = publicEdge({ zone: { name: "example-com", project: "example-dns" } });
    expect(all(stack, "google_dns_managed_zone")).toEqual([]);
    expect(records(stack, "CAA")).toEqual([]);
    for (const record of all(stack, "google_dns_record_set")) {
      expect(record).toMatchObject({ managed_zone: "example-com", project: "example-dns" });
    }
  });

  it("has a certificate for the domain and all names below it, proved by a record", () => {
    const stack = publicEdge();
    expect(only(stack, "google_certificate_manager_certificate").managed).toEqual({
      domains: ["data.example.com", "*.data.example.com"],
      dns_authorizations: [expect.stringContaining("google_certificate_manager_dns_authorization.")],
    });
    expect(all(stack, "google_certificate_manager_certificate_map_entry").map(({ hostname }) => hostname)).toEqual([
      "data.example.com",
      "*.data.example.com",
    ]);
    expect(only(stack, "google_certificate_manager_certificate_map").name).toBe("map");
    const authorization = expect.stringMatching(/^\$\{google_certificate_manager_dns_authorization\..*\[0\]\.name\}$/);
    expect(all(stack, "google_dns_record_set").map(({ name }) => name)).toContainEqual(authorization);
  });

  it("takes TLS of 1.2 and above with forward secrecy", () => {
    expect(only(publicEdge(), "google_compute_ssl_policy")).toMatchObject({
      name: "tls",
      profile: "RESTRICTED",
      min_tls_version: "TLS_1_2",
    });
  });

  it("refuses attacks, floods, and last of all whoever is left", () => {
    const expressions = (preview: boolean) =>
      rules()
        .filter((rule) => rule.preview === preview)
        .map(({ match }) => JSON.stringify(match));
    expect(expressions(false).join()).toMatch(/scannerdetection.*protocolattack.*sessionfixation.*cve-canary/);
    // SQL and programs are what people send here.
    expect(expressions(true).join()).toMatch(/sqli.*xss.*rce/);
    expect(rules().filter(({ action }) => action === "throttle")).toMatchObject([
      {
        match: { config: { src_ip_ranges: ["*"] } },
        rate_limit_options: {
          exceed_action: "deny(429)",
          enforce_on_key: "IP",
          rate_limit_threshold: { count: 600, interval_sec: 60 },
        },
      },
    ]);
    expect(rules().find(({ priority }) => priority === 2147483647)).toMatchObject({
      action: "deny(403)",
      match: { config: { src_ip_ranges: ["*"] } },
    });
  });

  it("takes requests of the callers alone, ten ranges to a rule", () => {
    const callers = Array.from({ length: 11 }, (_, index) => `198.51.100.${index * 16}/28`);
    const lists = rules({ callers })
      .filter(({ action }) => action === "throttle")
      .map(({ match }) => (match as { config: { src_ip_ranges: readonly string[] } }).config.src_ip_ranges);
    expect(lists).toEqual([callers.slice(0, 10), callers.slice(10)]);
  });

  it("has each priority once, and descriptions that Cloud Armor takes", () => {
    const callers = Array.from({ length: 11 }, (_, index) => `198.51.100.${index * 16}/28`);
    const all = rules({ callers });
    expect(new Set(all.map(({ priority }) => priority)).size).toBe(all.length);
    expect(all.filter(({ description }) => String(description).length > 64)).toEqual([]);
  });
});

describe("InternalEdge", () => {
  it("has an address of the network that both listeners share", () => {
    expect(only(internalEdge(), "google_compute_address")).toMatchObject({
      name: "web",
      address_type: "INTERNAL",
      purpose: "SHARED_LOADBALANCER_VIP",
      subnetwork: "the-subnetwork",
    });
  });

  it("has names that the network alone knows", () => {
    const stack = internalEdge();
    expect(only(stack, "google_dns_managed_zone")).toMatchObject({
      visibility: "private",
      private_visibility_config: { networks: [{ network_url: "the-network" }] },
    });
    expect(records(stack, "A").map(({ name }) => name)).toEqual(["data.example.com.", "*.data.example.com."]);
  });

  it("takes TLS of 1.2 and above with forward secrecy, in its region", () => {
    expect(where(internalEdge(), "google_compute_region_ssl_policy", "region", "europe-west1")).toMatchObject({
      name: "tls",
      profile: "RESTRICTED",
      min_tls_version: "TLS_1_2",
    });
  });
});
