import { Testing } from "cdktf";
import { ReaderAccount } from "../../../constructs/kubernetes";
import type { StackJson } from "../../../stacks/stack-json";
import { lake, testStack } from "../../support/test-stack";

function blocksOf(settings: { readonly role?: boolean; readonly readsSecrets?: boolean }) {
  const stack = testStack();
  new ReaderAccount(stack, "Account", { namespace: lake, name: "looker", ...settings });
  return (JSON.parse(Testing.synth(stack)) as StackJson).resource ?? {};
}

const rightsOf = (settings: Parameters<typeof blocksOf>[0]) =>
  Object.values(blocksOf(settings).kubernetes_role_v1 ?? {}).flatMap(({ rule }) => rule);

test("may look at pods, services and config maps, and change nothing", () => {
  expect(rightsOf({})).toEqual([
    { api_groups: [""], resources: ["pods", "services", "configmaps"], verbs: ["get", "list", "watch"] },
  ]);
});

test("sees secrets only where that is asked for", () => {
  expect(rightsOf({ readsSecrets: true })).toEqual([
    expect.objectContaining({ resources: ["pods", "services", "configmaps", "secrets"] }),
  ]);
});

test("has no rights without its Role", () => {
  const blocks = blocksOf({ role: false });
  expect(Object.keys(blocks)).toEqual(["kubernetes_service_account_v1"]);
});

test("has no token that pods get by themselves", () => {
  expect(Object.values(blocksOf({}).kubernetes_service_account_v1 ?? {})).toEqual([
    expect.objectContaining({ automount_service_account_token: false }),
  ]);
});
