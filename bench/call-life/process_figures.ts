import { readFileSync } from 'node:fs';

/** Linux counts CPU time in hundredths of a second, whatever the kernel's own tick (proc(5)). */
const US_PER_TICK = 10_000;
/** utime and stime, counted from the field after the name, which may itself hold spaces. */
const UTIME = 11;
const STIME = 12;

/** CPU time a process has used so far, in µs, all threads; 0 where there is no /proc. */
export function cpuOf(pid: number): number {
  const text = fileOf(`/proc/${pid}/stat`);
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[UTIME] ?? 0) + Number(fields[STIME] ?? 0)) * US_PER_TICK;
}

/** Resident memory of a process in MB; 0 where there is no /proc. */
export function rssOf(pid: number): number {
  const kb = /VmRSS:\s+(\d+)/.exec(fileOf(`/proc/${pid}/status`))?.[1];
  return Math.round(Number(kb ?? 0) / 1024);
}

function fileOf(path: string): string {
  return process.platform === 'linux' ? readFileSync(path, 'utf8') : '';
}
