// Lets a score module be TypeScript as it is, also where Node itself cannot strip types (20, and 22 before 22.18).

import { register } from 'node:module'

/** Node 22.18 and later strip types themselves; before that a loader hook does, with the same parser as Node's own. */
export function enableTypeScript(): void {
  if ('typescript' in process.features && process.features.typescript) return
  register('./typescript-hooks.js', import.meta.url)
}
