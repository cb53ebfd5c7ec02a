import { formatGiven } from "../errors";
import { check } from "./check";

const sharedState = check({ needs: ["target", "backend"], clean: ["backend"] }, ({ target, backend }, given) => {
  if (target.kind === "gke" && target.tier !== "dev" && backend.type === "local") {
    const allowed = `a backend that is shared and locked (gcs, s3, kubernetes, http, azurerm, remote) in ${target.tier}`;
    return [{ path: "backend.type", given: formatGiven(backend.type), allowed, next: "leave backend out to use gcs" }];
  }
  if (target.kind !== "gke" && given.backend?.type === "gcs" && given.backend.bucket === undefined) {
    const allowed = `the name of a bucket, as ${target.kind} has no project to name one after`;
    return [{ path: "backend.bucket", given: "missing", allowed, next: "add it" }];
  }
  return [];
});

const reasonToDestroy = check({ needs: ["target", "allowDestroy"], clean: ["target"] }, (environment, given) => {
  const { target, allowDestroy } = environment;
  const guarded = target.kind === "gke" && target.tier !== "dev";
  if (!guarded || !allowDestroy || given.destroyReason !== undefined) return [];
  const allowed = `false in ${target.tier}, or true with destroyReason beside it`;
  return [{ path: "allowDestroy", given: "true", allowed, next: "leave it out, or say why in destroyReason" }];
});

/** Rules that keep state and data from being lost. */
export const safetyChecks = [sharedState, reasonToDestroy];
