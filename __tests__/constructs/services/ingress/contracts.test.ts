import { freeKeys } from "../../../../verification/charts/free-keys";
import { ChartData } from "../../../support/chart-data";
import { objectProblems } from "../../../support/crd-contract";
import { objectsOf, releasesOf, type Values } from "../../../support/releases";
import { valuesProblems } from "../../../support/values-contract";
import { gateway, ingressed, loadBalancer, oidc, openshift } from "./ingress-stack";

const data = ChartData.find();

const releases = [
  ingressed(),
  ingressed({ login: oidc }),
  ingressed({ edge: loadBalancer, settings: { imageRegistry: "localhost:5001" } }),
  ingressed({ edge: gateway, login: oidc }),
  ingressed({ edge: openshift, login: oidc }),
].flatMap(({ services }) => releasesOf(services));

/** Kinds of Kubernetes itself, and those of clouds, whose definitions no chart has. */
const undefinedKinds = ["v1", "apps/v1", "policy/v1", "networking.gke.io/v1", "route.openshift.io/v1"];

(data ? describe : describe.skip)("upstream's data", () => {
  test("traefik knows every key that is set", () => {
    const ours = releases.filter(({ chart }) => chart === "traefik");
    expect(ours).toHaveLength(3);
    const contract = {
      defaults: data?.values("traefik") ?? {},
      schema: data?.schema("traefik"),
      free: freeKeys.traefik,
    };
    expect(ours.flatMap(({ values }) => valuesProblems(values, contract))).toEqual([]);
  });

  test("define every object that is delivered", () => {
    const custom = objectsOf(releases).filter(({ apiVersion }) => !undefinedKinds.includes(apiVersion));
    for (const object of custom) {
      const schema = data?.definition(object.apiVersion, object.kind);
      expect({ kind: object.kind, defined: schema !== undefined }).toEqual({ kind: object.kind, defined: true });
      expect(objectProblems(object, schema as Values)).toEqual([]);
    }
    expect([...new Set(custom.map(({ kind }) => kind))].sort()).toEqual([
      ...["Certificate", "ExternalSecret", "Gateway", "HTTPRoute", "IngressRoute", "Middleware", "SecretStore"],
    ]);
  });
});
