// Entry of dist/cli.js. Nothing is imported statically here: an old Node must get a sentence, not a syntax error from some module.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 12)) {
  process.stderr.write(`error: ao needs Node 22.12 or newer, this is ${process.versions.node}. Install Node 24.\n`);
  process.exit(1);
}

export {};
