import { ProjectService } from "@cdktf/provider-google/lib/project-service";
import { Construct } from "constructs";

/** APIs that the platform calls; each must be on before a stack can be applied. */
export const platformServices = [
  "accesscontextmanager.googleapis.com",
  "aiplatform.googleapis.com",
  "artifactregistry.googleapis.com",
  "bigquery.googleapis.com",
  "bigqueryconnection.googleapis.com",
  "bigquerydatapolicy.googleapis.com",
  "billingbudgets.googleapis.com",
  "binaryauthorization.googleapis.com",
  "certificatemanager.googleapis.com",
  "cloudkms.googleapis.com",
  "cloudresourcemanager.googleapis.com",
  "composer.googleapis.com",
  "compute.googleapis.com",
  "container.googleapis.com",
  "containeranalysis.googleapis.com",
  "containerfilesystem.googleapis.com",
  "containerscanning.googleapis.com",
  "containersecurity.googleapis.com",
  "datacatalog.googleapis.com",
  "dlp.googleapis.com",
  "dns.googleapis.com",
  "gkebackup.googleapis.com",
  "iam.googleapis.com",
  "iamcredentials.googleapis.com",
  "logging.googleapis.com",
  "memorystore.googleapis.com",
  "metastore.googleapis.com",
  "monitoring.googleapis.com",
  "networkconnectivity.googleapis.com",
  "notebooks.googleapis.com",
  "orgpolicy.googleapis.com",
  "pubsub.googleapis.com",
  "securitycenter.googleapis.com",
  "servicenetworking.googleapis.com",
  "serviceusage.googleapis.com",
  "sqladmin.googleapis.com",
  "storage.googleapis.com",
  "vpcaccess.googleapis.com",
] as const;

/** Settings of {@link ProjectServices}. */
export interface ProjectServicesProps {
  readonly project: string;
  /**
   * APIs to switch on, by their full names.
   *
   * @default - {@link platformServices}
   */
  readonly services?: readonly string[];
}

/** Switches on the APIs of a project, and never off again: another owner may use them too. */
export class ProjectServices extends Construct {
  readonly services: readonly string[];
  readonly resources: readonly ProjectService[];

  constructor(scope: Construct, id: string, props: ProjectServicesProps) {
    super(scope, id);
    this.services = [...new Set(props.services ?? platformServices)].sort();
    this.resources = this.services.map(
      (service) =>
        new ProjectService(this, idOfService(service), {
          project: props.project,
          service,
          disableOnDestroy: false,
          disableDependentServices: false,
        }),
    );
  }
}

/** `cloudkms.googleapis.com` becomes `Cloudkms`. */
function idOfService(service: string): string {
  const name = service.split(".")[0] ?? service;
  return name.charAt(0).toUpperCase() + name.slice(1);
}
