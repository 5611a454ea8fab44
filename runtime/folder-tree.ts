// A folder as a tree of lines, for whoever has to see what was mounted and can see nothing but the log.

import { type Dirent, existsSync, lstatSync, opendirSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { byteSize } from './byte-size.ts'

/** A folder may hold millions of files; of more than these none is looked at. */
const MOST_READ = 10_000

interface Listing {
  /** By name, and no more than MOST_READ: then those that the file system gave first. */
  readonly entries: readonly Dirent[]
  readonly complete: boolean
}

interface Line {
  text: string
  readonly below: Line[]
}

interface Unread {
  readonly line: Line
  readonly path: string
}

/**
 * The folder and what is in it, by name, files with their sizes; symbolic links are shown and not followed.
 *
 * @param maxLines At least 2. Where there is more, the last of these says how much, and a folder that is not shown whole has
 * an ellipsis. What lies less deep has precedence, so that a folder of many files does not hide the folders beside it.
 */
export function folderTree(folder: string, maxLines: number): string[] {
  const root: Line = { text: printable(folder), below: [] }
  const unread: Unread[] = [{ line: root, path: folder }]
  let room = maxLines - 1
  let hidden = 0
  let hiddenIsAll = true
  let lastParent = root
  for (let next = unread.shift(); next !== undefined; next = unread.shift()) {
    const { line, path } = next
    if (room === 0) {
      line.text += '/ …'
      hiddenIsAll = false
      continue
    }
    const { entries, complete } = open(line, path)
    const shown = entries.slice(0, room)
    for (const entry of shown) {
      const one = { line: { text: printable(entry.name), below: [] }, path: join(path, entry.name) }
      line.below.push(one.line)
      if (entry.isDirectory()) unread.push(one)
      else one.line.text += describe(one.path, entry)
      lastParent = line
    }
    room -= shown.length
    if (shown.length < entries.length) line.text += ' …'
    hidden += entries.length - shown.length
    if (!complete) hiddenIsAll = false
  }
  if (hidden === 0 && hiddenIsAll) return flatten(root)
  takeLast(lastParent)
  return [...flatten(root), `… and ${hiddenIsAll ? '' : 'at least '}${hidden + 1} more`]
}

/** Makes room for the line that says how much is not shown. */
function takeLast(parent: Line): void {
  parent.below.pop()
  if (!parent.text.endsWith(' …')) parent.text += ' …'
}

/** Reads a folder and adds to its line what it is like. */
function open(line: Line, path: string): Listing {
  try {
    const listing = list(path)
    line.text += listing.entries.length === 0 ? '/ (empty)' : '/'
    return listing
  } catch (thrown) {
    line.text += ` – ${problem(thrown)}`
    return { entries: [], complete: true }
  }
}

function flatten({ text, below }: Line): string[] {
  return [text, ...below.flatMap(flatten).map(line => `  ${line}`)]
}

function list(path: string): Listing {
  const folder = opendirSync(path)
  try {
    const entries: Dirent[] = []
    let next = folder.readSync()
    for (; next !== null && entries.length < MOST_READ; next = folder.readSync()) entries.push(next)
    entries.sort((one, other) => (one.name < other.name ? -1 : 1))
    return { entries, complete: next === null }
  } finally {
    folder.closeSync()
  }
}

/** A link into nowhere is what a model folder has that was copied without the store its files are in. */
function describe(path: string, entry: Dirent): string {
  try {
    if (entry.isSymbolicLink())
      return ` -> ${printable(readlinkSync(path))}${existsSync(path) ? '' : ' (which is not there)'}`
    return entry.isFile() ? ` (${byteSize(lstatSync(path).size)})` : ' (neither file nor folder)'
  } catch (thrown) {
    return ` – ${problem(thrown)}`
  }
}

function problem(thrown: unknown): string {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : String(thrown)
  if (code === 'ENOENT') return 'does not exist (ENOENT)'
  if (code === 'ENOTDIR') return 'is no folder (ENOTDIR)'
  const uid = process.geteuid?.()
  return `cannot be read: ${code}${uid === undefined ? '' : `; this process has the uid ${uid}`}`
}

/** A name may have line breaks and terminal codes in it, which must not pass for lines of the log. */
function printable(name: string): string {
  return name.replace(/\p{Cc}/gu, character => JSON.stringify(character).slice(1, -1))
}
