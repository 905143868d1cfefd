import { Argument, Command } from 'commander';
import type { Cli } from '../cli.ts';

const SCRIPTS = {
  bash: `# ao: put this into ~/.bashrc:  source <(ao completion bash)
_ao() {
  local IFS=$'\\n'
  COMPREPLY=($(ao __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null | cut -f1))
  COMPREPLY=($(compgen -W "\${COMPREPLY[*]}" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _ao ao`,
  zsh: `#compdef ao
# ao: put this into ~/.zshrc:  source <(ao completion zsh)
_ao() {
  local -a candidates
  local line
  while IFS= read -r line; do
    candidates+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done < <(ao __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  _describe ao candidates || _files
}
compdef _ao ao`,
  fish: `# ao: put this into ~/.config/fish/completions/ao.fish:  ao completion fish > ~/.config/fish/completions/ao.fish
complete -c ao -f -a '(ao __complete -- (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null)'`,
} as const;

export const completionCommand = (cli: Cli): Command =>
  new Command('completion')
    .description('Completion for the shell: commands, options, sessions, issues, projects')
    .addArgument(new Argument('<shell>').choices(Object.keys(SCRIPTS)))
    .action((shell: keyof typeof SCRIPTS) => cli.out(SCRIPTS[shell]));
