// Part of npm run build: what checks the JSON Schemas of score modules, compiled ahead. ajv takes 40 ms for it in every worker.

import { writeFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import standalone from 'ajv/dist/standalone/index.js'
import { META_SCHEMA_2020 } from '../runtime/model/meta-schema.ts'

const ajv = new Ajv2020({ strict: false, logger: false, code: { source: true } })
const validate = ajv.getSchema(META_SCHEMA_2020)
if (validate === undefined) throw new Error(`ajv has no schema ${META_SCHEMA_2020}`)
const code = standalone.default(ajv, validate)
writeFileSync(new URL('../runtime/model/meta-schema-2020.cjs', import.meta.url), code)
