// What keeps a process out of a file or folder that others mounted.

/** Why it cannot be read, for people: with the user where rights are missing. */
export function accessProblem(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  if (code === 'EACCES' || code === 'EPERM')
    return `${code}, permission denied to uid ${process.geteuid?.() ?? 'unknown'}`
  if (code === 'ENOENT') return 'ENOENT, it does not exist'
  return cause instanceof Error ? cause.message : String(cause)
}
