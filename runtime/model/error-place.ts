// Where in the score module's own files an error comes from.

import { spawnSync } from 'node:child_process'

const PATIENCE_MS = 10_000
const OWN_FILES = new URL('../', import.meta.url).href

/**
 * `path:line` or `path:line:column` of the first of the module's own files in an error's stack; null where there is none.
 *
 * @param moduleUrl The score module, to ask Node for the place of a syntax error: it is in no stack.
 */
export function placeOf(thrown: unknown, moduleUrl: string): string | null {
  if (!(thrown instanceof Error)) return null
  return (
    firstPlace(thrown.stack ?? '') ??
    (thrown instanceof SyntaxError ? firstPlace(uncaughtReport(moduleUrl)) : null)
  )
}

function firstPlace(stack: string): string | null {
  const places = stack.matchAll(/(?:^|[\s(])(?<place>(?:file:\/\/)?\/[^\s()]*:\d+(?::\d+)?)\)?$/gm)
  for (const { groups } of places) {
    const place = groups?.['place'] ?? ''
    if (!place.startsWith(OWN_FILES)) return decodeURI(place.replace(/^file:\/\//, ''))
  }
  return null
}

/**
 * What Node prints of an uncaught error. It knows the place of a syntax error but shows it only there, so a process of its
 * own imports the module: it stops at the same error, before any of the module's code runs.
 */
function uncaughtReport(moduleUrl: string): string {
  const hooks = new URL('./module-hooks.js', import.meta.url).href
  const program = `
    const { prepareForScoreModule } = await import(${JSON.stringify(hooks)})
    prepareForScoreModule()
    await import(${JSON.stringify(moduleUrl)})`
  const words = ['--input-type=module', '--eval', program]
  return spawnSync(process.execPath, words, { encoding: 'utf8', timeout: PATIENCE_MS }).stderr
}
