// The datatypes of tensors: as a configuration names them, and as the V2 protocol does.

/** By the configuration's name, in the order of their numbers in Triton's model_config.proto. */
export const CONFIG_DATATYPES = {
  TYPE_INVALID: null,
  TYPE_BOOL: 'BOOL',
  TYPE_UINT8: 'UINT8',
  TYPE_UINT16: 'UINT16',
  TYPE_UINT32: 'UINT32',
  TYPE_UINT64: 'UINT64',
  TYPE_INT8: 'INT8',
  TYPE_INT16: 'INT16',
  TYPE_INT32: 'INT32',
  TYPE_INT64: 'INT64',
  TYPE_FP16: 'FP16',
  TYPE_FP32: 'FP32',
  TYPE_FP64: 'FP64',
  TYPE_STRING: 'BYTES',
  TYPE_BF16: 'BF16',
} as const

/** Name of a datatype in the V2 protocol. */
export type ConfigDatatype = Exclude<(typeof CONFIG_DATATYPES)[keyof typeof CONFIG_DATATYPES], null>

/** `FP32` is `TYPE_FP32`, `BYTES` is `TYPE_STRING`. */
export function configNameOf(datatype: ConfigDatatype): string {
  return datatype === 'BYTES' ? 'TYPE_STRING' : `TYPE_${datatype}`
}
