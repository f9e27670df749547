using System.Diagnostics;
using Xunit;

namespace Backflow.Cli.Tests.Commands;

/// <summary>The script for bash in a real bash.</summary>
public sealed class CompletionTests
{
    [Theory]
    [InlineData("backflow tr", "train")]
    [InlineData("backflow train --hidd", "--hidden", "--hidden-size")]
    [InlineData("backflow train --cell ls", "lstm")]
    [InlineData("backflow train --task ec", "echo")]
    [InlineData("backflow train --lr 0,5 --optimizer adamw --sched", "--schedule")]
    [InlineData("backflow compare --same", "--same-size")]
    public void Bash_BeginOfAWord_IsCompleted(string line, params string[] expected)
    {
        using TemporaryFolder folder = new();
        string program = folder.Write(
            "backflow", $"#!/bin/sh\nexec dotnet '{Path.Combine(AppContext.BaseDirectory, "backflow.dll")}' \"$@\"\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        string script = BackflowProcess.Run(folder.Path, "completion", "bash").Output;
        string[] words = [program, .. line.Split(' ')[1..]];
        string typed = program + line["backflow".Length..];
        string test = $"""
            {script}
            COMP_LINE={PosixShell.Quote(typed)} COMP_POINT={typed.Length} COMP_CWORD={words.Length - 1}
            COMP_WORDS=({PosixShell.Quote(words)})
            _backflow_complete
            printf '%s\n' "$COMPREPLY[@]"
            """.Replace("\"$COMPREPLY[@]\"", "\"${COMPREPLY[@]}\"", StringComparison.Ordinal);
        using Process bash = Process.Start(
            new ProcessStartInfo("bash", ["-c", test]) { RedirectStandardOutput = true })!;
        string[] completed = bash.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        bash.WaitForExit();
        Assert.Equal(expected, completed.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("zsh", "compdef _backflow backflow")]
    [InlineData("fish", "complete -c backflow")]
    public void OtherShells_HaveAScript(string shell, string line)
    {
        ProcessResult result = BackflowProcess.Run(Path.GetTempPath(), "completion", shell);
        Assert.Equal(0, result.ExitCode);
        Assert.Contains(line, result.Output, StringComparison.Ordinal);
    }
}
