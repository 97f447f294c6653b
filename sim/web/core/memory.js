// Arrays in the memory of a module: their types, and how compiled code is told of them.
'use strict'

const BYTES = {bool: 1, int8: 1, int16: 2, uint16: 2, int32: 4, int64: 8, uint64: 8, float64: 8}
const VIEW = {
  bool: Uint8Array, int8: Int8Array, int16: Int16Array, uint16: Uint16Array, int32: Int32Array, int64: BigInt64Array,
  uint64: BigUint64Array, float64: Float64Array,
}
const isBig = type => type.endsWith('int64')

const sizeOf = shape => shape.reduce((a, b) => a * b, 1)

// What an array is passed on as: eight bytes each.
function slotsOf({type, shape, size, address}) {
  const item = BYTES[type], strides = shape.map((_, k) => item * sizeOf(shape.slice(k + 1)))
  return [0, 0, size, item, address, ...shape, ...strides]
}

// Make room up to an address.
function grown(memory, top) {
  const missing = top - memory.buffer.byteLength
  if (missing > 0) memory.grow(Math.ceil(missing / 65536))
}
