/**
 * Runs in the place of a session, started by ao over a pipe: what connects to the port that ao has, on loopback there, is carried over the
 * pipe to ao. So hooks and `ao` work without a network, and ao opens no port for it.
 */
import { createServer } from 'node:net';
import { connectionsOver } from '../connections.ts';
import { frame, frameReader } from '../frames.ts';

const port = Number(process.argv[2]);
const write = (bytes: Buffer): void => void process.stdout.write(bytes);
const connections = connectionsOver(write);
let next = 1;

const server = createServer({ allowHalfOpen: true }, (socket) => {
  const number = next;
  next += 1;
  write(frame('open', number));
  connections.add(number, socket);
});
server.on('error', (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
process.stdin.on('data', frameReader(connections.take));
// ao is gone, or wants no helper any more.
process.stdin.on('end', () => process.exit(0));
process.stdin.on('error', () => process.exit(0));
server.listen(port, '127.0.0.1', () => write(frame('listens', 0)));
