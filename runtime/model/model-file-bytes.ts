// How large the files of a model are: what its weights take in memory at the least.

import { statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { readFolder } from './folder-reading.ts'
import { listModel } from './listed-model.ts'

/**
 * Bytes of the ONNX files of a model in its own folder, of every version that would be served.
 *
 * External data counts where its file is named after the ONNX file, as exporters do it: `model.onnx.data` (PyTorch), `model.onnx_data`
 * (Optimum). Anything else beside it may be there for another program.
 *
 * @param filesFolder Folder below that of the model's name in which its files are; empty where there is none.
 * @returns 0 where there is no such model, or where it cannot be read: who loads it will say why
 */
export function modelFileBytes(modelDir: string, name: string, filesFolder: string): number {
  if (name.includes('/') || name.startsWith('.')) return 0
  const { versions } = listModel(name, join(modelDir, name, filesFolder), true)
  return versions.reduce((sum, { file }) => sum + sizeWithData(file), 0)
}

function sizeWithData(file: string): number {
  const folder = dirname(file)
  try {
    const parts = readFolder(folder).files.filter(name => name.startsWith(basename(file)))
    return parts.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)
  } catch {
    return 0
  }
}
