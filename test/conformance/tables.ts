// Every table of promises, by name.

import { AZMLINFSRV, AZUREML, AZUREML_ANY_ORIGIN } from './azureml.ts'
import { EAS } from './eas.ts'
import { INPUTS, INPUTS_SETTINGS } from './inputs.ts'
import { KEYS } from './keys.ts'
import { KSERVE, KSERVE_MODULE } from './kserve.ts'
import { OCI, OCI_TRITON } from './oci.ts'
import { OUTPUTS, OUTPUTS_SETTINGS } from './outputs.ts'
import { SAGEMAKER, SAGEMAKER_MODELS } from './sagemaker.ts'
import { STATUSES, STATUSES_SETTINGS } from './statuses.ts'
import type { Table } from './table.ts'
import { V2, V2_SETTINGS } from './v2.ts'
import { V2_MODELS } from './v2-call.ts'
import { V2_EXTENSIONS } from './v2-extensions.ts'
import { V2_INFER } from './v2-infer.ts'
import { V2_REFUSED } from './v2-refused.ts'
import { VERTEX, VERTEX_WHOLE } from './vertex.ts'

export const TABLES: readonly Table[] = [
  { name: 'statuses', module: 'behaviours', settings: STATUSES_SETTINGS, rows: STATUSES },
  { name: 'inputs', module: 'inputs', settings: INPUTS_SETTINGS, rows: INPUTS },
  { name: 'outputs', module: 'outputs', settings: OUTPUTS_SETTINGS, rows: OUTPUTS },
  AZUREML,
  AZUREML_ANY_ORIGIN,
  AZMLINFSRV,
  EAS,
  OCI,
  OCI_TRITON,
  SAGEMAKER,
  SAGEMAKER_MODELS,
  VERTEX,
  VERTEX_WHOLE,
  KSERVE,
  KSERVE_MODULE,
  KEYS,
  {
    name: 'v2',
    module: V2_MODELS,
    settings: V2_SETTINGS,
    rows: [...V2, ...V2_INFER, ...V2_EXTENSIONS, ...V2_REFUSED],
  },
]
