import { seaweedFsConsoleResources } from "../constructs/services";
import { formatBytes, formatCpu, parseBytes, parseCpu } from "../environments/schema/quantity";
import { bucketCredentials } from "../environments/schema/service-secrets";
import { defineService } from "./definition";
import {
  common,
  commonFields,
  image,
  ofSize,
  oneOf,
  type Resources,
  resources,
  runAs,
  sized,
  sizedResources,
  storage,
  storageClass,
  strict,
  text,
  truth,
} from "./fields";
import { bucketsInput, versionProblems } from "./parts/bucket-fields";
import { googleStoreProblems } from "./parts/google-buckets";
import { buildCeph, buildExternal, buildGoogle, buildSeaweedFs } from "./parts/object-store-builds";
import {
  cephInput,
  gcsInput,
  gcsSettings,
  kindProblems,
  kinds,
  type ObjectStoreSettings,
  s3Input,
} from "./parts/object-store-kinds";

const domain = text(
  /^(?=.{4,253}$)([a-z0-9]([-a-z0-9]*[a-z0-9])?\.)+[a-z][-a-z0-9]*[a-z0-9]$/,
  "a domain, such as s3.example.com",
  "write it without scheme and port",
);

/** An object store: in the cluster, in Cloud Storage, or one that speaks S3 and is there already. */
export const objectStore = defineService({
  input: strict({
    ...commonFields,
    kind: oneOf(...kinds).optional(),
    storage,
    storageClass,
    resources,
    image,
    runAs,
    domain: domain.optional(),
    console: truth().optional(),
    credentials: bucketCredentials.optional(),
    buckets: bucketsInput.optional(),
    s3: s3Input.optional(),
    gcs: gcsInput.optional(),
    ceph: cephInput.optional(),
  }),
  resolve: (given, defaults): ObjectStoreSettings => ({
    ...common(given),
    kind: given.kind ?? "seaweedfs",
    storage: ofSize(given.storage, defaults, ["20Gi", "200Gi"]),
    storageClass: given.storageClass ?? defaults.storageClass,
    // master, volume and filer in one process; the filer keeps its index in memory
    resources: sizedResources(given.resources, defaults, [sized("100m", "512Mi"), sized("1", "4Gi")]),
    image: given.image,
    runAs: given.runAs,
    domain: given.domain,
    console: given.console ?? false,
    credentials: given.credentials ?? {},
    buckets: given.buckets ?? {},
    s3: given.s3,
    gcs: gcsSettings(given.kind, given.gcs),
    ceph: given.ceph,
    ...(defaults.google && { place: defaults.google }),
  }),
  buckets: ({ buckets }) => Object.keys(buckets),
  workloads: ({ kind, resources: each, storage: volume, console }) =>
    kind === "seaweedfs"
      ? [{ component: "object-store", pods: 1, resources: console ? withConsole(each) : each, storage: volume }]
      : [],
  check: (settings) => [
    ...kindProblems(settings),
    // Buckets that the platform makes in Cloud Storage keep versions unless an environment says otherwise.
    ...versionProblems(settings.buckets, settings.gcs?.access === "identity"),
    ...googleStoreProblems(settings),
  ],
  build: (site, settings) => {
    switch (settings.kind) {
      case "seaweedfs":
        return buildSeaweedFs(site, settings);
      case "ceph":
        return buildCeph(site, settings);
      case "s3":
        return buildExternal(site, settings);
      case "gcs":
        return settings.gcs?.access === "identity" ? buildGoogle(site, settings) : buildExternal(site, settings);
      default:
        return settings.kind satisfies never;
    }
  },
});

/** What the store's pod asks for with the pages for administrators in it. */
function withConsole({ requests, limits }: Resources): Resources {
  const { requests: also, limits: most } = seaweedFsConsoleResources;
  return {
    requests: {
      cpu: formatCpu(parseCpu(requests.cpu) + parseCpu(also.cpu)),
      memory: formatBytes(parseBytes(requests.memory) + parseBytes(also.memory)),
    },
    limits: { ...limits, memory: formatBytes(parseBytes(limits.memory) + parseBytes(most.memory)) },
  };
}
