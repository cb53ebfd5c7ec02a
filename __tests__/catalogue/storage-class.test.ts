import { serviceNames } from "../../environments/schema";
import { resolveServices, servicesInput } from "../../environments/schema/services";
import { everyService } from "./every-service";

/** Paths of all keys of a name. */
function pathsOf(name: string, value: unknown, path = ""): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) =>
    key === name && member !== undefined ? [`${path}.${key}`] : pathsOf(name, member, `${path}.${key}`),
  );
}

test("an environment's storage class reaches every volume of services that name none", () => {
  const input = servicesInput.parse(Object.fromEntries(serviceNames.map((name) => [name, {}])));
  const without = resolveServices(input, { size: "large" });
  const withClass = resolveServices(input, { size: "large", storageClass: "fast" });
  expect(pathsOf("storageClass", without)).toEqual([]);
  const volumes = [...new Set(pathsOf("storage", everyService).map((path) => path.split(".")[1]))];
  expect(volumes.length).toBeGreaterThan(7);
  const classed = pathsOf("storageClass", withClass).map((path) => path.split(".")[1]);
  // the schema registry's `storage` is the kind of its store
  expect(volumes.filter((service) => service !== "schemaRegistry" && !classed.includes(service))).toEqual([]);
});
