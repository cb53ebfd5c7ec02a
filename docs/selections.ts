import { servicesOn } from "../catalogue/assembly/on";
import { formatBytes, formatCpu, parseBytes, parseCpu, requestedBy, type Size } from "../environments/schema";
import { resolveServices, type ServicesInput, servicesInput } from "../environments/schema/services";
import { datalyptica, datalypticaBounds, iceberg, kyuubi, pipeline } from "../selections";
import { table } from "./markdown";

const mebibyte = 2 ** 20;

/** A selection in one size or profile. */
interface Part {
  readonly title: string;
  readonly services: ServicesInput;
  readonly size: Size;
  /** What it asks for at most. */
  readonly bound?: { readonly cpu: string; readonly memory: string; readonly storage: string };
}

const parts: readonly Part[] = [
  { title: "Datalyptica, `minimal`", services: datalyptica({}, { profile: "minimal" }), ...small("minimal") },
  { title: "Datalyptica, `full`", services: datalyptica({}, { profile: "full" }), ...small("full") },
  { title: "Iceberg, small", services: iceberg(), size: "small" },
  { title: "Iceberg, large", services: iceberg(), size: "large" },
  { title: "Kyuubi, small", services: kyuubi(), size: "small" },
  { title: "Kyuubi, large", services: kyuubi(), size: "large" },
  { title: "Pipeline, small", services: examplePipeline("dev"), size: "small" },
  { title: "Pipeline, large", services: examplePipeline("prod"), size: "large" },
];

/** docs/selections.md: which services, pods and volumes each selection has. */
export function selectionsPage(): string {
  return `${[
    "# Selections",
    "Written by `npm run docs` from the program; a test compares.",
    "What the services of a selection ask for when an environment changes nothing, with all pods that an autoscaler may make. " +
      "The base layer with the operators is " +
      "counted apart: see the pages in `docs/generated`. *small* is a laptop or Google Cloud dev, *large* staging and prod.",
    ...parts.flatMap(section),
  ].join("\n\n")}\n`;
}

function section({ title, services, size, bound }: Part): readonly string[] {
  const resolved = resolveServices(servicesInput.parse(services), { size });
  const rows = servicesOn(resolved).flatMap(({ name, definition, settings }) =>
    definition
      .workloads(settings, resolved)
      .map(({ component, pods, resources: { requests }, storage }) => [
        name,
        settings.namespace,
        component,
        String(pods),
        formatCpu(parseCpu(requests.cpu) * pods),
        `${Math.round((parseBytes(requests.memory) * pods) / mebibyte)}Mi`,
        storage === undefined ? "-" : `${pods > 1 ? `${pods} × ` : ""}${storage}`,
      ]),
  );
  const { pods, cpu, memory, storage } = requestedBy(resolved);
  const amounts = [formatCpu(cpu), `${Math.round(memory / mebibyte)}Mi`, formatBytes(storage)];
  return [
    `## ${title}`,
    table(
      ["Service", "Namespace", "Component", "Pods", "CPU", "Memory", "Volumes"],
      [
        ...rows,
        ["all", "", "", String(pods), ...amounts],
        ...(bound ? [["at most", "", "", "", bound.cpu, bound.memory, bound.storage]] : []),
      ],
    ).trimEnd(),
  ];
}

function examplePipeline(tier: "dev" | "prod"): ServicesInput {
  const registry = "europe-west1-docker.pkg.dev/example-dev/pipeline";
  return pipeline({
    tier,
    project: "example-dev",
    domain: "example.com",
    images: { backend: `${registry}/backend:1.4.2`, web: `${registry}/web:1.4.2` },
    login: "own",
  });
}

function small(profile: keyof typeof datalypticaBounds): Pick<Part, "size" | "bound"> {
  return { size: "small", bound: datalypticaBounds[profile] };
}
