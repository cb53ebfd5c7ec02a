import { type ContractSources, checkChartContracts } from "./charts/contracts";
import { checkImages } from "./images/check-images";
import { checkMatrix, type MatrixRow, networkMatrix } from "./network/matrix";
import { policiesIn } from "./network/policies";
import { ClusterModel } from "./objects/cluster";
import { installationsOf } from "./objects/releases";
import { terraformObjects } from "./objects/terraform-objects";
import { checkPodSecurity } from "./pod-security/check";
import { type RenderedRelease, type RenderTools, renderReleases } from "./rendering/render";
import { Ledger, type Report } from "./report";
import type { Subject } from "./subject";
import { waivers as allWaivers, applyWaivers, type Waiver } from "./waivers";
import { checkNamed } from "./wiring/named";
import { checkAddresses, checkApiServerFlows } from "./wiring/reach";
import { checkSelectors } from "./wiring/selectors";

/** Renders every release of an environment, with what is at hand. */
export function renderSubject(subject: Subject, tools: RenderTools): Promise<readonly RenderedRelease[]> {
  return renderReleases(subject.stacks.flatMap(installationsOf), tools);
}

/** Runs every check of the whole over what was rendered. */
export async function verify(
  subject: Subject,
  releases: readonly RenderedRelease[],
  contracts: ContractSources,
  waivers: readonly Waiver[] = allWaivers,
): Promise<Report> {
  const ledger = new Ledger();
  const model = new ClusterModel(subject, releases);
  const policies = policiesIn(model.objects);
  for (const { installation, by, reason, refused, foundVersion } of releases) {
    const { id: release, chart } = installation;
    if (refused !== undefined) {
      ledger.find({
        check: "rendering",
        release,
        path: installation.address,
        given: refused.split("\n").at(-1) ?? refused,
        allowed: `values that the chart ${chart} renders with`,
        next: "correct what Helm names",
      });
    } else if (by === "no") {
      const what = "references of its pods, addresses in its configuration, its Services, pod security";
      ledger.skip({ release, chart, reason: reason ?? "not rendered" }, what);
    } else if (foundVersion !== undefined) {
      const asked = `rendered by version ${foundVersion} in the place of ${installation.version}`;
      ledger.skip({ release, chart, reason: asked }, "what differs between the two");
    }
  }
  checkNamed(model, ledger);
  checkAddresses(subject, model, policies, ledger);
  checkApiServerFlows(model, policies, ledger);
  checkSelectors(model, policies, ledger);
  checkMatrix(policies, model.namespaces, ledger);
  checkPodSecurity(model, ledger);
  checkImages(releases, ledger, subject);
  await checkChartContracts(model, contracts, ledger);
  const { findings, waived } = applyWaivers(ledger.findings, waivers, ledger.considered, releases);
  return {
    environment: subject.environment,
    releases: releases.map(({ installation, by, objects }) => ({
      release: installation.id,
      stack: installation.stack,
      chart: installation.chart,
      rendered: by,
      objects: objects.length,
    })),
    checked: ledger.checked,
    findings,
    unchecked: ledger.unchecked,
    waived,
  };
}

/** The table who talks to whom of an environment; it needs neither Helm nor charts. */
export function matrixOf(subject: Subject): readonly MatrixRow[] {
  return networkMatrix(policiesIn(subject.stacks.flatMap(terraformObjects)));
}
