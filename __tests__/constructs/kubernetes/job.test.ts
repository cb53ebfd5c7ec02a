import { cronJob, type JobProps, job } from "../../../constructs/kubernetes";
import { lake, small } from "../../support/test-stack";

const props: JobProps = {
  name: "load",
  namespace: lake,
  labels: { "app.kubernetes.io/name": "load" },
  image: "quay.io/example/load:1",
  user: 1234,
  account: "load",
  resources: small,
  command: ["/bin/load"],
};

test("is another job when its pods or what they read change, and the same otherwise", () => {
  const name = (more: Partial<JobProps>) => job({ ...props, ...more }).metadata.name;
  expect(name({})).toMatch(/^load-[0-9a-f]{10}$/);
  expect(name({})).toBe(name({}));
  const others = [
    name({ image: "quay.io/example/load:2" }),
    name({ args: ["all"] }),
    name({ runsAgainFor: ["rules"] }),
  ];
  expect(new Set([name({}), ...others]).size).toBe(4);
});

test("runs restricted and without a token", () => {
  expect(job(props).spec).toMatchObject({
    template: {
      spec: {
        restartPolicy: "OnFailure",
        automountServiceAccountToken: false,
        securityContext: { runAsNonRoot: true, runAsUser: 1234, seccompProfile: { type: "RuntimeDefault" } },
        containers: [
          {
            command: ["/bin/load"],
            securityContext: {
              allowPrivilegeEscalation: false,
              capabilities: { drop: ["ALL"] },
              readOnlyRootFilesystem: true,
            },
          },
        ],
      },
    },
  });
  expect(JSON.stringify(job({ ...props, writableRoot: true }))).not.toContain("readOnlyRootFilesystem");
});

test("runs at its times, one after the other, and not for ever", () => {
  expect(cronJob({ ...props, schedule: "30 1 * * *", deadlineSeconds: 600 })).toMatchObject({
    metadata: { name: "load" },
    spec: {
      schedule: "30 1 * * *",
      timeZone: "Etc/UTC",
      concurrencyPolicy: "Forbid",
      jobTemplate: { spec: { activeDeadlineSeconds: 600 } },
    },
  });
});
