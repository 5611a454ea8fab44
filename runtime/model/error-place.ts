// Where in the score module's own files an error comes from.

import { spawnSync } from 'node:child_process'

const PATIENCE_MS = 10_000
/** Of the source, around a syntax error. */
const MOST_SNIPPET_LINES = 5
const OWN_FILES = new URL('../', import.meta.url).href

/**
 * `path:line:column`, or `path:line`, of the first of the module's own files in an error's stack; null where there is none.
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
  const places = stack.matchAll(/(?:^|[\s(])(?<place>(?:file:\/\/)?\/[^\s()]*:\d+(?<column>:\d+)?)\)?$/gm)
  for (const { index, groups } of places) {
    const place = groups?.['place'] ?? ''
    if (place.startsWith(OWN_FILES)) continue
    const column = groups?.['column'] === undefined ? caretColumn(stack.slice(index)) : ''
    return decodeURI(place.replace(/^file:\/\//, '')) + column
  }
  return null
}

/** A syntax error comes with its line alone, and below it that line of the source with a caret. */
function caretColumn(report: string): string {
  const caret = report.split('\n', MOST_SNIPPET_LINES).find(line => /^ *\^+ *$/.test(line))
  return caret === undefined ? '' : `:${caret.indexOf('^') + 1}`
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
