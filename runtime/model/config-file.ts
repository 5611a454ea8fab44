// The configuration beside a model: which file it is in, and what is worth a warning.

import { join } from 'node:path'
import { readFolder, readText } from './folder-reading.ts'
import { isModelConfigJson, type ModelConfig, NO_CONFIG, parseModelConfig } from './model-config.ts'

export interface FoundConfig {
  readonly config: ModelConfig
  /** Absolute path of the folder that it is in, and that its labels and warm-up data are below; null where there is none. */
  readonly folder: string | null
  readonly warnings: readonly string[]
}

/**
 * The configuration in the first of these folders that has one.
 *
 * @throws ModelConfigError, UnreadableError
 */
export function findConfig(folders: readonly string[]): FoundConfig {
  const warnings: string[] = []
  for (const folder of folders) {
    const { files } = readFolder(folder)
    const text = files.includes('config.pbtxt')
    const json = files.includes('config.json')
    if (text && json) warnings.push(`${join(folder, 'config.json')} is ignored: config.pbtxt is beside it`)
    if (text) return found(folder, parse(join(folder, 'config.pbtxt')), warnings)
    if (!json) continue
    const file = join(folder, 'config.json')
    if (isForeign(file)) warnings.push(`${file} is ignored: it has no field of a model configuration`)
    else return found(folder, parse(file), warnings)
  }
  return { config: NO_CONFIG, folder: null, warnings }
}

function parse(file: string): ModelConfig {
  return parseModelConfig(file, readText(file))
}

/** Hugging Face's files of this name lie beside many an ONNX model, and say nothing about serving. */
function isForeign(file: string): boolean {
  try {
    const content: unknown = JSON.parse(readText(file))
    const isEmpty = typeof content === 'object' && content !== null && Object.keys(content).length === 0
    return !isEmpty && !Array.isArray(content) && !isModelConfigJson(content)
  } catch {
    return false // whoever parses it says what is wrong
  }
}

function found(folder: string, config: ModelConfig, warnings: readonly string[]): FoundConfig {
  return { config, folder, warnings: [...warnings, ...fieldWarnings(config)] }
}

function fieldWarnings({ file, unknownFields, idleFields }: ModelConfig): string[] {
  return [
    ...unknownFields.map(({ field, line, nearest }) => {
      const where = line === null ? file : `${file}:${line}`
      return `${where}: unknown field ${field}${nearest === null ? '' : `; did you mean ${nearest}?`}`
    }),
    ...idleFields.map(({ field, reason }) => `${file}: ${field} changes nothing here: ${reason}`),
  ]
}
