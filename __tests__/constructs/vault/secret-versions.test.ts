import { Testing } from "cdktf";
import { fixed, generated, type RotationFollower, type SecretVersions } from "../../../constructs/secrets";
import { PlatformError } from "../../../constructs/terraform";
import { VaultSecrets } from "../../../constructs/vault";
import { closest } from "../../../environments/schema";
import { testStack } from "../../support/test-stack";

/** What synthesis says about the versions of three secrets: one with a follower each, and one without values to rotate. */
function synthesis(versions: SecretVersions, follows: readonly RotationFollower[] = [{ by: "reloader" }]): string {
  const stack = testStack();
  const secrets = new VaultSecrets(stack, "Secrets", { versions, suggest: closest });
  const trino = secrets.secret("trino", { key: generated() });
  follows.forEach((follower, i) => {
    secrets.addConsumer(trino, { namespace: "lake", name: `trino-${i}`, follows: follower });
  });
  secrets.secret("user", { name: fixed("a") });
  try {
    return Testing.synth(stack);
  } catch (error) {
    expect(error).toBeInstanceOf(PlatformError);
    return (error as Error).message;
  }
}

const next = "correct secrets.versions; known secrets are platform/trino, platform/user";

describe("a version", () => {
  it("is accepted where everybody follows", () => {
    const written = synthesis({ "platform/trino": 2 }, [{ by: "reloader" }, { by: "operator", name: "an operator" }]);
    expect(written).toContain('"data_json_wo_version": 2');
  });

  it("is refused for a secret that is not there, with the name that was meant", () => {
    expect(synthesis({ "platform/trio": 2 })).toBe(
      `test/Secrets: version 2 of "platform/trio": there is no such secret, did you mean platform/trino?: ${next}`,
    );
    expect(synthesis({ "other/thing": 1 })).toBe(
      `test/Secrets: version 1 of "other/thing": there is no such secret: ${next}`,
    );
  });

  it("is refused where nobody follows, with the reason", () => {
    const nobody = { by: "nobody", reason: "it is read once" } as const;
    expect(synthesis({ "platform/trino": 2 }, [{ by: "reloader" }, nobody])).toBe(
      `test/Secrets: version 2 of "platform/trino": nobody follows in lake/trino-1: it is read once: ${next}`,
    );
    expect(synthesis({ "platform/trino": 1 }, [nobody])).toContain('"data_json_wo_version": 1');
  });

  it("rises where all values are fixed too, since a changed one is not written otherwise", () => {
    expect(synthesis({ "platform/user": 2 })).toContain('"data_json_wo_version": 2');
  });

  it("is told all mistakes at once", () => {
    expect(synthesis({ "platform/usr": 2, "platform/trio": 3, "platform/trino": 2 })).toBe(
      [
        "test/Secrets: 2 versions are wrong",
        'version 3 of "platform/trio": there is no such secret, did you mean platform/trino?',
        `version 2 of "platform/usr": there is no such secret, did you mean platform/user?: ${next}`,
      ].join("\n  "),
    );
  });
});
