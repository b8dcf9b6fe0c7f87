/** How two values may be compared, as flows write it. */
export type Comparison = '==' | '!=' | '>' | '>=' | '<' | '<=';

/** Whether `left` compares with `right` as asked. NaN is only ever unequal. */
export function compare<Value extends string | number>(
  left: Value,
  how: Comparison,
  right: Value,
): boolean {
  switch (how) {
    case '==':
      return left === right;
    case '!=':
      return left !== right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
    case '<':
      return left < right;
    case '<=':
      return left <= right;
  }
}
