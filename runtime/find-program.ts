// Where a program is, which other packages brought.

import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/**
 * Absolute path of a program that is on the PATH or in one of these folders; null where it is in none.
 *
 * @param usualFolders Where distributions put it; a PATH need not name these.
 */
export function findProgram(name: string, usualFolders: readonly string[]): string | null {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter).filter(Boolean), ...usualFolders]
  return folders.map(folder => join(folder, name)).find(isProgram) ?? null
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
}
