import { createHmac, createSecretKey } from 'node:crypto';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { LimitStep } from './limit_store.ts';

const SOCKETS = 32;
const HEAD_END = '\r\n\r\n';

/**
 * Posts signed notices (Standard Webhooks) over kept-alive raw sockets, one at a time on each.
 * Calls `acked` when the receiver has answered 204; anything else ends the bench.
 */
export function openSender(
  sink_port: number,
  secret: Buffer,
  acked: (step: LimitStep) => void,
): (step: LimitStep) => void {
  const key = createSecretKey(secret);
  const idle: Socket[] = [];
  const waiting: LimitStep[] = [];
  const current = new Map<Socket, LimitStep>();

  function post(socket: Socket, step: LimitStep): void {
    const { notice_id, payload } = step;
    const time = Math.floor(Date.now() / 1000);
    const mac = createHmac('sha256', key).update(`${notice_id}.${time}.${payload}`);
    current.set(socket, step);
    socket.write(
      'POST /hook HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n' +
        `Webhook-Id: ${notice_id}\r\nWebhook-Timestamp: ${time}\r\n` +
        `Webhook-Signature: v1,${mac.digest('base64')}\r\n` +
        `Content-Length: ${Buffer.byteLength(payload)}${HEAD_END}${payload}`,
    );
  }

  function answered(socket: Socket, data: Buffer): void {
    const step = current.get(socket);
    const good = data.toString('latin1', 9, 12) === '204' && data.includes(HEAD_END);
    if (step === undefined || !good) throw new Error(`the sink said ${data.toString()}`);
    acked(step);
    const next = waiting.shift();
    if (next === undefined) idle.push(socket);
    else post(socket, next);
  }

  for (let count = 0; count < SOCKETS; count++) {
    const socket = connect(sink_port, '127.0.0.1', () => idle.push(socket)).setNoDelay(true);
    socket.on('data', (data) => answered(socket, data));
  }
  return (step) => {
    const socket = idle.pop();
    if (socket === undefined) waiting.push(step);
    else post(socket, step);
  };
}
