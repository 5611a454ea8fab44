// What a score module's exports say of its inputs and answers.

import { messageOf, ScorehostError } from '../errors.ts'
import type { InputCheck } from '../input-reader.ts'
import type { ScoreModule } from '../score-api.ts'
import type { JsonSchema } from '../scoring.ts'
import { checkByJsonSchema, checkByLibrary, takesAnything } from './input-check.ts'
import { compileJsonSchema } from './json-schema-check.ts'
import { sampleSchema } from './sample-schema.ts'
import { noSchema, readSchemaExport, type Side } from './schema-export.ts'

export interface ModuleSchemas {
  /** Null where the module does not say. */
  readonly input: JsonSchema | null
  readonly output: JsonSchema | null
  /** Null where any input is taken. */
  readonly checkInput: InputCheck | null
}

/**
 * Reads `input` and `output`, or `inputSample` and `outputSample` in their place.
 *
 * @param file Of the score module, for the error.
 * @throws ScorehostError ERR_MODULE_CONTRACT where an export is no schema
 */
export async function moduleSchemas(module: ScoreModule, file: string): Promise<ModuleSchemas> {
  const [input, output] = await Promise.all([inputOf(module, file), outputOf(module, file)])
  return { input: input.schema, checkInput: input.check, output }
}

async function inputOf(
  module: ScoreModule,
  file: string,
): Promise<{ schema: JsonSchema | null; check: InputCheck | null }> {
  if (module.input === undefined) {
    const schema = sampleSchema(module.inputSample)
    if (schema === null || takesAnything(schema)) return { schema, check: null }
    return { schema, check: checkByJsonSchema(await compileJsonSchema(schema, true)) }
  }
  const { jsonSchema: schema, validate } = readSchemaExport(module.input, 'input', file)
  if (validate !== null) return { schema, check: checkByLibrary(validate, schema) }
  const compiled = schema === null ? null : await compileExport(schema, 'input', file)
  if (schema === null || compiled === null || takesAnything(schema)) return { schema, check: null }
  return { schema, check: checkByJsonSchema(compiled) }
}

async function outputOf(module: ScoreModule, file: string): Promise<JsonSchema | null> {
  refuseWhatIsNoJson(module.outputSample, file)
  if (module.output === undefined) return sampleSchema(module.outputSample)
  const { jsonSchema: schema, validate } = readSchemaExport(module.output, 'output', file)
  // compiled for the sake of the author, who learns of a mistake before anybody reads it in swagger
  if (validate === null && schema !== null) await compileExport(schema, 'output', file)
  return schema
}

/** @returns null for `true` and `{}`, which take anything, so that ajv need not be loaded */
async function compileExport(schema: JsonSchema, side: Side, file: string) {
  if (schema === true || (schema !== false && Object.keys(schema).length === 0)) return null
  try {
    return await compileJsonSchema(schema, false)
  } catch (thrown) {
    throw noSchema(file, side, messageOf(thrown))
  }
}

/** @throws ScorehostError ERR_MODULE_CONTRACT, at load and not when somebody first reads the description */
function refuseWhatIsNoJson(outputSample: unknown, file: string): void {
  try {
    JSON.stringify(outputSample)
  } catch (cause) {
    const message = `${file} exports an "outputSample" that JSON cannot carry`
    throw new ScorehostError('ERR_MODULE_CONTRACT', message, { cause })
  }
}
