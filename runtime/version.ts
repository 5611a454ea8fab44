// The version of Scorehost.

import { readFileSync } from 'node:fs'

let version: string | null = null

/** As package.json has it, which is read once. */
export function ownVersion(): string {
  version ??= String(JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version)
  return version
}
