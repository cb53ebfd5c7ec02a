import { defineEnvironment, type EnvironmentInput } from "../../environments/schema";
import { renderSubject, type Subject, verify } from "../../verification";
import webServices from "../fixtures/environments/valid/web-services";
import { localContracts, localTools, subjectOf } from "../support/verified-environment";

/** Rendering takes a while on a busy machine. */
jest.setTimeout(120_000);

const subject = subjectOf(defineEnvironment(webServices as EnvironmentInput));

/** Findings in an environment, as far as they are of web services or of what calls them. */
async function findings(whole: Subject) {
  const releases = await renderSubject(whole, await localTools());
  const report = await verify(whole, releases, localContracts());
  const all = report.findings.filter(({ release, path }) => /(^|[/-])(backend|web)\b/.test(`${release} ${path}`));
  return { all: all.map(({ check, path, given }) => `${check} ${path} ${given}`), rendered: releases };
}

/** The environment with another text in the place of one in its services. */
function changed(from: string, to: string): Subject {
  const stacks = subject.stacks.map((stack) => {
    const text = JSON.stringify(stack.json);
    return stack.name.endsWith("-services") ? { ...stack, json: JSON.parse(text.replaceAll(from, to)) } : stack;
  });
  return { ...subject, stacks };
}

test("web services fit what they use and who calls them", async () => {
  const { all, rendered } = await findings(subject);
  expect(rendered.map(({ installation }) => installation.id)).toEqual(
    expect.arrayContaining(["shop/backend", "shop/web"]),
  );
  expect(all).toEqual([]);
});

test.each([
  [
    "a Secret that nobody makes",
    '\\"name\\":\\"backend-environment\\"}}],',
    '\\"name\\":\\"backend-environ\\"}}],',
    /wiring/,
  ],
  ["a web service that is not there", "http://backend.shop.svc", "http://backen.shop.svc", /wiring/],
  ["an image without a tag", "shop/backend:1.4.2", "shop/backend:latest", /images/],
  [
    "a pod that may become more than it is",
    '\\"allowPrivilegeEscalation\\":false',
    '\\"allowPrivilegeEscalation\\":true',
    /pod security/,
  ],
])("the checks of the whole see %s", async (_, from, to, expected) => {
  const { all } = await findings(changed(from, to));
  expect(all).toEqual(expect.arrayContaining([expect.stringMatching(expected)]));
});
