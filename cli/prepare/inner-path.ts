// Paths inside a folder, and what would lead out of it.

/** Of what a killed run leaves behind; the next one removes it. */
export const STAGING_PREFIX = '.scorehost-prepare-'

export interface ContainerPath {
  /** Names with a slash between them, below the target folder; empty is that folder itself. */
  readonly path: string
  /** It ends in a slash: a file goes into it under its own name. */
  readonly isFolder: boolean
}

/**
 * Where something goes, below the target folder: `/main.js` is there, and so is what begins with the mount path.
 *
 * @throws RangeError saying what is wrong
 */
export function readContainerPath(text: string, mountPath: string | null): ContainerPath {
  const path = innerPath(text)
  const mount = mountPath === null ? '' : innerPath(mountPath)
  const isBelowMount = text.startsWith('/') && mount !== '' && `${path}/`.startsWith(`${mount}/`)
  const below = isBelowMount ? path.slice(mount.length + 1) : path
  return { path: below, isFolder: below === '' || /\/\.?$/.test(text) }
}

/**
 * Where a member of an archive goes, below the folder that it is unpacked into.
 *
 * @throws RangeError saying what is wrong
 */
export function readMemberPath(name: string): string {
  if (name.startsWith('/')) throw new RangeError(`${shown(name)} is an absolute path`)
  return innerPath(name)
}

/**
 * Makes sure that a symbolic link leads to what lies below the folder that its archive is unpacked into.
 *
 * `..` is allowed at the beginning alone: behind the name of another link it would lead to that one's parent, which may be
 * outside, and which of the names are links is not to be seen here.
 *
 * @param path Of the link, as {@link readMemberPath} gives it; the folders above it are no links.
 * @throws RangeError saying what is wrong
 */
export function requireInnerLink(path: string, target: string): void {
  const link = `${path} is a link to ${shown(target)}`
  if (target === '' || target.startsWith('/')) throw new RangeError(`${link}, which is not a relative path`)
  if (/[\\\0]/.test(target)) throw new RangeError(`${link}, which has a backslash or a zero byte`)
  const names = namesOf(target)
  const firstName = names.findIndex(name => name !== '..')
  const ups = firstName === -1 ? names.length : firstName
  if (names.includes('..', ups)) throw new RangeError(`${link}, which has ".." behind a name`)
  if (ups > namesOf(path).length - 1) throw new RangeError(`${link}, which is outside`)
}

function innerPath(text: string): string {
  if (text.includes('\\')) throw new RangeError(`${shown(text)} has a backslash; / is what separates folders`)
  if (text.includes('\0')) throw new RangeError(`${shown(text)} has a zero byte`)
  const names = namesOf(text)
  if (names.includes('..')) throw new RangeError(`${shown(text)} leads out of the folder by ".."`)
  return names.join('/')
}

function namesOf(path: string): string[] {
  return path.split('/').filter(name => name !== '' && name !== '.')
}

/** In quotes, for it may have line breaks and terminal codes in it. */
function shown(path: string): string {
  return JSON.stringify(path)
}
