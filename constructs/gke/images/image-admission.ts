import { BinaryAuthorizationPolicy } from "@cdktf/provider-google/lib/binary-authorization-policy";
import { Lazy } from "cdktf";
import { Construct } from "constructs";

/** Settings of an {@link ImageAdmission}. */
export interface ImageAdmissionProps {
  readonly project: string;
  /** Full name of the attestor whose word is needed. */
  readonly attestor: string;
  /**
   * Patterns of images that need no attestation, such as `quay.io/jetstack/**`. A function is asked when the tree is written,
   * for patterns that follow from what is built after the policy.
   */
  readonly exempt: readonly string[] | (() => readonly string[]);
  /**
   * Whether a pod that breaks the policy is refused, or only written to the audit log.
   *
   * @default true
   */
  readonly enforced?: boolean;
}

/**
 * The project's Binary Authorization policy: images that the project builds run when CI has attested them, others when they
 * are listed. There is one policy in a project, and one cluster.
 *
 * @see https://cloud.google.com/binary-authorization/docs/key-concepts
 */
export class ImageAdmission extends Construct {
  readonly resource: BinaryAuthorizationPolicy;

  constructor(scope: Construct, id: string, props: ImageAdmissionProps) {
    super(scope, id);
    const { exempt } = props;
    const patterns = () => [...(typeof exempt === "function" ? exempt() : exempt)].sort();
    this.resource = new BinaryAuthorizationPolicy(this, "Resource", {
      project: props.project,
      description: "Own images run when CI has attested them, others when they are listed",
      // Google keeps the list of GKE's own images, which change with its versions.
      globalPolicyEvaluationMode: "ENABLE",
      admissionWhitelistPatterns: Lazy.anyValue({
        produce: () => patterns().map((pattern) => ({ name_pattern: pattern })),
      }),
      defaultAdmissionRule: {
        evaluationMode: "REQUIRE_ATTESTATION",
        enforcementMode: (props.enforced ?? true) ? "ENFORCED_BLOCK_AND_AUDIT_LOG" : "DRYRUN_AUDIT_LOG_ONLY",
        requireAttestationsBy: [props.attestor],
      },
    });
  }
}
