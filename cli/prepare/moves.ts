// How a staged tree comes into the target folder: by which renames, and what is in their way.

import { lstatSync, readdirSync, type Stats } from 'node:fs'
import { join } from 'node:path'

export interface Moves {
  /** Absolute paths. */
  readonly moves: readonly { readonly from: string; readonly to: string }[]
  /** What in the target folder cannot be replaced and why, a line each. */
  readonly obstacles: readonly string[]
}

/**
 * A folder that is there already stays, with what else is in it; what is in the staged one is moved into it one by one.
 *
 * A link at the place of a file is replaced by the file.
 */
export function findMoves(staged: string, target: string): Moves {
  const moves: Moves['moves'][number][] = []
  const obstacles: string[] = []
  const device = lstatSync(staged).dev
  const visit = (folder: string, targetFolder: string) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const from = join(folder, entry.name)
      const to = join(targetFolder, entry.name)
      const there = lstatSync(to, { throwIfNoEntry: false })
      const obstacle = there === undefined ? null : obstacleFor(entry.isDirectory(), there, device)
      if (obstacle !== null) obstacles.push(`${to} is ${obstacle}`)
      else if (there?.isDirectory()) visit(from, to)
      else moves.push({ from, to })
    }
  }
  visit(staged, target)
  return { moves, obstacles }
}

function obstacleFor(isFolder: boolean, there: Stats, device: number): string | null {
  if (!isFolder) return there.isDirectory() ? 'a folder, and a file is to be there' : null
  // what is moved into the folder that a link leads to may land anywhere
  if (there.isSymbolicLink()) return 'a link, and a folder is to be there'
  if (!there.isDirectory()) return 'a file, and a folder is to be there'
  // no rename leads into another file system
  return there.dev === device ? null : 'a mount of its own; prepare it by itself, with --to'
}
