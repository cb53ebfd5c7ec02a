import { AccessContextManagerAccessLevel } from "@cdktf/provider-google/lib/access-context-manager-access-level";
import {
  AccessContextManagerServicePerimeter,
  type AccessContextManagerServicePerimeterSpec,
} from "@cdktf/provider-google/lib/access-context-manager-service-perimeter";
import { Construct } from "constructs";
import { gcpName } from "../names";

/**
 * Services whose data may not leave, nor be changed from outside: disks, the policy on images and what attests them too. Not among them: `sts` and `iamcredentials`, by which a pipeline outside becomes an
 * identity before any rule can name it; `cloudresourcemanager`, which the organization's own tools read.
 *
 * @see https://cloud.google.com/vpc-service-controls/docs/supported-products
 */
export const restrictedServices = [
  "aiplatform.googleapis.com",
  "artifactregistry.googleapis.com",
  "bigquery.googleapis.com",
  "binaryauthorization.googleapis.com",
  "cloudkms.googleapis.com",
  "composer.googleapis.com",
  "compute.googleapis.com",
  "container.googleapis.com",
  "containeranalysis.googleapis.com",
  "datacatalog.googleapis.com",
  "dlp.googleapis.com",
  "gkebackup.googleapis.com",
  "logging.googleapis.com",
  "memorystore.googleapis.com",
  "monitoring.googleapis.com",
  "pubsub.googleapis.com",
  "secretmanager.googleapis.com",
  "sqladmin.googleapis.com",
  "storage.googleapis.com",
] as const;

/** Settings of a {@link ServicePerimeter}. */
export interface ServicePerimeterProps {
  /** Number of the organization's access policy. */
  readonly accessPolicy: string;
  /** First part of names. */
  readonly prefix: string;
  /** Number of the project that is inside. */
  readonly projectNumber: string;
  /** Whether calls are refused; else they are only written down as such. */
  readonly enforce: boolean;
  /** Identities that pipelines act as, as members: they come from addresses that nobody knows before. */
  readonly pipelines: readonly string[];
  /** Who else may come in from outside, as members; no groups. */
  readonly people: readonly string[];
  /** Countries that people may come from. @default any */
  readonly regions?: readonly string[];
  /** Public ranges that people may come from. @default any */
  readonly ranges?: readonly string[];
}

/**
 * A line around the data of one project: who has stolen a password still cannot copy a bucket to a project of his own.
 * Nothing may be called from inside outwards.
 *
 * @see https://cloud.google.com/vpc-service-controls/docs/overview
 */
export class ServicePerimeter extends Construct {
  constructor(
    scope: Construct,
    id: string,
    private readonly props: ServicePerimeterProps,
  ) {
    super(scope, id);
    const { accessPolicy, prefix, enforce } = props;
    const parent = `accessPolicies/${accessPolicy}`;
    const level = this.accessLevel(parent);
    const rules = this.rules(level);
    const name = gcpName(this, "access-level", prefix, "perimeter");
    new AccessContextManagerServicePerimeter(this, "Resource", {
      parent,
      name: `${parent}/servicePerimeters/${name}`,
      title: name,
      description: `Data of ${prefix}; ${enforce ? "enforced" : "dry run: violations are in the audit logs"}`,
      perimeterType: "PERIMETER_TYPE_REGULAR",
      // Dry run first: `spec` is what would be, `status` what is.
      useExplicitDryRunSpec: !enforce,
      ...(enforce ? { status: rules } : { spec: rules }),
    });
  }

  /** Where people may come from; none when they may come from anywhere. */
  private accessLevel(parent: string): AccessContextManagerAccessLevel | undefined {
    const { prefix, regions = [], ranges = [] } = this.props;
    if (regions.length === 0 && ranges.length === 0) {
      return undefined;
    }
    const name = gcpName(this, "access-level", prefix, "people");
    return new AccessContextManagerAccessLevel(this, "People", {
      parent,
      name: `${parent}/accessLevels/${name}`,
      title: name,
      description: `Where people of ${prefix} may come from`,
      basic: {
        // One condition: both its parts must hold.
        conditions: [
          {
            ipSubnetworks: ranges.length > 0 ? [...ranges] : undefined,
            regions: regions.length > 0 ? [...regions] : undefined,
          },
        ],
      },
    });
  }

  private rules(level: AccessContextManagerAccessLevel | undefined): AccessContextManagerServicePerimeterSpec {
    const { projectNumber, pipelines, people } = this.props;
    const project = `projects/${projectNumber}`;
    const from = (title: string, identities: readonly string[], accessLevel: string) => ({
      title,
      ingressFrom: { identities: [...identities], sources: [{ accessLevel }] },
      ingressTo: { resources: [project], operations: [{ serviceName: "*" }] },
    });
    return {
      resources: [project],
      restrictedServices: [...restrictedServices],
      ingressPolicies: [
        from("pipelines", pipelines, "*"),
        ...(people.length > 0 ? [from("people", people, level?.name ?? "*")] : []),
      ],
    };
  }
}
