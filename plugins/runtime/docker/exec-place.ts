import type { Socket } from 'node:net';
import { Duplex, PassThrough, Writable } from 'node:stream';
import type { Pipe, Place } from '../../shared/place/place.ts';
import type { Engine } from './engine.ts';

/** A running container as a place: a program in it over the engine's own connection, without a process here. */
export const containerPlace = (engine: Engine, container: string): Place => ({
  async open(argv) {
    const { Id } = await engine.call<{ Id: string }>('POST', `/containers/${container}/exec`, {
      AttachStdin: true,
      AttachStdout: true,
      AttachStderr: true,
      Tty: false,
      Cmd: argv,
    });
    return pipeOf(await engine.upgrade(`/exec/${Id}/start`, { Detach: false, Tty: false }));
  },
});

const HEAD = 8;
const ERRORS = 2;

/** The engine sends both outputs over one connection: eight bytes say which and how long, then what it is. */
function pipeOf(socket: Socket): Pipe {
  const output = new PassThrough();
  const errors = new PassThrough();
  let rest: Buffer = Buffer.alloc(0);
  socket.on('data', (bytes: Buffer) => {
    rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
    while (rest.length >= HEAD) {
      const length = rest.readUInt32BE(4);
      if (rest.length < HEAD + length) return;
      const part = rest.subarray(HEAD, HEAD + length);
      if (rest.readUInt8(0) === ERRORS) errors.write(part);
      else output.write(part);
      rest = rest.subarray(HEAD + length);
    }
  });
  const input = new Writable({
    write: (part, _encoding, done) => void socket.write(part, (error) => done(error)),
  });
  const stream = Duplex.from({ readable: output, writable: input });
  const over = (): void => void stream.destroy();
  socket.on('error', over);
  socket.on('end', over);
  socket.on('close', over);
  return {
    stream,
    errors,
    close() {
      socket.destroy();
      stream.destroy();
    },
  };
}
