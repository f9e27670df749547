using System.CommandLine;

namespace Backflow.Cli.Commands;

/// <summary>backflow completion: what a shell needs to complete commands, options and their values.</summary>
/// <remarks>The scripts ask the program itself through the directive [suggest], so that they never grow old.</remarks>
internal static class CompletionCommand
{
    // Every script asks about '--cell=ls' as '--cell ls', as the library has no answer for values behind '='. Where the
    // program knows nothing, files are offered. Help's names with a slash are for the shells of Windows.
    private const string Bash = """
        # backflow: completion for bash. In ~/.bashrc: eval "$(backflow completion bash)"
        _backflow_complete() {
          local line="${COMP_LINE:0:COMP_POINT}" word="${COMP_WORDS[COMP_CWORD]}"
          line="${line#"${COMP_WORDS[0]}"}"
          line="${line# }"
          if [[ $line =~ ^(.*--[^=\ ]+)=([^\ ]*)$ ]]; then
            word="${BASH_REMATCH[2]}"
            line="${BASH_REMATCH[1]} $word"
          fi
          local IFS=$'\n' program="${COMP_WORDS[0]/#\~\//$HOME/}"
          local found="$("$program" "[suggest:${#line}]" "$line" 2>/dev/null)"
          COMPREPLY=($(compgen -X '/*' -W "$found" -- "$word"))
        }
        complete -o default -F _backflow_complete backflow
        """;

    private const string Zsh = """
        # backflow: completion for zsh. In ~/.zshrc, after compinit: eval "$(backflow completion zsh)"
        _backflow() {
          local program=${~words[1]} option=
          if compset -P '--*='; then option="${IPREFIX%=} "; fi
          local line="${(j: :)words[2,CURRENT-1]}"
          line="${line:+$line }$option$PREFIX"
          local -a found
          found=("${(@f)$("$program" "[suggest:${#line}]" "$line" 2>/dev/null)}")
          found=(${found:#(|/*)})
          if (( ${#found} )); then compadd -- "${found[@]}"; else _files; fi
        }
        compdef _backflow backflow
        """;

    private const string Fish = """
        # backflow: completion for fish. In ~/.config/fish/config.fish: backflow completion fish | source
        function __backflow_complete
          set -l program (string replace -r -- '^~(?=/)' $HOME (commandline -po)[1])
          set -l line (string replace -r -- '^\s*\S+\s?' '' (commandline -cp))
          set -l word (commandline -ct)
          set -l option (string match -r -- '^--[^=]+=' $word; or echo)
          if test -n "$option"
            set word (string replace -- $option '' $word)
            set line (string replace -r -- '=(\S*)$' ' $1' $line)
          end
          set -l at "[suggest:"(string length -- "$line")"]"
          set -l found ($program $at "$line" 2>/dev/null | string match -v -r '^$|^/')
          if test -z "$found"
            set found (__fish_complete_path $word)
          end
          printf '%s\n' $option$found
        end
        complete -c backflow -f -a '(__backflow_complete)'
        """;

    public static Command Create() => new DocumentedCommand(
        "completion",
        "Print a script that lets a shell complete commands, options and their values.",
        """
        backflow completion bash                          in ~/.bashrc: eval "$(backflow completion bash)"
        backflow completion zsh                           in ~/.zshrc: eval "$(backflow completion zsh)"
        backflow completion fish                          in config.fish: backflow completion fish | source
        """)
    {
        Of("bash", Bash),
        Of("zsh", Zsh),
        Of("fish", Fish),
    };

    private static Command Of(string shell, string script)
    {
        Command command = new(shell, $"The script for {shell}.");
        command.SetAction(_ =>
        {
            Console.Out.WriteLine(script);
            return ExitCodes.Done;
        });
        return command;
    }
}
