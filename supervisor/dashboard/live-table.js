// A table whose cells change while somebody reads it: what stays the same is left alone.

import { element, setText } from './element.js'

/**
 * @typedef {{ text: string, badge?: string }} Cell With a badge it is a word for a state.
 * @typedef {{ title: string, number?: boolean }} Column
 */

export class LiveTable {
  #columns
  #body = element('tbody')
  #table
  #empty

  /**
   * @param {string} caption For those who cannot see what stands above it.
   * @param {readonly Column[]} columns
   * @param {string} empty What is said in place of no rows.
   */
  constructor(caption, columns, empty) {
    this.#columns = columns
    this.#empty = element('p', { class: 'empty' }, empty)
    // roles said once more: on a phone the styles make blocks of rows and cells, which takes theirs away
    const heads = columns.map(({ title, number }) =>
      element('th', { scope: 'col', role: 'columnheader', class: number ? 'number' : false }, title),
    )
    this.#table = element(
      'table',
      { role: 'table' },
      element('caption', { class: 'hidden-text' }, caption),
      element('thead', { role: 'rowgroup' }, element('tr', { role: 'row' }, ...heads)),
      this.#body,
    )
    this.#body.setAttribute('role', 'rowgroup')
    this.node = element('div', {}, this.#table, this.#empty)
    this.update([])
  }

  /** @param {readonly (readonly Cell[])[]} rows */
  update(rows) {
    this.#table.hidden = rows.length === 0
    this.#empty.hidden = rows.length > 0
    while (this.#body.rows.length > rows.length) this.#body.lastElementChild.remove()
    for (const [index, cells] of rows.entries()) {
      const row = this.#body.rows[index] ?? this.#body.appendChild(this.#row())
      for (const [column, cell] of cells.entries()) show(row.cells[column].firstElementChild, cell)
    }
  }

  #row() {
    const cells = this.#columns.map(({ title, number }) => {
      const attributes = { role: 'cell', class: number ? 'number' : false, 'data-title': title }
      return element('td', attributes, element('span'))
    })
    return element('tr', { role: 'row' }, ...cells)
  }
}

function show(node, { text, badge }) {
  setText(node, text)
  const name = badge === undefined ? '' : `badge ${badge}`
  if (node.className !== name) node.className = name
}
