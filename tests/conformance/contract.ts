import { checksOf, type JsonSchema } from '../../kernel/schema.ts';
import { CONTRACT_JSON, type Method, type OperationId } from '../../api/contract.ts';

/** What came back for a request. `text` is the whole body. */
export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

interface ResponseObject {
  readonly $ref?: string;
  readonly content?: Readonly<Record<string, { readonly schema?: JsonSchema & { $ref?: string } }>>;
}
interface OperationObject {
  readonly operationId: OperationId;
  readonly responses: Readonly<Record<string, ResponseObject>>;
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly components: { readonly responses: Readonly<Record<string, ResponseObject>> };
}

const document = JSON.parse(CONTRACT_JSON) as Document;
const checkAt = checksOf('contract-test', document as unknown as JsonSchema);
const METHODS = new Set(['get', 'post', 'put', 'delete']);

interface Place {
  readonly path: string;
  readonly method: Method;
  readonly pattern: RegExp;
  readonly object: OperationObject;
}

// {rest} may have several segments; fixed paths come before those with parameters.
const places: readonly Place[] = Object.entries(document.paths)
  .sort(([a], [b]) => Number(a.includes('{')) - Number(b.includes('{')))
  .flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([method]) => METHODS.has(method))
      .map(([method, object]) => ({
        path,
        method: method as Method,
        pattern: patternOf(path),
        object: object as OperationObject,
      })),
  );

function patternOf(path: string): RegExp {
  const literal = path.replaceAll('.', '\\.').replace('{rest}', '.+');
  return new RegExp(`^${literal.replaceAll(/\{\w+\}/g, '[^/]+')}$`);
}

/** Every operation of the contract with its declared statuses: what tests make their matrix of. */
export function operationIds(): readonly OperationId[] {
  return places.map(({ object }) => object.operationId);
}

/** What an answer has against the contract, or null. Paths it lacks may only be 400, 404 or 405. */
export function contractProblem(method: string, path: string, answer: Answer): string | null {
  const plain = path.split('?')[0] ?? '';
  const here = places.find(({ pattern }) => pattern.test(plain))?.path;
  const place = places.find((each) => each.path === here && each.method === method.toLowerCase());
  if (place === undefined) return strayProblem(method, plain, answer);
  const response = resolved(place.object.responses[String(answer.status)]);
  if (response === undefined) return `${method} ${path}: undocumented status ${answer.status}`;
  const wrong = bodyProblem(response, answer);
  return wrong === null ? null : `${method} ${path} ${answer.status}: ${wrong}`;
}

function strayProblem(method: string, path: string, answer: Answer): string | null {
  if (![400, 404, 405].includes(answer.status))
    return `${method} ${path}: ${answer.status} outside the contract`;
  const problem = checkAt('/components/schemas/Error')(JSON.parse(answer.text));
  return problem === null ? null : `${method} ${path}: ${problem.pointer} ${problem.message}`;
}

function resolved(response: ResponseObject | undefined): ResponseObject | undefined {
  const name = response?.$ref?.slice('#/components/responses/'.length);
  return name === undefined ? response : document.components.responses[name];
}

function bodyProblem({ content }: ResponseObject, { type, text }: Answer): string | null {
  const types = Object.keys(content ?? {});
  if (types.length === 0) return text === '' ? null : 'a body where none is declared';
  if (types.includes('*/*')) return null;
  const plain = type.split(';')[0] ?? '';
  const schema = content?.[plain]?.schema;
  if (schema === undefined) return `content type ${plain} is not declared`;
  if (plain !== 'application/json' || schema.$ref === undefined) return null;
  const body: unknown = JSON.parse(text);
  const before = JSON.stringify(body);
  const problem = checkAt(schema.$ref.slice(1))(body);
  if (problem !== null) return `${problem.pointer} ${problem.message}`;
  return JSON.stringify(body) === before ? null : 'the schema fills in what the answer lacks';
}
