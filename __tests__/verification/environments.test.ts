import { environments } from "../../environments";
import type { Block } from "../../stacks/stack-json";
import {
  type Finding,
  matrixOf,
  type RenderedRelease,
  type Report,
  renderSubject,
  type Subject,
  verify,
} from "../../verification";
import { chartsFolder, localContracts, localTools, subjectOf } from "../support/verified-environment";

/** Rendering takes a while on a busy machine. */
jest.setTimeout(120_000);

const contracts = localContracts();
const subjects = new Map(environments.map((environment) => [environment.name, subjectOf(environment)]));

function subject(name: string): Subject {
  const found = subjects.get(name);
  if (!found) {
    throw new Error(`there is no environment ${name}`);
  }
  return found;
}

const rendered = new Map<string, readonly RenderedRelease[]>();

async function releasesOf(name: string): Promise<readonly RenderedRelease[]> {
  const found = rendered.get(name) ?? (await renderSubject(subject(name), await localTools()));
  rendered.set(name, found);
  return found;
}

async function check(
  name: string,
  whole: Subject = subject(name),
  releases?: readonly RenderedRelease[],
): Promise<Report> {
  return verify(whole, releases ?? (await releasesOf(name)), contracts);
}

/** Own images are attested when CI has built them, and their digests are named then: until then a cluster refuses them. */
const isUnattested = ({ allowed }: Finding) => allowed.startsWith("an image with a digest");

test("an environment that admits attested images alone says which of its own it would refuse", async () => {
  const { findings } = await check("gke-prod");
  const unattested = findings.filter(isUnattested).map(({ given }) => given);
  const { own, digests } = environments.find(({ name }) => name === "gke-prod")?.images ?? {};
  expect(unattested.length + Object.keys(digests ?? {}).length).toBeGreaterThan(0);
  for (const image of unattested) expect(image).toContain(`${own}/terralake/`);
  expect((await check("gke-dev")).findings.filter(isUnattested)).toEqual([]);
});

describe.each(environments.map(({ name }) => name))("%s", (name) => {
  test("fits together, as far as its charts are at hand", async () => {
    const { findings, checked, releases, unchecked } = await check(name);
    expect(findings.filter((finding) => !isUnattested(finding))).toEqual([]);
    for (const kind of [
      "address",
      "custom resource",
      "namespace",
      "policy",
      "pod",
      "secret",
      "secret key",
      "service account",
    ]) {
      // Without chart data there are no definitions to check against.
      const count = kind === "custom resource" && !contracts.data ? 1 : (checked[kind] ?? 0);
      expect({ kind, some: count > 0 }).toEqual({ kind, some: true });
    }
    const silent = releases.filter(
      ({ release, rendered: by }) => by === "no" && !unchecked.some((each) => each.release === release),
    );
    expect(silent).toEqual([]);
  });

  test("has a table who talks to whom in which each flow has ports and a reason", () => {
    const rows = matrixOf(subject(name));
    expect(rows.length).toBeGreaterThan(20);
    expect(rows.filter(({ ports, reason }) => ports.length === 0 || reason === "")).toEqual([]);
  });
});

/** A copy of an environment in which one resource of a type is changed or taken away. */
function withResource(
  whole: Subject,
  type: string,
  wanted: (block: Block) => boolean,
  change: (named: Record<string, Block>, name: string) => void,
): Subject {
  const copy = JSON.parse(JSON.stringify(whole)) as Subject;
  for (const { json } of copy.stacks) {
    const named = json.resource?.[type] ?? {};
    const name = Object.keys(named).find((each) => wanted(named[each] ?? {}));
    if (name) {
      change(named, name);
      return copy;
    }
  }
  throw new Error(`no ${type} is like that`);
}

const shown = ({ path, given }: Finding) => `${path}: ${given}`;
const isPolicy = (name: string) => (block: Block) => (block.metadata as Block).name === name;

test("a policy that is taken away is missed by who needs it, whatever charts are at hand", async () => {
  const whole = withResource(
    subject("kind"),
    "kubernetes_network_policy_v1",
    isPolicy("vault-to-postgres-egress"),
    (named, name) => {
      delete named[name];
    },
  );
  const { findings } = await check("kind", whole);
  const sides = findings.filter(({ given }) => given.includes("open on the side of ingress only"));
  expect(sides.map(({ path }) => path)).toEqual(["NetworkPolicy/vault-to-postgres-ingress"]);
});

test("an account that is renamed is missed by the store that logs in with it", async () => {
  const isReader = (block: Block) =>
    (block.metadata as Block).name === "vault-reader" && (block.metadata as Block).namespace === "data-platform";
  const whole = withResource(subject("kind"), "kubernetes_service_account_v1", isReader, (named, name) => {
    (named[name]?.metadata as Block).name = "reader";
  });
  const { findings, unchecked } = await check("kind", whole);
  const told = [...findings.map(shown), ...unchecked.flatMap(({ what }) => what)].filter((text) =>
    text.includes("vault-reader"),
  );
  expect(told.length).toBeGreaterThan(0);
});

(chartsFolder ? describe : describe.skip)(
  `rendered charts${chartsFolder ? "" : " (skipped: set TERRALAKE_CHARTS)"}`,
  () => {
    /** Renders an environment with the objects or values of one release changed as text. */
    async function changed(release: string, from: string, to: string): Promise<Report> {
      const isRelease = (block: Block) => `${block.namespace}/${block.name}` === release;
      const whole = withResource(subject("kind"), "helm_release", isRelease, (named, name) => {
        const block = named[name] ?? {};
        const [values = ""] = block.values as readonly string[];
        expect(values).toContain(from);
        block.values = [values.replace(from, to)];
      });
      return check("kind", whole, await renderSubject(whole, await localTools()));
    }

    test("a key that its maker renames is missed by the pod that reads it", async () => {
      const { findings } = await changed(
        "data-platform/nessie-objects",
        '"secretKey":"AWS_ACCESS_KEY_ID"',
        '"secretKey":"ACCESS_KEY"',
      );
      expect(findings.map(({ release, given }) => [release, given])).toContainEqual([
        "data-platform/nessie",
        "key AWS_ACCESS_KEY_ID of secret nessie-s3-credentials in data-platform",
      ]);
    });

    test("a port in an address that no Service has", async () => {
      const { findings } = await changed(
        "data-platform/nessie",
        "postgres-rw.data-platform.svc:5432",
        "postgres-rw.data-platform.svc:5433",
      );
      expect(findings.map(({ release, given }) => [release, given])).toEqual([
        ["data-platform/nessie", "postgres-rw.data-platform.svc:5433, port 5433"],
      ]);
    });

    test("a value that the chart does not know", async () => {
      const { findings } = await changed("data-platform/nessie", '"replicaCount"', '"replicas"');
      expect(findings.map(({ check: about, given }) => [about, given])).toEqual([
        ["chart values", "replicas is not in values.yaml"],
      ]);
    });
  },
);
