import type { Existing } from "../../operations/bootstrap/existing";
import type { ProjectFacts } from "../../operations/bootstrap/project";
import type { StatePlace } from "../../operations/bootstrap/state-place";
import { githubEnvironments, githubProviderOutput } from "../../stacks/bootstrap";
import { deployCommand } from "../stack-commands";
import type { OnGoogle } from "./bootstrap";

/** What will be done, before anything is. */
export function stepsOf(
  { name, target, google }: OnGoogle,
  { facts, existing, place }: { facts: ProjectFacts; existing: readonly Existing[]; place: StatePlace },
  stateFile: string,
): readonly string[] {
  const steps = [
    ...(facts.off.length > 0 ? [`switch on ${facts.off.join(", ")}, by which the rest can be looked at`] : []),
    ...(place.kind === "first" ? [`keep the state in ${stateFile} until its bucket is there`] : []),
    ...(place.kind === "lost" ? [`use the bucket ${place.bucket}, which has no state of this layer`] : []),
    ...(place.kind === "kept" ? [`use the state in the bucket ${place.bucket}`] : []),
    ...existing.map(({ address, id }) => `take over ${id} as ${address}, unless the state has it`),
    "plan, and apply after your word: APIs and their agents, keys, identities, state bucket",
    ...(place.kind === "first" ? [`move the state into the bucket ${place.bucket}`] : []),
  ];
  const bootstrap = google?.bootstrap;
  const nobody = !bootstrap?.ci.github && bootstrap?.operators.length === 0;
  return [
    `${name} in project ${target.project}${facts.number ? ` (${facts.number})` : ""}:`,
    ...steps.map((step, index) => `  ${index + 1}. ${step}`),
    ...(nobody
      ? [`nobody may act as ${name}-apply: name google.bootstrap.operators or ci in environments/${name}.ts`]
      : []),
  ];
}

/** What a person does after a bootstrap. */
export function nextSteps({ name, target }: OnGoogle, outputs: Readonly<Record<string, string>>): readonly string[] {
  const provider = outputs[githubProviderOutput];
  const email = (identity: string) => `${name}-${identity}@${target.project}.iam.gserviceaccount.com`;
  const set = (variable: string, environment: string, value: string) =>
    `  gh variable set ${variable} --env ${environment} --body ${value}`;
  return [
    "next:",
    ...(provider
      ? Object.entries(githubEnvironments).flatMap(([identity, of]) => [
          set("GOOGLE_PROVIDER", of(name), provider),
          set("GOOGLE_IDENTITY", of(name), email(identity)),
        ])
      : []),
    `  export GOOGLE_BACKEND_IMPERSONATE_SERVICE_ACCOUNT=${email("apply")}`,
    `  ${deployCommand(name)}`,
    "more in docs/operations/bootstrap.md",
  ];
}
