// What a score module may be sent, and what it may answer.

import { INPUTS, INPUTS_SETTINGS } from './inputs.ts'
import { OUTPUTS, OUTPUTS_SETTINGS } from './outputs.ts'
import { checkTable } from './table.ts'

checkTable({ name: 'inputs', module: 'inputs', settings: INPUTS_SETTINGS, rows: INPUTS })
checkTable({ name: 'outputs', module: 'outputs', settings: OUTPUTS_SETTINGS, rows: OUTPUTS })
