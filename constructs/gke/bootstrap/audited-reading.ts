import { ProjectIamAuditConfig } from "@cdktf/provider-google/lib/project-iam-audit-config";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";

/** Settings of an {@link AuditedReading}. */
export interface AuditedReadingProps {
  readonly project: string;
  /**
   * What must exist first, such as the API of projects.
   *
   * @default - nothing
   */
  readonly dependsOn?: readonly ITerraformDependable[];
}

/**
 * Logs who reads and writes what, of every service and of everybody. It belongs to the bootstrap layer: from the first
 * layer on nothing is read unseen, and who applies the others does not keep it.
 *
 * @see https://cloud.google.com/logging/docs/audit/configure-data-access
 */
export class AuditedReading extends Construct {
  constructor(scope: Construct, id: string, { project, dependsOn }: AuditedReadingProps) {
    super(scope, id);
    // OBS-02: nobody is exempt.
    new ProjectIamAuditConfig(this, "Resource", {
      project,
      service: "allServices",
      auditLogConfig: ["ADMIN_READ", "DATA_READ", "DATA_WRITE"].map((logType) => ({ logType })),
      dependsOn: dependsOn ? [...dependsOn] : undefined,
    });
  }
}
