import { rehearse } from "../../rehearsal/rehearse";
import { laptop } from "../support/fixture-environments";

test("an environment with OpenBao is refused before anything is started", async () => {
  const steps: string[] = [];
  const report = {
    step: async <Result>(title: string, run: (line: (text: string) => void) => Promise<Result>) => {
      steps.push(title);
      return run(() => undefined);
    },
  };
  const environment = laptop({ vault: { distribution: "openbao" } });
  await expect(
    rehearse(environment, { report, keep: false, signal: new AbortController().signal } as never),
  ).rejects.toThrow('vault.distribution of kind is "openbao", and a rehearsal has a server of "vault" only');
  expect(steps).toEqual([]);
});
