import type { WebUi } from "../../../../constructs/services";
import { objectsOf, releasesOf } from "../../../support/releases";
import { gateway, ingressed, oidc, openshift, page, type Variant } from "./ingress-stack";

const host = "shop.example.com";

/** A page and the backend behind it, on one host. */
const shared = (login: WebUi["login"]): readonly WebUi[] => [
  { ...page("backend", 80, login), host, path: "/api" },
  { ...page("web", 80, login), host },
];

function made(login: WebUi["login"], variant: Variant = {}) {
  const { services, ingress } = ingressed({ ...variant, props: { webUis: shared(login) } });
  const objects = objectsOf(releasesOf(services));
  return {
    ingress,
    specs: (kind: string, name: RegExp) =>
      objects.filter(({ kind: is, metadata }) => is === kind && name.test(metadata.name)).map(({ spec }) => spec),
  };
}

test("has one name in the certificate, and an address for each page", () => {
  const { ingress, specs } = made("own");
  expect(specs("Certificate", /^web-tls$/)).toMatchObject([{ dnsNames: [host] }]);
  expect(ingress.urls).toEqual({ backend: `https://${host}:8443/api`, web: `https://${host}:8443` });
});

test("is told apart by the path at every edge", () => {
  expect(made("own").specs("IngressRoute", /./)).toMatchObject([
    { routes: [{ match: "Host(`shop.example.com`) && PathPrefix(`/api`)" }] },
    { routes: [{ match: "Host(`shop.example.com`)" }] },
  ]);
  expect(made("own", { edge: gateway }).specs("HTTPRoute", /^web-/)).toMatchObject([
    { hostnames: [host], rules: [{ matches: [{ path: { type: "PathPrefix", value: "/api" } }] }] },
    { hostnames: [host], rules: [expect.not.objectContaining({ matches: expect.anything() })] },
  ]);
  expect(made("own", { edge: openshift }).specs("Route", /./)).toEqual([
    expect.objectContaining({ host, path: "/api" }),
    expect.not.objectContaining({ path: expect.anything() }),
  ]);
});

test("has one session for all its pages, each of which has a way back of its own", () => {
  const proxies = made("none", { edge: gateway, login: oidc }).specs("Deployment", /^login-/);
  const text = proxies.map((spec) => JSON.stringify(spec));
  expect(text.map((each) => /--cookie-name=([^"]+)/.exec(each)?.[1])).toEqual(["__Host-backend", "__Host-backend"]);
  expect(text.map((each) => /--redirect-url=([^"]+)/.exec(each)?.[1])).toEqual([
    `https://${host}/api/oauth2/callback`,
    `https://${host}/oauth2/callback`,
  ]);
  expect(text.map((each) => /--proxy-prefix=([^"]+)/.exec(each)?.[1])).toEqual(["/api/oauth2", undefined]);
});

test("gives way to the host that the ingress has for a page", () => {
  const { ingress } = ingressed({ props: { webUis: shared("own"), hosts: { web: "www.example.com" } } });
  expect(ingress.urls).toMatchObject({ web: "https://www.example.com:8443" });
});

test("cannot have two pages of one path", () => {
  const [backend] = shared("own");
  expect(() => ingressed({ props: { webUis: [...shared("own"), { ...(backend as WebUi), name: "other" }] } })).toThrow(
    "the host shop.example.com/api is of two pages: data-platform/backend and data-platform/backend",
  );
});

test("waits for pods of login proxies, and for nothing where there are none (rule VLT-11)", () => {
  const waits = (variant: Variant) =>
    releasesOf(ingressed(variant).services)
      .filter(({ name }) => name === "ingress-objects")
      .map(({ wait }) => wait);
  expect(waits({ edge: gateway, login: oidc })).toEqual([true]);
  expect(waits({})).toEqual([false]);
});
