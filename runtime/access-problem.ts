// What keeps a process out of a file or folder that others mounted.

import { messageOf } from './errors.ts'

/** Why it cannot be read, for people: with the user where rights are missing. */
export function accessProblem(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  if (code === 'EACCES' || code === 'EPERM')
    return `${code}, permission denied to uid ${process.geteuid?.() ?? 'unknown'}`
  if (code === 'ENOENT') return 'ENOENT, it does not exist'
  return messageOf(cause)
}
