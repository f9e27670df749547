using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Text.RegularExpressions;
using Xunit;

namespace Backflow.Cli.Tests.Commands;

/// <summary>The scripts of completion, each in a real shell.</summary>
public sealed partial class CompletionTests
{
    private static readonly ConcurrentDictionary<string, string> Scripts = new(StringComparer.Ordinal);

    // The beginning of a line, and what may stand in place of its last word or value.
    public static TheoryData<string, string[]> Lines => new()
    {
        { "backflow tr", ["train"] },
        { "backflow train --hidd", ["--hidden", "--hidden-size"] },
        { "backflow train --cell ls", ["lstm"] },
        { "backflow train --cell=ls", ["lstm"] },
        { "backflow train --optimizer=ad", ["adam", "adamw"] },
        { "backflow train --task ec", ["echo"] },
        { "backflow train --lr 0,5 --optimizer adamw --sched", ["--schedule"] },
        { "backflow compare --same", ["--same-size"] },
    };

    [Theory]
    [MemberData(nameof(Lines))]
    public void Bash_BeginOfAWord_IsCompleted(string line, string[] expected)
    {
        using TemporaryFolder folder = Prepare("bash");

        // As readline cuts a line: '=' is a word of its own.
        string[] words = [.. Words().Split(line).Where(static word => word.Length > 0)];
        string output = RunIn(folder, "bash", $$"""
            source script
            COMP_LINE={{PosixShell.Quote(line)}} COMP_POINT={{line.Length}} COMP_CWORD={{words.Length - 1}}
            COMP_WORDS=({{PosixShell.Quote(words)}})
            _backflow_complete
            printf '%s\n' "${COMPREPLY[@]}"
            """);
        Assert.Equal(expected, LinesOf(output));
    }

    [Theory]
    [MemberData(nameof(Lines))]
    public void Fish_BeginOfAWord_IsCompleted(string line, string[] expected)
    {
        using TemporaryFolder folder = Prepare("fish");
        string output = RunIn(folder, "fish", $"source script; complete -C {PosixShell.Quote(line)}");
        string[] words = [.. LinesOf(output).Select(static word => word[(word.LastIndexOf('=') + 1)..])];
        Assert.Equal(expected, words);
    }

    /// <summary>Types the line and the tabulator into an interactive zsh, and reads what stands there then.</summary>
    [Theory]
    [MemberData(nameof(Lines))]
    public void Zsh_BeginOfAWord_IsCompleted(string line, string[] expected)
    {
        using TemporaryFolder folder = Prepare("zsh");
        folder.Write(".zshrc", """
            PS1=
            autoload -Uz compinit
            compinit -D -u
            source script
            show() { print -r -- "<$BUFFER>"; }
            zle -N show
            bindkey '^X' show
            """);
        string output = RunIn(folder, "zsh", $"""
            zmodload zsh/zpty
            export ZDOTDIR=$PWD
            zpty typed zsh -i
            zpty -w -n typed {PosixShell.Quote(line)}$'\t\x18'
            zpty -r typed shown '*<*>*'
            print -r -- $shown
            """);
        string typed = line[..(line.LastIndexOfAny([' ', '=']) + 1)];
        string common = expected.Aggregate(static (one, other) => new string(
            [.. one.Zip(other).TakeWhile(static pair => pair.First == pair.Second).Select(static pair => pair.First)]));
        Assert.Equal(
            typed + common + (expected.Length == 1 ? " " : string.Empty), Shown().Match(output).Groups[1].Value);
    }

    // A folder with the program by its name, and a shell's script.
    private static TemporaryFolder Prepare(string shell)
    {
        TemporaryFolder folder = new();
        string program = folder.Write(
            "backflow", $"#!/bin/sh\nexec dotnet '{Path.Combine(AppContext.BaseDirectory, "backflow.dll")}' \"$@\"\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        folder.Write("script", Scripts.GetOrAdd(
            shell, static (name, at) => BackflowProcess.Run(at, "completion", name).Output, folder.Path));
        return folder;
    }

    private static string RunIn(TemporaryFolder folder, string shell, string script)
    {
        ProcessStartInfo start = new(shell, ["-c", script])
        {
            WorkingDirectory = folder.Path,
            RedirectStandardOutput = true,
        };
        start.Environment["PATH"] = $"{folder.Path}:{Environment.GetEnvironmentVariable("PATH")}";
        start.Environment["HOME"] = folder.Path;
        try
        {
            using Process process = Process.Start(start)!;
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return output;
        }
        catch (Win32Exception missing)
        {
            throw new InvalidOperationException($"{shell} is missing: eng/install-shells.sh installs it.", missing);
        }
    }

    private static string[] LinesOf(string output) =>
        [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)];

    [GeneratedRegex(" |(=)")]
    private static partial Regex Words();

    [GeneratedRegex("<(.*)>")]
    private static partial Regex Shown();
}
