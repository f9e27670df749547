using System.CommandLine;

namespace Backflow.Cli.Commands;

/// <summary>backflow completion: what a shell needs to complete commands, options and their values.</summary>
/// <remarks>The scripts ask the program itself through the directive [suggest], so that they never grow old.</remarks>
internal static class CompletionCommand
{
    private const string Bash = """
        # backflow: completion for bash. In ~/.bashrc: eval "$(backflow completion bash)"
        _backflow_complete() {
          local line="${COMP_LINE:0:COMP_POINT}"
          line="${line#"${COMP_WORDS[0]}"}"
          line="${line# }"
          local IFS=$'\n'
          COMPREPLY=($(compgen -W "$("${COMP_WORDS[0]}" "[suggest:${#line}]" "$line" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _backflow_complete backflow
        """;

    private const string Zsh = """
        # backflow: completion for zsh. In ~/.zshrc, after compinit: eval "$(backflow completion zsh)"
        _backflow() {
          local line="${BUFFER[1,CURSOR]#*${words[1]}}"
          line="${line# }"
          local -a found
          found=("${(@f)$("${words[1]}" "[suggest:${#line}]" "$line" 2>/dev/null)}")
          found=(${found:#})
          if (( ${#found} )); then compadd -- "${found[@]}"; else _files; fi
        }
        compdef _backflow backflow
        """;

    private const string Fish = """
        # backflow: completion for fish. In ~/.config/fish/config.fish: backflow completion fish | source
        function __backflow_complete
          set -l program (commandline -po)[1]
          set -l line (string replace -r '^\s*\S+\s?' '' -- (commandline -cp))
          $program "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
        end
        complete -c backflow -a '(__backflow_complete)'
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
