// Every table, against the built program behind either front, or against a service that runs already:
// TARGET_URL=http://host:port TARGET_TABLE=name. That must serve the table's module, a folder below test/fixtures, with the
// table's settings in its environment; the default is the table `statuses`.

import { checkTable } from './run-table.ts'
import { TABLES } from './tables.ts'

for (const table of TABLES) checkTable(table)
