// The schema of JSON Schemas, draft 2020-12, as a validator that the build has compiled.

import { createRequire } from 'node:module'
import type { ValidateFunction } from 'ajv'

export const META_SCHEMA_2020 = 'https://json-schema.org/draft/2020-12/schema'

/** Written by build/meta-schema.ts. */
export function loadMetaSchema2020(): ValidateFunction {
  return createRequire(import.meta.url)('./meta-schema-2020.cjs')
}
