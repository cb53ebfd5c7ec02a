import type { Resources } from "../../kubernetes";
import type { S3Bucket } from "../contracts";

/** Where logs are kept. */
export interface LogSettings {
  /** How long, such as `168h`; whole hours. */
  readonly retention: string;
  /** Volume of Loki: all of the logs, or with a bucket the index and what is not written yet. */
  readonly storage: string;
  /** @default - the volume */
  readonly bucket?: S3Bucket;
  /** What Loki asks for. */
  readonly resources: Resources;
  /** What the collector of logs asks for. */
  readonly collector: Resources;
}
