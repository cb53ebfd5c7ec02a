import { defineEnvironment, type Environment, type EnvironmentInput } from "../../environments/schema";
import { gke, gkeTarget, kind } from "../fixtures/environments/base";

/** A correct environment on a laptop, with what a test changes. */
export function laptop(changes: Partial<EnvironmentInput> = {}): Environment {
  return defineEnvironment({ ...kind, ...changes } as EnvironmentInput);
}

/** A correct environment on Google Cloud, with what a test changes. */
export function cloud(changes: Partial<EnvironmentInput> = {}): Environment {
  return defineEnvironment({ ...gke, ...changes } as EnvironmentInput);
}

/** The same with all that rules ask of prod: the ranges that its cluster was made with, alerts that are heard, a budget. */
export function reviewedCloud(changes: Partial<EnvironmentInput> = {}): Environment {
  return cloud({
    ...changes,
    target: {
      ...gkeTarget,
      network: {
        nodes: "10.30.0.0/20",
        services: "10.30.16.0/20",
        controlPlane: "10.30.32.0/28",
        connector: "10.30.32.16/28",
        privateServices: "10.30.48.0/20",
        pods: "10.31.0.0/16",
      },
    } as EnvironmentInput["target"],
    google: {
      billingAccount: "012345-6789AB-CDEF01",
      observability: {
        channels: { platform: { kind: "email", address: "platform@example.com" } },
        routes: { critical: ["platform"], error: ["platform"], warning: ["platform"] },
        budget: {},
      },
    },
  });
}
