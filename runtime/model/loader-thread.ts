// Hooks of the loader thread, for Node that has no module.registerHooks (before 22.15): imports of TypeScript and of our packages.

import { readFile } from 'node:fs/promises'
import type { LoadHook, ResolveHook } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { providedFile } from './provided-packages.ts'
import { formatOf, isStrippable, stripTypes } from './typescript.ts'

/** @see https://nodejs.org/api/module.html#resolvespecifier-context-nextresolve */
export const resolve: ResolveHook = (specifier, context, nextResolve) => {
  const file = providedFile(specifier, context.parentURL)
  return file === null
    ? nextResolve(specifier, context)
    : { url: pathToFileURL(file).href, shortCircuit: true }
}

/** @see https://nodejs.org/api/module.html#loadurl-context-nextload */
export const load: LoadHook = async (url, context, nextLoad) => {
  const path = url.startsWith('file:') ? fileURLToPath(url) : ''
  if (!isStrippable(path)) return nextLoad(url, context)
  const source = stripTypes(await readFile(path, 'utf8'), path)
  const format = formatOf(path, source)
  // without a source, CommonJS is loaded by the loader that require() has, in the main thread
  return format === 'commonjs' ? { format, shortCircuit: true } : { format, source, shortCircuit: true }
}
