// How far a sample is from a class, measured in the deviations of that class: Mahalanobis distance.

/**
 * @param rows Samples of one class, features in the same order.
 * @returns `whitening` [features, features] row-major and `offsets`: the length of `x · whitening + offsets` is the distance of x.
 */
export function fitWhitening(rows) {
  const features = rows[0].length
  const means = rows[0].map((_, column) => rows.reduce((sum, row) => sum + row[column], 0) / rows.length)
  const covariance = means.map((_, one) =>
    means.map((_, other) => {
      const products = rows.map(row => (row[one] - means[one]) * (row[other] - means[other]))
      return products.reduce((sum, product) => sum + product, 0) / (rows.length - 1)
    }),
  )
  // covariance = L·Lᵀ, so its inverse is W·Wᵀ where W is the inverse of L, transposed
  const inverse = invertLower(cholesky(covariance))
  const whitening = Array.from({ length: features }, (_, row) => inverse.map(line => line[row]))
  const offsets = whitening[0].map(
    (_, column) => -means.reduce((sum, mean, row) => sum + mean * whitening[row][column], 0),
  )
  return { whitening: whitening.flat(), offsets }
}

/** The lower triangle L with `matrix` = L·Lᵀ. */
function cholesky(matrix) {
  const lower = matrix.map(row => row.map(() => 0))
  for (const [row, cells] of matrix.entries()) {
    for (let column = 0; column <= row; column++) {
      const rest = cells[column] - dot(lower[row], lower[column], column)
      lower[row][column] = row === column ? Math.sqrt(rest) : rest / lower[column][column]
    }
  }
  return lower
}

function invertLower(lower) {
  const inverse = lower.map(row => row.map(() => 0))
  for (const [row, cells] of lower.entries()) {
    for (let column = 0; column <= row; column++) {
      const known = inverse.map(line => line[column])
      inverse[row][column] = ((row === column ? 1 : 0) - dot(cells, known, row)) / cells[row]
    }
  }
  return inverse
}

/** Of the first `length` numbers of each. */
function dot(one, other, length) {
  let sum = 0
  for (let index = 0; index < length; index++) sum += one[index] * other[index]
  return sum
}
