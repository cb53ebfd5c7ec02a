import { ProjectService } from "@cdktf/provider-google/lib/project-service";
import { Construct } from "constructs";

/** APIs that the platform calls; each must be on before a stack can be applied. */
export const platformServices = [
  "artifactregistry.googleapis.com",
  "bigquery.googleapis.com",
  "binaryauthorization.googleapis.com",
  "cloudkms.googleapis.com",
  "cloudresourcemanager.googleapis.com",
  "compute.googleapis.com",
  "container.googleapis.com",
  "containersecurity.googleapis.com",
  "iam.googleapis.com",
  "iamcredentials.googleapis.com",
  "logging.googleapis.com",
  "monitoring.googleapis.com",
  "pubsub.googleapis.com",
  "servicenetworking.googleapis.com",
  "serviceusage.googleapis.com",
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
