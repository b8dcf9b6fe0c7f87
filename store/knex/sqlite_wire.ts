import type { Shape, Statement, Value } from './statement.ts';
import { sqlOf } from './statement.ts';
import { SQLITE } from './dialects.ts';

/**
 * How units travel to the writing thread: one flat list of plain values, which is copied several
 * times faster than a tree of objects. Per unit its number of statements; per statement the number
 * of its text, its guard, how many arguments, and those.
 */
export interface WireBatch {
  /** Texts that are numbered from here on, after those numbered before. */
  readonly texts: readonly string[];
  readonly flat: readonly Value[];
}

/** Packs units. Each statement's text crosses once; afterwards its number stands for it. */
export function packer(): (units: readonly (readonly Statement[])[]) => WireBatch {
  const numbers = new Map<Shape, number>();
  return (units) => {
    const texts: string[] = [];
    const flat: Value[] = [];
    const numberOf = (shape: Shape): number => {
      const known = numbers.get(shape);
      if (known !== undefined) return known;
      texts.push(sqlOf(shape, SQLITE));
      numbers.set(shape, numbers.size);
      return numbers.size - 1;
    };
    for (const unit of units) {
      flat.push(unit.length);
      for (const { shape, args, otherwise } of unit) {
        flat.push(numberOf(shape), guardOf(otherwise), args.length);
        for (const value of args) flat.push(value);
      }
    }
    return { texts, flat };
  };
}

function guardOf(otherwise: Statement['otherwise']): Value {
  if (otherwise === null) return null;
  return 'skip' in otherwise ? otherwise.skip : otherwise.refuse;
}

/** The units of a batch again, in their order; `textOf` finds a text by its number. */
export function unpack<Text>(
  flat: readonly Value[],
  textOf: (number: number) => Text,
): Arrived<Text>[][] {
  const units: Arrived<Text>[][] = [];
  let place = 0;
  while (place < flat.length) {
    const unit: Arrived<Text>[] = [];
    for (let left = Number(flat[place++]); left > 0; left -= 1) {
      const statement = textOf(Number(flat[place]));
      const otherwise = otherwiseOf(flat[place + 1] ?? null);
      const from = place + 3;
      place = from + Number(flat[place + 2]);
      unit.push({ statement, args: flat.slice(from, place), otherwise });
    }
    units.push(unit);
  }
  return units;
}

/** A statement as it arrives, with what its number stands for. */
export interface Arrived<Text> {
  readonly statement: Text;
  readonly args: readonly Value[];
  readonly otherwise: Statement['otherwise'];
}

function otherwiseOf(guard: Value): Statement['otherwise'] {
  if (guard === null) return null;
  return typeof guard === 'number' ? { skip: guard } : { refuse: guard };
}
