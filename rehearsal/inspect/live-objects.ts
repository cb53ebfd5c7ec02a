import { requestJson } from "../../operations/https-json";
import type { ControlPlane } from "../cluster/control-plane";
import { RehearsalError } from "../rehearsal-error";

/** What is known of an object in the cluster without its content. */
export interface LiveObject {
  /** API group; empty for the core group. */
  readonly group: string;
  readonly kind: string;
  /** Empty for kinds without a namespace. */
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Ids of the objects that it belongs to: it goes when they go. */
  readonly owners: readonly string[];
}

/** The part of the aggregated discovery that is read. @see https://kubernetes.io/docs/concepts/overview/kubernetes-api/#aggregated-discovery */
interface Discovery {
  readonly items: readonly {
    readonly metadata?: { readonly name?: string };
    readonly versions: readonly {
      readonly version: string;
      readonly resources: readonly {
        readonly resource: string;
        readonly responseKind?: { readonly kind: string };
        readonly verbs: readonly string[];
      }[];
    }[];
  }[];
}

interface ObjectList {
  /** `null` where there are none. */
  readonly items:
    | readonly {
        readonly metadata: {
          readonly name: string;
          readonly namespace?: string;
          readonly uid: string;
          readonly labels?: Readonly<Record<string, string>>;
          readonly annotations?: Readonly<Record<string, string>>;
          readonly ownerReferences?: readonly { readonly uid: string }[];
        };
      }[]
    | null;
}

/** Kinds that come and go by themselves. */
const passing: ReadonlySet<string> = new Set(["Event", "Lease", "Endpoints", "EndpointSlice", "ComponentStatus"]);

type Access = Pick<ControlPlane, "endpoint" | "authority" | "admin">;

/** Every object in the cluster, of kinds that come with its definitions too; those of {@link passing} kinds left out. */
export async function liveObjects(cluster: Access): Promise<readonly LiveObject[]> {
  const discovered = await Promise.all(
    ["/api", "/apis"].map((path) =>
      get<Discovery>(cluster, path, "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"),
    ),
  );
  const lists = discovered.flatMap(({ items }) =>
    items.flatMap(({ metadata, versions }) => {
      const group = metadata?.name ?? "";
      // The first version is the preferred one; each object is there once for all versions.
      const [first] = versions;
      return (first?.resources ?? [])
        .filter(({ verbs, responseKind }) => verbs.includes("list") && !passing.has(responseKind?.kind ?? ""))
        .map(({ resource, responseKind }) => ({
          group,
          kind: responseKind?.kind ?? resource,
          path: `${group === "" ? "/api" : `/apis/${group}`}/${first?.version}/${resource}`,
        }));
    }),
  );
  const found = await Promise.all(lists.map((list) => objectsOf(cluster, list)));
  return found.flat();
}

async function objectsOf(
  cluster: Access,
  { group, kind, path }: { readonly group: string; readonly kind: string; readonly path: string },
): Promise<readonly LiveObject[]> {
  const { items } = await get<ObjectList>(
    cluster,
    path,
    "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1",
  );
  return (items ?? []).map(({ metadata }) => ({
    group,
    kind,
    namespace: metadata.namespace ?? "",
    name: metadata.name,
    uid: metadata.uid,
    labels: metadata.labels ?? {},
    annotations: metadata.annotations ?? {},
    owners: (metadata.ownerReferences ?? []).map(({ uid }) => uid),
  }));
}

async function get<Body>({ endpoint, authority, admin }: Access, path: string, accept: string): Promise<Body> {
  const { status, body } = await requestJson({
    method: "GET",
    url: `${endpoint}${path}`,
    ca: authority.certificate,
    client: admin,
    headers: { accept },
    timeoutMs: 20_000,
  });
  // A definition that is being removed is discovered a moment longer than its objects are served.
  if (status === 404) {
    return { items: [] } as Body;
  }
  if (status !== 200) {
    throw new RehearsalError(`the API server answers ${status} to ${path}, see the logs in the folder cluster`);
  }
  return body as Body;
}
