// Makes elements of the page.

const SVG = 'http://www.w3.org/2000/svg'

/**
 * An element with its attributes and children; text is put in as text.
 *
 * @param {string} name
 * @param {Record<string, string | number | boolean>} attributes False leaves one out.
 * @param {...(Node | string)} children
 */
export function element(name, attributes = {}, ...children) {
  return filled(document.createElement(name), attributes, children)
}

/** The same of a drawing. */
export function shape(name, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, name), attributes, children)
}

/** The element of the page with this id. */
export function byId(id) {
  const found = document.getElementById(id)
  if (found === null) throw new Error(`the page has no #${id}`)
  return found
}

/** Changes the text only where it is another: a selection stays, and a screen reader is not told the same again. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text
}

function filled(node, attributes, children) {
  for (const [attribute, value] of Object.entries(attributes))
    if (value !== false) node.setAttribute(attribute, value === true ? '' : String(value))
  node.append(...children)
  return node
}
