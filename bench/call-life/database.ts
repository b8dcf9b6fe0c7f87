import { randomBytes } from 'node:crypto';
import mysql from 'mysql2/promise';

/** Makes an empty database on a server and answers its URL. `server_url` names none. */
export async function createDatabase(server_url: string): Promise<string> {
  const name = `bench_${randomBytes(6).toString('hex')}`;
  const connection = await mysql.createConnection(server_url);
  await connection.query(`create database ${name} character set utf8mb4`);
  await connection.end();
  return new URL(name, server_url).href;
}
