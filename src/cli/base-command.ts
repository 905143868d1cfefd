import { Command } from 'commander';

/** A command with the options that all of them have. */
export const baseCommand = (name: string, description: string): Command =>
  new Command(name)
    .description(description)
    .option('--json', 'print JSON')
    .option('--data-dir <folder>', 'data directory of the bot')
    .option('--config <file>', 'configuration file');
