/** Where a Cloud SQL server is, known before it exists. */
export interface CloudSqlAddress {
  /** Short name of the instance. */
  readonly instance: string;
  /** Host name inside the network. */
  readonly host: string;
}

/** Domain of the environment's managed servers, private to its network; `internal` is kept for private use. */
export function dataDomain(environment: string): string {
  return `data.${environment}.internal`;
}

/** The PostgreSQL server of an environment. A name cannot be used again for a week after it was removed. */
export function cloudSqlAddress(environment: string, generation: number): CloudSqlAddress {
  const instance = generation === 1 ? `${environment}-postgres` : `${environment}-postgres-${generation}`;
  return { instance, host: `postgres.${dataDomain(environment)}` };
}
