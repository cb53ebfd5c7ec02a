import { edgeInput, gatewayOf, resolveEdge } from "../../../../environments/schema/google/edge";
import { resolveTarget, targetInput } from "../../../../environments/schema/target";
import { gkeTarget, network } from "../../../fixtures/environments/base";

const target = (ranges: object = {}) => {
  const made = resolveTarget(targetInput.parse({ ...gkeTarget, network: { ...network, ...ranges } }), "gke-prod");
  if (made.kind !== "gke") {
    throw new Error("the fixture is not on Google Cloud");
  }
  return made;
};
const edge = (given: object) => resolveEdge(edgeInput.parse(given), "prod");

test("nothing is open to the internet unless somebody says so", () => {
  expect(edge({ domain: "data.example.com" })).toEqual({
    domain: "data.example.com",
    access: "internal",
    callers: [],
    requestsPerMinute: 1200,
  });
});

test("without a domain there is no Gateway to describe", () => {
  expect(gatewayOf("gke-prod", target(), edge({}))).toBeUndefined();
});

test("an internal Gateway is called from the range of the proxies", () => {
  const { sources, className, certificateMap } =
    gatewayOf("gke-prod", target({ proxies: "10.10.34.0/23" }), edge({ domain: "data.example.com" })) ?? {};
  expect({ sources, className, certificateMap }).toEqual({
    sources: ["10.10.34.0/23"],
    className: "gke-l7-rilb",
    certificateMap: undefined,
  });
});

test("a public Gateway has a certificate of Google and Cloud Armor before it", () => {
  expect(gatewayOf("gke-prod", target(), edge({ domain: "data.example.com", access: "public" }))).toEqual({
    domain: "data.example.com",
    className: "gke-l7-global-external-managed",
    address: "gke-prod-web",
    sslPolicy: "gke-prod-web",
    certificateMap: "gke-prod-web",
    securityPolicy: "gke-prod-web",
    sources: [],
  });
});
