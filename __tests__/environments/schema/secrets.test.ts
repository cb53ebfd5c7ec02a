import {
  defineEnvironment,
  describeProblem,
  type EnvironmentInput,
  readEnvironment,
} from "../../../environments/schema";
import { kind } from "../../fixtures/environments/base";

const kindInput = kind as EnvironmentInput;

describe("secrets", () => {
  test("are none but those of the services, in Vault, when nothing is said", () => {
    expect(defineEnvironment(kindInput).secrets).toEqual({
      source: { kind: "vault" },
      versions: {},
      declared: {},
      sharedReaders: [],
    });
  });

  test("get copies whose pods the reloader restarts, unless they say otherwise", () => {
    const copies = [
      { namespace: "data-platform", name: "a" },
      { namespace: "spark-jobs", name: "a", follows: "nobody" as const },
    ];
    const keys = { password: { generate: 32 } };
    const declared = { "kyuubi/database": { keys, copies }, "kyuubi/aws": { keys } };
    expect(defineEnvironment({ ...kindInput, secrets: { declared } }).secrets.declared).toEqual({
      "kyuubi/database": {
        keys,
        copies: [
          { namespace: "data-platform", name: "a", follows: "reloader" },
          { namespace: "spark-jobs", name: "a", follows: "nobody" },
        ],
      },
      "kyuubi/aws": { keys, copies: [] },
    });
  });

  test("say all that is wrong with them at once", () => {
    const keys = { password: { generate: 32 } };
    const declared = {
      "kyuubi/Database": { keys },
      "kyuubi/aws": { keys: { ...keys, key: { generate: 1 } }, copies: [{ namespace: "nowhere", name: "aws" }] },
      "kyuubi/spark": { keys, copies: [{ namespace: "nowhere", name: "spark" }] },
    };
    const { problems } = readEnvironment({ ...kindInput, secrets: { declared, versions: { "platform/trino": 0 } } });
    expect(problems.map(describeProblem).map((problem) => problem.split(";")[0])).toEqual([
      'secrets.versions["platform/trino"]: 0',
      'secrets.declared["kyuubi/Database"]: "kyuubi/Database"',
      'secrets.declared["kyuubi/aws"].keys.key.generate: 1',
      'secrets.declared["kyuubi/aws"].copies[0].namespace: "nowhere"',
      'secrets.declared["kyuubi/spark"].copies[0].namespace: "nowhere"',
    ]);
  });
});
