// The table of datatypes, against ONNX Runtime's own tensors.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Tensor } from 'onnxruntime-node'
import { DATATYPES, datatypeOfOnnx, isDatatype } from '../../runtime/datatype.ts'
import { ALL_DATATYPES } from '../support/any-tensor.ts'

test('ONNX Runtime makes a tensor of every datatype from the array that the table names', () => {
  for (const datatype of ALL_DATATYPES) {
    const { array, bytes, onnx } = DATATYPES[datatype]
    const data = array === null ? ['a', 'b'] : new array(2)
    // true: onnxruntime checks that type and data belong together, which is what is tested
    const tensor = new Tensor(onnx as 'float32', data as Float32Array, [2])
    assert.equal(tensor.type, onnx)
    if (array !== null) assert.equal(array.BYTES_PER_ELEMENT, bytes)
  }
})

test('a datatype is found by its name of either kind, and nothing else is', () => {
  for (const datatype of ALL_DATATYPES) {
    assert(isDatatype(datatype))
    assert.equal(datatypeOfOnnx(DATATYPES[datatype].onnx), datatype)
  }
  for (const name of ['BF16', 'fp32', 'float32', '', 'toString', '__proto__']) assert(!isDatatype(name), name)
  for (const name of ['bfloat16', 'FP32', 'uint4', '']) assert.equal(datatypeOfOnnx(name), null, name)
})
