/** Paths of the jobs' mounts, each with the slash that follows it in the scripts. */
export const nessieJobMounts = { scripts: "/scripts", work: "/work", tls: "/tls" } as const;

const { work } = nessieJobMounts;

/** Last words of a complete dump; one that broke off does not have them. */
const complete = "PostgreSQL database dump complete";

/**
 * Dumps the database. The statements drop what they make again, name no owner and give no rights: whoever loads them owns
 * what they make.
 */
const dump = `set -eu
umask 077
name="nessie-backup-$(date -u +%Y%m%d-%H%M%S).sql"
pg_dump --clean --if-exists --no-owner --no-privileges --file="${work}/$name.part"
tail -n 20 "${work}/$name.part" | grep -q '${complete}'
mv "${work}/$name.part" "${work}/$name"
echo "dumped $name, $(wc -c < "${work}/$name") bytes"
`;

/** Uploads, compares with what the bucket has, and only then removes what is too old. */
const store = `set -eu
for backup in ${work}/nessie-backup-*.sql; do
  name="\${backup##*/}"
  rclone copyto "$backup" ":$PROTOCOL:$BUCKET/$name"
  rclone check --one-way --include "/$name" ${work}/ ":$PROTOCOL:$BUCKET"
  echo "uploaded $name"
done
rclone delete --use-server-modtime --min-age "\${KEEP_DAYS}d" --include '/nessie-backup-*.sql' ":$PROTOCOL:$BUCKET"
`;

/** Fetches the backup that is named, else the newest. */
const fetch = `set -eu
umask 077
name="\${BACKUP:-}"
if [ -z "$name" ]; then
  name=$(rclone lsf --files-only --include '/nessie-backup-*.sql' ":$PROTOCOL:$BUCKET" | sort | tail -n 1)
fi
case "$name" in
  nessie-backup-*.sql) ;;
  "") echo "there is no backup in $BUCKET" >&2; exit 1 ;;
  *) echo "$name is no backup of Nessie" >&2; exit 1 ;;
esac
rclone copyto ":$PROTOCOL:$BUCKET/$name" ${work}/backup.sql
echo "fetched $name"
`;

/**
 * Loads a backup, all of it or nothing. Servers that run would go on with what they remember, so none may be connected; the
 * question is asked as the owner of the database, who sees the sessions of its own.
 */
const load = `set -eu
tail -n 20 ${work}/backup.sql | grep -q '${complete}'
others=$(psql --no-psqlrc --no-align --tuples-only --command \\
  "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()")
if [ "$others" != 0 ]; then
  echo "$others sessions are open: stop Nessie first (kubectl scale deployment nessie --replicas=0)" >&2
  exit 1
fi
psql --no-psqlrc --quiet --single-transaction --set ON_ERROR_STOP=1 --output=/dev/null --file=${work}/backup.sql
echo "restored"
`;

/** The jobs' scripts by file name: `dump.sh` and `store.sh` for a backup, `fetch.sh` and `load.sh` for a restore. */
export const nessieBackupScripts = {
  "dump.sh": dump,
  "store.sh": store,
  "fetch.sh": fetch,
  "load.sh": load,
} as const;
