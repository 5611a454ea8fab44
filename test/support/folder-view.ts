// A file system that is a list of paths.

/** Names in a folder, where these files are all that there is; null where it is none of their folders. */
export function isThere(files: readonly string[]): (path: string) => readonly string[] | null {
  return path => {
    const inside = files.filter(file => file.startsWith(`${path}/`))
    if (inside.length === 0) return null
    return [...new Set(inside.map(file => file.slice(path.length + 1).split('/', 1)[0] ?? ''))]
  }
}
