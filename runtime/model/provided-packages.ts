// The packages that a score module may import without having them: Scorehost's own ONNX Runtime and public face, and the API of traces.

import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const PROVIDED = ['onnxruntime-node', 'scorehost', '@opentelemetry/api']
const OWN_FOLDER = fileURLToPath(new URL('../', import.meta.url))
const requireOwn = createRequire(import.meta.url)

/**
 * Absolute path of what a specifier stands for where Scorehost provides it; null where Node is to look for it itself.
 *
 * A module's own node_modules win, and nothing else of ours is to be seen: what else a module needs it has to bring along.
 *
 * @param importer The importing file, as a path or a file URL; undefined where there is none.
 */
export function providedFile(specifier: string, importer: string | undefined): string | null {
  const name = PROVIDED.find(provided => specifier === provided || specifier.startsWith(`${provided}/`))
  if (name === undefined) return null
  const file = importer?.startsWith('file:') ? fileURLToPath(importer) : (importer ?? '/')
  if (file.startsWith(OWN_FOLDER) || isInstalled(name, dirname(file))) return null
  return requireOwn.resolve(specifier)
}

/** True where a node_modules folder has it, beside the importing file or further up. */
function isInstalled(name: string, folder: string): boolean {
  if (existsSync(join(folder, 'node_modules', name))) return true
  return dirname(folder) !== folder && isInstalled(name, dirname(folder))
}
