import { datalypticaOnKind } from "../../environments/datalyptica";
import { renderSubject } from "../../verification";
import { at } from "../../verification/objects/kube-object";
import { type PodTemplate, podsOf } from "../../verification/objects/pods";
import { localTools, subjectOf } from "../support/verified-environment";

/** Rendering takes a while on a busy machine. */
jest.setTimeout(120_000);

interface Container {
  readonly name: string;
  readonly livenessProbe?: { readonly httpGet?: { readonly path: string } };
  readonly readinessProbe?: { readonly httpGet?: { readonly path: string } };
}

/** An operator whose chart has no probes and no value for them. */
const withoutProbes = "clickhouse-operator Deployment/";

/** Pods that run on and serve; those of jobs end. */
const serving = (pod: PodTemplate) => /^(Deployment|StatefulSet)\//.test(pod.madeBy);

async function containers() {
  const releases = (await renderSubject(subjectOf(datalypticaOnKind), await localTools())).filter(
    ({ installation }) => installation.stack === "datalyptica-services",
  );
  return releases.flatMap(({ installation, objects }) =>
    objects
      .flatMap(podsOf)
      .filter(serving)
      .flatMap(({ madeBy, spec }) =>
        (at(spec ?? {}, "containers") as readonly Container[]).map((container) => ({
          ...container,
          id: `${installation.name} ${madeBy} ${container.name}`,
        })),
      ),
  );
}

test("all that serve are asked whether they live and whether they are ready, as far as charts are at hand", async () => {
  const found = await containers();
  expect(found.length).toBeGreaterThanOrEqual(3);
  const silent = found.filter(({ livenessProbe, readinessProbe }) => !livenessProbe || !readinessProbe);
  expect(silent.map(({ id }) => id).filter((id) => !id.startsWith(withoutProbes))).toEqual([]);
  const nessie = found.find(({ id }) => id.startsWith("nessie "));
  expect(nessie?.livenessProbe?.httpGet?.path ?? "/q/health/live").toBe("/q/health/live");
  expect(nessie?.readinessProbe?.httpGet?.path ?? "/q/health/ready").toBe("/q/health/ready");
});
