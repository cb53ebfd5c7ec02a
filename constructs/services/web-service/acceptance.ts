import { job, type KubernetesObject, serviceLabels } from "../../kubernetes";
import type { PodsEnd } from "../contracts";
import type { WebServiceAcceptance, WebServiceProps } from "./props";

const labelsOf = (name: string) => serviceLabels(name, "acceptance");

/** The pods of the acceptance test of a web service. */
export function acceptancePods({ name, namespace }: Pick<WebServiceProps, "name" | "namespace">): PodsEnd {
  return { namespace, name: `${name}-acceptance`, podLabels: labelsOf(name) };
}

/** What {@link acceptanceJob} takes. */
export interface AcceptanceJobProps extends Pick<WebServiceProps, "name" | "namespace" | "user">, WebServiceAcceptance {
  /** Where the web service is. */
  readonly url: string;
  /** Address of the acceptance test's image in the environment's registry. */
  readonly image: string;
  /** What the web service is made of; another one is tested again. */
  readonly tested: string;
}

/** A job that calls the web service at `URL` and ends with 0 when all is as it should be. */
export function acceptanceJob({ name, namespace, url, tested, ...props }: AcceptanceJobProps): KubernetesObject {
  return job({
    ...props,
    name: `${name}-acceptance`,
    namespace,
    labels: labelsOf(name),
    account: name,
    env: [{ name: "URL", value: url }],
    volumes: [{ name: "tmp", emptyDir: { sizeLimit: "1Gi" } }],
    mounts: [{ name: "tmp", mountPath: "/tmp" }],
    // a test that fails once and then does not tells nothing
    retries: 0,
    runsAgainFor: [tested],
  });
}
