// Which score module a command is about, where it is named by a word of its own.

import { statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

/**
 * The settings' flags that stand for `scorehost check score.ts` and `scorehost check folder`: a folder is the app root, and
 * so is the folder of a file where no app root is set.
 *
 * @param appRootIsSet By flag or environment.
 */
export function targetFlags(operand: string | null, appRootIsSet: boolean): Readonly<Record<string, string>> {
  if (operand === null) return {}
  const path = resolve(operand)
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return { 'app-root': path }
  return appRootIsSet ? { entry: path } : { 'app-root': dirname(path), entry: path }
}
