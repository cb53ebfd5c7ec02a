import { synthesizedPlatform } from "../support/synthesized-platform";

const stacks = synthesizedPlatform();
const environments = [...new Set(stacks.map(({ environment }) => environment.name))];

/** Roles after a text in all stacks of an environment. */
function rolesIn(environment: string, pattern: RegExp): readonly string[] {
  const text = stacks
    .filter((stack) => stack.environment.name === environment)
    .map(({ json }) => JSON.stringify(json).replaceAll("\\", ""))
    .join();
  return [...new Set([...text.matchAll(pattern)].map(([, role = ""]) => role))].sort();
}

const selected = (environment: string) => rolesIn(environment, /"nodeSelector":\{"terralake\.dev\/pool":"(\w+)"\}/g);
const tainted = (environment: string) =>
  rolesIn(environment, /"taint":\[\{"effect":"NO_SCHEDULE","key":"terralake\.dev\/pool","value":"(\w+)"\}\]/g);

test("pods ask only for pools that their environment has", () => {
  expect(environments.length).toBeGreaterThan(4);
  for (const environment of environments) {
    expect(tainted(environment)).toEqual(expect.arrayContaining([...selected(environment)]));
  }
});

test("prod and staging have pools for memory and for batch, dev for batch, a laptop none", () => {
  expect(environments.map((environment) => [environment, tainted(environment).join(" ")])).toEqual([
    ["minikube", ""],
    ["kind", ""],
    ["datalyptica", ""],
    ["gke-dev", "batch"],
    ["gke-staging", "batch memory"],
    ["gke-prod", "batch memory"],
  ]);
  expect(selected("gke-prod")).toContain("memory");
});

test("every volume on Google Cloud is of the class that the environment makes", () => {
  const classes = stacks
    .filter(({ environment }) => environment.tier)
    .flatMap(({ json }) => [...JSON.stringify(json).matchAll(/\\"storageClass(?:Name)?\\":(null|\\"[\w-]*\\")/g)])
    .map(([, name = ""]) => name.replaceAll(/\\"/g, ""));
  expect(classes.length).toBeGreaterThan(5);
  expect([...new Set(classes)]).toEqual(["platform-disks"]);
});
