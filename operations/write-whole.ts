import { randomBytes } from "node:crypto";
import { access, constants, type FileHandle, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { OperationError } from "./operation-error";

/**
 * Writes a file in one step, so that a reader sees the old or the new content and never a part: into a file beside it,
 * which then takes its name. The file is for its owner only unless `mode` says otherwise.
 *
 * @param content the content, or what writes it into the open file under its temporary name
 * @throws OperationError when the folder cannot be written to; what `content` throws is passed on
 */
export async function writeWhole<Result = void>(
  file: string,
  content: string | ((handle: FileHandle, temporary: string) => Promise<Result>),
  mode = 0o600,
): Promise<Result | undefined> {
  const temporary = `${file}.${randomBytes(4).toString("hex")}`;
  const handle = await open(temporary, "wx", mode).catch((error: unknown) => refuse(file, error));
  try {
    let result: Result | undefined;
    try {
      if (typeof content === "function") result = await content(handle, temporary);
      else await handle.writeFile(content).catch((error: unknown) => refuse(file, error));
      // The mode that was asked for, whatever the umask is.
      await handle.chmod(mode);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file).catch((error: unknown) => refuse(file, error));
    return result;
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/**
 * Checks that a file's folder is there and can be written to.
 *
 * @throws OperationError when it cannot
 */
export async function checkFolder(file: string): Promise<void> {
  await access(dirname(file), constants.W_OK).catch((error: unknown) => refuse(file, error));
}

function refuse(file: string, error: unknown): never {
  const reason = error instanceof Error ? error.message : String(error);
  throw new OperationError(
    `cannot write ${file} (${reason}); check that ${dirname(file)} exists, its owner and its free space`,
  );
}
