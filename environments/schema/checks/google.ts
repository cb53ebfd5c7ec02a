import { formatGiven } from "../errors";
import { check } from "./check";

const onlyOnGoogle = check({ needs: ["target"] }, ({ target }, given) => {
  if (target.kind === "gke" || given.google === undefined) return [];
  const allowed = `nothing, as target.kind is ${formatGiven(target.kind)}`;
  return [{ path: "google", given: "an object", allowed, next: "leave google out, or use target.kind gke" }];
});

/** Rules on what Google Cloud holds beside the cluster. */
export const googleChecks = [onlyOnGoogle];
