// A folder with all that is in it, as something to compare.

import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** By path: of a file its text, with `*` before it where it may be executed, of a link `-> ` and its target, of an empty folder null. */
export type FileTree = Readonly<Record<string, string | null>>

export function readTree(folder: string): FileTree {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted()
  return Object.fromEntries(
    paths.flatMap(path => {
      const text = describe(join(folder, path))
      return text === undefined ? [] : [[path, text]]
    }),
  )
}

/** Undefined for a folder that the paths of what is in it show. */
function describe(path: string): string | null | undefined {
  const found = lstatSync(path)
  if (found.isSymbolicLink()) return `-> ${readlinkSync(path)}`
  if (found.isDirectory()) return readdirSync(path).length === 0 ? null : undefined
  return (found.mode & 0o111 ? '*' : '') + readFileSync(path, 'latin1')
}

/** Texts and bytes by path. */
export function writeTree(folder: string, files: Readonly<Record<string, string | Buffer>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
}
