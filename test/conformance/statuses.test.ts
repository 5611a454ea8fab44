// Which situation has which status.

import { STATUSES, STATUSES_SETTINGS } from './statuses.ts'
import { checkTable } from './table.ts'

checkTable({ name: 'statuses', module: 'behaviours', settings: STATUSES_SETTINGS, rows: STATUSES })
