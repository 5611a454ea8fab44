// Prepares Node for a score module: TypeScript as it is, and the packages that Scorehost provides.

import nodeModule, { register } from 'node:module'
import { pathToFileURL } from 'node:url'
import { provideToRequire, stripTypesInRequire } from './commonjs-loader.ts'
import { providedFile } from './provided-packages.ts'
import { nodeStripsTypes } from './typescript.ts'

/** @see https://nodejs.org/api/module.html#moduleregisterhooksoptions */
type RegisterHooks = (hooks: {
  resolve(
    specifier: string,
    context: { parentURL?: string },
    nextResolve: (specifier: string, context: object) => Resolved,
  ): Resolved
}) => void

interface Resolved {
  url: string
  shortCircuit?: boolean
}

let prepared = false

/**
 * Must come before the first line of a score module is loaded; a second call does nothing.
 *
 * Node that strips types itself needs one hook, in this thread. Older Node (20, and 22 before 22.18) gets the hooks of its
 * loader thread and a CommonJS loader that knows TypeScript: with `registerHooks`, which 22.15 to 22.17 have, CommonJS that a
 * hook has loaded cannot require() an ES module.
 */
export function prepareForScoreModule(): void {
  if (prepared) return
  prepared = true
  // read by the ONNX addon when it is loaded, which the score module may do itself
  process.env['ORT_DISABLE_TELEMETRY'] = '1'
  provideToRequire()
  // true: the declarations are those of Node 20, which does not have it; from 26 on module.register() warns
  const { registerHooks } = nodeModule as { registerHooks?: RegisterHooks }
  if (registerHooks !== undefined && nodeStripsTypes()) {
    registerHooks({
      resolve(specifier, context, nextResolve) {
        const file = providedFile(specifier, context.parentURL)
        return file === null
          ? nextResolve(specifier, context)
          : { url: pathToFileURL(file).href, shortCircuit: true }
      },
    })
  } else {
    register('./loader-thread.js', import.meta.url)
    stripTypesInRequire()
  }
}
