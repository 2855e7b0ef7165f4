import { Ajv, type ValidateFunction } from 'ajv';
import type { TransportRequest } from '../../../src/model/ports/transport.js';
import { jsonSchema, type VendorDocument, vendorDocument } from '../../support/vendor-document.js';

type Json = Record<string, unknown>;

interface Operation {
  name: string;
  pattern: RegExp;
  method: string;
  query: Map<string, ValidateFunction>;
  required: string[];
  body: ValidateFunction | undefined;
  bodyRequired: boolean;
}

const document = vendorDocument<Json>();
/** The operations that the vendor's OpenAPI document declares; none where it is not at hand. */
export const operations: readonly Operation[] = document ? read(document) : [];

/** The operation of the document that a request is, or what is wrong with it. */
export function checkRequest(request: TransportRequest): { operation: string; problems: string[] } {
  if (!document) return { operation: '', problems: [] };
  const at = `/${request.path.replace(/^\//, '')}`;
  const operation = operations.find(({ method, pattern }) => method === request.method && pattern.test(at));
  const label = `${request.method} ${at}`;
  if (!operation) return { operation: '', problems: [`${label} is no operation of the document`] };
  const problems = [...queryProblems(operation, request), ...bodyProblems(operation, request)];
  return { operation: operation.name, problems: problems.map((problem) => `${label}: ${problem}`) };
}

function queryProblems(operation: Operation, { query = {} }: TransportRequest): string[] {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  const missing = operation.required.filter((name) => !given.some(([key]) => key === name));
  return [
    ...missing.map((name) => `lacks the parameter ${name}`),
    ...given.flatMap(([name, value]) => {
      const check = operation.query.get(name);
      if (!check) return [`the parameter ${name} is not declared`];
      return check(Array.isArray(value) ? value.join(',') : value) ? [] : [`the parameter ${name} ${messages(check)} (${String(value)})`];
    }),
  ];
}

function bodyProblems({ body, bodyRequired }: Operation, request: TransportRequest): string[] {
  if (request.body === undefined) return bodyRequired ? ['has no body'] : [];
  if (!body) return ['has a body, but none is declared'];
  return body(JSON.parse(JSON.stringify(request.body))) ? [] : [`the body ${messages(body)}`];
}

function messages({ errors }: ValidateFunction): string {
  return (errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`.trim()).join('; ');
}

function read({ paths }: VendorDocument<Json>): Operation[] {
  const ajv = new Ajv({ strict: false, coerceTypes: false, validateFormats: false });
  const coercing = new Ajv({ strict: false, coerceTypes: true, validateFormats: false });
  const declared = Object.entries(paths).flatMap(([template, methods]) =>
    Object.entries(methods).map(([method, operation]) => {
      const parameters = ((operation.parameters ?? []) as { name: string; in: string; required?: boolean; schema: Json }[]).filter(
        (parameter) => parameter.in === 'query',
      );
      const requestBody = operation.requestBody as { required?: boolean; content?: Record<string, { schema: Json }> } | undefined;
      const schema = requestBody?.content?.['application/json']?.schema;
      return {
        name: `${method.toUpperCase()} ${template}`,
        method: method.toUpperCase(),
        pattern: new RegExp(`^${template.replace(/\{[^}]+\}/g, '[^/]+')}$`),
        query: new Map(parameters.map((parameter) => [parameter.name, coercing.compile(jsonSchema(parameter.schema) as Json)])),
        required: parameters.filter(({ required }) => required).map(({ name }) => name),
        body: schema && ajv.compile(jsonSchema(schema) as Json),
        bodyRequired: requestBody?.required === true,
      };
    }),
  );
  // A literal path wins over one with a parameter: /pipeline-configuration-versions/schema is no id.
  declared.sort((one, other) => Number(one.name.includes('{')) - Number(other.name.includes('{')));
  return declared;
}
