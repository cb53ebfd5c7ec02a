import { DataPlatformServices } from "../../catalogue/assembly/data-platform-services";
import { valkey } from "../../catalogue/valkey";
import type { ServicesInput } from "../../environments/schema";
import { describeProblem } from "../../environments/schema/errors";
import { serviceStacks } from "../constructs/services/service-stacks";
import { objectsOf, releasesOf } from "../support/releases";
import { resolved } from "./every-service";

const small = { size: "small" } as const;

function built(services: ServicesInput) {
  const stacks = serviceStacks();
  const platform = new DataPlatformServices(stacks.services, "DataPlatform", {
    context: stacks.context,
    services: resolved(services),
  });
  const objects = objectsOf(releasesOf(stacks.services)).map(({ kind, metadata }) => `${kind} ${metadata.name}`);
  return { platform, objects };
}

test("keeps the size and the port that were promised", () => {
  const settings = valkey.resolve(valkey.input.parse({}), small);
  expect(settings).toMatchObject({ storage: "5Gi", replicas: 1 });
  const { platform, objects } = built({ valkey: {} });
  expect(objects).toContain("ExternalSecret valkey-users");
  expect(platform.connections).toEqual([
    { service: "valkey", namespace: "data-platform", address: "redis://valkey.data-platform.svc:6379" },
  ]);
  // An alias to the followers would lose what is written.
  expect(platform.offers[0]?.ports?.redis?.end).toMatchObject({
    podLabels: { "statefulset.kubernetes.io/pod-name": "valkey-0" },
  });
  expect(platform.offers[0]?.keyValueStore).toMatchObject({ port: 6379 });
  expect(platform.offers[0]?.metrics?.map(({ port }) => port)).toEqual([9121]);
});

test.each(["requirepass", "tls-port", "dir", "loadmodule"])("refuses the directive %s", (directive) => {
  const settings = valkey.resolve(valkey.input.parse({ config: { [directive]: "x" } }), small);
  expect(valkey.check?.(settings, {}).map(describeProblem)).toEqual([
    `config.${directive}: a directive that is not free; allowed: directives that open nothing and move nothing; remove it`,
  ]);
});

test("refuses a value that would be a second line", () => {
  expect(valkey.input.safeParse({ config: { save: "60 1" } }).success).toBe(true);
  expect(valkey.input.safeParse({ config: { save: "60 1\nrequirepass x" } }).success).toBe(false);
});
