import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { runInNewContext } from "node:vm";
import { App } from "cdktf";
import { webServices } from "../../catalogue/web-services";
import { type EnvironmentInput, readEnvironment, type ServicesInput } from "../../environments/schema";
import { describeProblem } from "../../environments/schema/errors";
import { buildPlatform } from "../../stacks/platform";
import { kind } from "../fixtures/environments/base";

const page = readFileSync(join(resolve(__dirname, "../.."), "docs/web-services.md"), "utf8");

/** The services that the page shows for an environment. */
function shown(file: string): ServicesInput {
  const [, code] = new RegExp(`\`\`\`ts ${file.replaceAll(".", "\\.")}\n([\\s\\S]*?)\`\`\``).exec(page) ?? [];
  if (code === undefined) {
    throw new Error(`the page shows nothing for ${file}`);
  }
  return JSON.parse(JSON.stringify(runInNewContext(`({${code}})`))) as ServicesInput;
}

function environment(services: ServicesInput, secrets: EnvironmentInput["secrets"] = {}) {
  const target = { ...kind.target, nodes: [{ count: 2, cpu: "4", memory: "8Gi" }] };
  const { environment: made, problems } = readEnvironment({ ...kind, target, secrets, services });
  expect(problems.map(describeProblem)).toEqual([]);
  return made;
}

test("the five lines of the page are an environment's web service, with its host", () => {
  const five = shown("environments/shop.ts");
  const made = environment({ ...five, ingress: {} });
  if (!made) throw new Error("there is no environment");
  const services = buildPlatform(new App({ stackTraces: false }), made).at(-1);
  const text = JSON.stringify(services?.toTerraform());
  for (const wanted of ["registry.example.com/shop/web:1.4.2", "shop.platform.localhost", "traefik-to-shop-ingress"]) {
    expect([wanted, text.includes(wanted)]).toEqual([wanted, true]);
  }
  expect(page).toContain("http://shop.web-services.svc");
  expect(made.services.webServices?.namespace).toBe("web-services");
});

test("the larger example of the page is one too", () => {
  const secrets = { declared: { "shop/payment": { keys: { token: { generate: 32 } } } } } as const;
  const others = { postgres: { databases: ["orders"] }, objectStore: {}, valkey: {}, ingress: {} };
  environment({ ...others, ...shown("environments/shop-larger.ts") }, secrets);
});

test("the page names every setting that a web service has", () => {
  const given = { services: { shop: { image: "registry.example.com/shop/web:1.4.2" } } };
  const unknown = webServices.input.safeParse({ services: { shop: { ...given.services.shop, nothing: 1 } } });
  const { options } = JSON.parse(unknown.error?.issues[0]?.message ?? "{}") as { readonly options?: readonly string[] };
  expect(options?.length).toBeGreaterThan(20);
  expect(options?.filter((setting) => !page.includes(setting))).toEqual([]);
});
