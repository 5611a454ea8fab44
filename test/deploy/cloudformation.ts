// A CloudFormation template held against the vendor's own specification of its resources.

import assert from 'node:assert/strict'
import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec'
import { type Static, Type } from 'typebox'

/** The sections that a template of resources and parameters has. */
export const Template = Type.Object(
  {
    AWSTemplateFormatVersion: Type.Literal('2010-09-09'),
    Description: Type.Optional(Type.String()),
    Parameters: Type.Record(
      Type.String({ pattern: '^[A-Za-z0-9]+$' }),
      Type.Object({ Type: Type.String(), Description: Type.String() }, { additionalProperties: false }),
    ),
    Resources: Type.Record(
      Type.String({ pattern: '^[A-Za-z0-9]+$' }),
      Type.Object(
        { Type: Type.String(), Properties: Type.Record(Type.String(), Type.Unknown()) },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
)

const SPECIFICATION = loadAwsServiceSpecSync()

/** What the specification says of one type of resource. */
function resourceOf(type: string) {
  const found = [...SPECIFICATION.lookup('resource', 'cloudFormationType', 'equals', type)]
  return found[0] ?? null
}

type Properties = NonNullable<ReturnType<typeof resourceOf>>['properties']
type PropertyType = Properties[string]['type']

/** What is wrong with the resources of a template, each with its path. */
export function problemsOf({ Parameters, Resources }: Static<typeof Template>): string[] {
  const referenceProblem = (value: Readonly<Record<string, unknown>>, path: string): string[] => {
    const [target, attribute] = [value['Ref'] ?? value['Fn::GetAtt']].flat()
    if (typeof target !== 'string') return [`${path}: refers to nothing`]
    if (attribute === undefined)
      return target in Parameters || target in Resources ? [] : [`${path}: no ${target}`]
    const resource = resourceOf(Resources[target]?.Type ?? '')
    return resource?.attributes[String(attribute)] === undefined ? [`${path}: no ${target}.${attribute}`] : []
  }

  const propertyProblems = (properties: Properties, value: unknown, path: string): string[] => {
    if (!isObject(value)) return [`${path}: is no object`]
    const missing = Object.entries(properties).filter(([name, { required }]) => required && !(name in value))
    return [
      ...missing.map(([name]) => `${path}.${name}: is missing`),
      ...Object.entries(value).flatMap(([name, part]) => {
        const property = properties[name]
        return property === undefined
          ? [`${path}.${name}: is unknown`]
          : valueProblems(property.type, part, `${path}.${name}`)
      }),
    ]
  }

  const valueProblems = (type: PropertyType, value: unknown, path: string): string[] => {
    if (isObject(value) && ('Ref' in value || 'Fn::GetAtt' in value)) return referenceProblem(value, path)
    switch (type.type) {
      case 'ref':
        return propertyProblems(
          SPECIFICATION.get('typeDefinition', type.reference.$ref).properties,
          value,
          path,
        )
      case 'array':
        if (!Array.isArray(value)) return [`${path}: is no list`]
        return value.flatMap((item, index) => valueProblems(type.element, item, `${path}[${index}]`))
      case 'map':
        if (!isObject(value)) return [`${path}: is no object`]
        return Object.entries(value).flatMap(([key, item]) =>
          valueProblems(type.element, item, `${path}.${key}`),
        )
      default:
        return scalarProblem(type, value).map(problem => `${path}: ${problem}`)
    }
  }

  return Object.entries(Resources).flatMap(([name, { Type: type, Properties: properties }]) => {
    const resource = resourceOf(type)
    return resource === null
      ? [`${name}: no resource is a ${type}`]
      : propertyProblems(resource.properties, properties, name)
  })
}

/** Of a type without parts. */
function scalarProblem(type: PropertyType, value: unknown): string[] {
  switch (type.type) {
    case 'string':
    case 'boolean':
      return typeof value === type.type ? [] : [`is no ${type.type}`]
    case 'number':
    case 'integer':
      return typeof value === 'number' ? [] : ['is no number']
    case 'json': {
      // of an environment the specification says no more than this; variables are texts
      const areTexts = isObject(value) && Object.values(value).every(item => typeof item === 'string')
      return areTexts ? [] : ['is no object of texts']
    }
    default:
      return assert.fail(`nothing here checks the type ${type.type}`)
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
