// What require() is taught, where Node has no hook for it: our packages, and TypeScript.

import { readFileSync } from 'node:fs'
import Module from 'node:module'
import { providedFile } from './provided-packages.ts'
import { formatOf, stripTypes, TYPESCRIPT_EXTENSIONS } from './typescript.ts'

/** The parts of Node's CommonJS loader that are no public interface, but that half of npm patches and Node keeps for it. */
interface CommonJsLoader {
  _resolveFilename(request: string, parent: { filename?: string } | undefined, ...rest: unknown[]): string
  _extensions: Record<string, (module: CompilableModule, path: string) => void>
}

interface CompilableModule {
  _compile(source: string, path: string, format: 'module' | 'commonjs'): void
}

const loader = Module as unknown as CommonJsLoader // true: Node 20 to 26 have both

/** Lets require() and require.resolve() find the packages we provide: no hook sees the latter before Node 24. */
export function provideToRequire(): void {
  const resolveFilename = loader._resolveFilename
  loader._resolveFilename = function (request, parent, ...rest) {
    const file = providedFile(request, parent?.filename)
    return resolveFilename.call(this, file ?? request, parent, ...rest)
  }
}

/** Lets require() load TypeScript, for Node that has no hook which sees it (before 22.15). */
export function stripTypesInRequire(): void {
  for (const extension of TYPESCRIPT_EXTENSIONS) {
    loader._extensions[extension] = (module, path) => {
      const source = stripTypes(readFileSync(path, 'utf8'), path)
      module._compile(source, path, formatOf(path, source))
    }
  }
}
