import { defineEnvironment } from "../../environments/schema";
import { iceberg, kyuubi } from "../../selections";
import { renderSubject, verify } from "../../verification";
import { mergeValues, type Values } from "../../verification/charts/values";
import { podsOf } from "../../verification/objects/pods";
import { installationsOf } from "../../verification/objects/releases";
import { kind } from "../fixtures/environments/base";
import datalypticaOnOpenShift from "../fixtures/environments/valid/datalyptica-on-openshift";
import { localContracts, localTools, subjectOf } from "../support/verified-environment";

/** Rendering takes a while on a busy machine. */
jest.setTimeout(120_000);

/** Keys of security contexts that name a user or a group. */
const ids = ["runAsUser", "runAsGroup", "fsGroup", "supplementalGroups"];

/** Parts of charts that make no pods here. */
const partsThatAreOff = [
  "/vault.csi.",
  "/alloy.configReloader.",
  ...["lokiCanary", "gateway", "memcached", "rollout_operator"].map((part) => `/loki.${part}.`),
  ...["crds", "prometheusOperator.admissionWebhooks", "thanosRuler"].map((part) => `/monitoring.${part}.`),
];

/** Places in a tree, and in texts in it, where a user or a group is named. */
function fixedIds(value: unknown, path: string): readonly string[] {
  if (typeof value === "string") {
    return ids.filter((id) => new RegExp(`\\b${id}"?\\s*:\\s*"?\\d`).test(value)).map((id) => `${path} (text): ${id}`);
  }
  if (typeof value !== "object" || value === null) {
    return [];
  }
  return Object.entries(value).flatMap(([key, inner]) => [
    ...(ids.includes(key) && inner !== null ? [`${path}.${key} = ${JSON.stringify(inner)}`] : []),
    ...fixedIds(inner, `${path}.${key}`),
  ]);
}

const { data } = localContracts();

const large = { kind: "kind", nodes: [{ count: 4, cpu: "8", memory: "32Gi" }] };
const on = (services: unknown) => ({ ...kind, target: large, openshift: true, services });
const sparkServices = { sparkOperator: {}, spark: { client: true }, sparkHistory: {}, sparkConnect: {} };

describe.each([
  ["datalyptica", datalypticaOnOpenShift],
  ["iceberg", on(iceberg())],
  ["kyuubi", on(kyuubi())],
  ["other services", on({ postgres: {}, objectStore: {}, polaris: {}, lakekeeper: {}, trino: {}, ...sparkServices })],
])("%s on OpenShift", (_, input) => {
  const subject = subjectOf(defineEnvironment(input as never));
  const installations = subject.stacks.flatMap(installationsOf);

  test("names users and groups in no value and no object", () => {
    expect(installations.length).toBeGreaterThan(10);
    expect(installations.flatMap(({ id, values }) => fixedIds(values, id))).toEqual([]);
    // In objects not even as null, which definitions of custom resources refuse.
    const keys = new RegExp(`"(${ids.join("|")})":`);
    expect(installations.filter(({ values }) => keys.test(JSON.stringify(values.objects ?? {})))).toEqual([]);
  });

  (data ? test : test.skip)("leaves none of those that charts name themselves", () => {
    const left = installations.flatMap(({ id, chart, own, values }) =>
      own ? [] : fixedIds(mergeValues(data?.values(chart) ?? {}, values), id),
    );
    expect(left.filter((place) => !partsThatAreOff.some((part) => place.includes(part)))).toEqual([]);
  });

  test("has no rendered pod with a user, with privileges or with a folder of the node", async () => {
    const tools = await localTools();
    const releases = await renderSubject(subject, tools);
    const pods = releases.flatMap(({ installation, objects }) =>
      objects.flatMap(podsOf).map((pod) => ({ name: `${installation.id} ${pod.madeBy}`, spec: pod.spec ?? {} })),
    );
    // Without Helm there are those only that are delivered as they are, and some selections deliver none so.
    expect(pods.length).toBeGreaterThan("path" in tools.helm ? 1 : -1);
    expect(pods.flatMap(({ name, spec }) => fixedIds(spec, name))).toEqual([]);
    expect(pods.filter(({ spec }) => /"hostPath":\{|"privileged":true/.test(JSON.stringify(spec)))).toEqual([]);
    const { findings } = await verify(subject, releases, localContracts());
    expect(findings.filter(({ check }) => check !== "images")).toEqual([]);
  });
});

test("pages get Routes of the cluster's domain there, and no Ingress", () => {
  const { stacks } = subjectOf(defineEnvironment(datalypticaOnOpenShift as never));
  const objects = stacks
    .flatMap(installationsOf)
    .flatMap(({ values }) => Object.values((values.objects ?? {}) as Record<string, { kind: string; spec: Values }>));
  const hosts = objects.filter(({ kind: each }) => each === "Route").map(({ spec }) => String(spec.host));
  expect(hosts.length).toBeGreaterThanOrEqual(8);
  expect(hosts.filter((host) => !host.endsWith(".apps.example.com"))).toEqual([]);
  expect(objects.filter(({ kind: each }) => each.startsWith("Ingress") || each === "HTTPRoute")).toEqual([]);
});
