/** Prints the demo's lines: seconds since it began, who tells, what. */
export interface Printer {
  title(text: string): void;
  line(who: string, text: string): void;
  plain(text: string): void;
}

const COLOURS: Readonly<Record<string, number>> = {
  api: 36,
  route: 33,
  call: 32,
  failover: 31,
  flow: 35,
  webhook: 34,
  money: 33,
};

export function printer(out: { readonly isTTY?: boolean; write(text: string): unknown }): Printer {
  const began = performance.now();
  const paint = (code: number, text: string): string =>
    out.isTTY === true ? `\u001b[${code}m${text}\u001b[0m` : text;
  return {
    plain: (text) => void out.write(`${text}\n`),
    title: (text) => void out.write(`\n${paint(1, text)}\n`),
    line: (who, text) => {
      const seconds = ((performance.now() - began) / 1000).toFixed(2).padStart(6);
      out.write(`${seconds}s  ${paint(COLOURS[who] ?? 0, who.padEnd(8))} ${text}\n`);
    },
  };
}
