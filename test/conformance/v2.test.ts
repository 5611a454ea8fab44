// The V2 protocol, row by row.

import { checkTable } from './table.ts'
import { V2, V2_SETTINGS } from './v2.ts'
import { V2_MODELS } from './v2-call.ts'
import { V2_EXTENSIONS } from './v2-extensions.ts'
import { V2_INFER } from './v2-infer.ts'
import { V2_REFUSED } from './v2-refused.ts'

const rows = [...V2, ...V2_INFER, ...V2_EXTENSIONS, ...V2_REFUSED]
checkTable({ name: 'the V2 protocol', module: V2_MODELS, settings: V2_SETTINGS, rows })
