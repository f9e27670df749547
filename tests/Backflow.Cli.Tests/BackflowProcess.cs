using System.Diagnostics;
using System.Globalization;
using System.IO.Pipes;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;

namespace Backflow.Cli.Tests;

/// <summary>What a finished process left.</summary>
internal sealed record ProcessResult(int ExitCode, string Output, string Error)
{
    /// <summary>The output as one JSON object per line.</summary>
    public List<JsonElement> Json() =>
    [
        .. Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(static line => JsonDocument.Parse(line).RootElement.Clone()),
    ];
}

/// <summary>The program as a user runs it: a process of its own, in a folder of its own.</summary>
/// <remarks>
/// Its output is read by the thread that waits for it and at no other time, through a pipe of one page: a program
/// cannot run far ahead of a test that has seen a line and is about to act on it, however slow the machine is.
/// </remarks>
internal sealed partial class BackflowProcess : IDisposable
{
    /// <summary>Columns of the terminal that a test opens: those of the narrowest usual one.</summary>
    public const int TerminalWidth = 80;

    // A script's & ignores INT for what it starts, nohup HUP, and children inherit that: these begin as after a login.
    private const string DefaultSignals = "--default-signal=HUP,INT,QUIT,TERM,USR1";

    // Only a program that hangs is ever waited for so long.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    // F_SETPIPE_SZ of <linux/fcntl.h>, and the smallest size it gives.
    private const int SetPipeSize = 1031;
    private const int Page = 4096;

    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "backflow.dll");

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();
    private readonly Timer _watchdog;

    private BackflowProcess(
        string folder,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string>? environment = null,
        bool onTerminal = false,
        string signals = DefaultSignals)
    {
        ProcessStartInfo start = new(onTerminal ? "script" : "env")
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        start.Environment.Remove("BACKFLOW_COMMAND");
        start.Environment.Remove("BACKFLOW_WEBHOOK");
        start.Environment.Remove("BACKFLOW_TOKEN");
        foreach (string name in start.Environment.Keys.Where(IsOfOpenTelemetry).ToArray())
        {
            start.Environment.Remove(name);
        }

        if (onTerminal)
        {
            // As after a login: servers that run tests say in their variables that no person sits there.
            foreach (string name in start.Environment.Keys.Where(static name => !IsOfALogin(name)).ToArray())
            {
                start.Environment.Remove(name);
            }

            // The terminal's program starts the command through this shell, whichever its user has.
            start.Environment["SHELL"] = "/bin/sh";
            start.Environment["TERM"] = "xterm-256color";
        }

        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        string[] command = [signals, "dotnet", Program, .. arguments];
        string typed = $"stty cols {TerminalWidth}; exec env '{string.Join("' '", command)}'";
        foreach (string argument in onTerminal
            ? ["--quiet", "--return", "--command", typed, "/dev/null"]
            : command)
        {
            start.ArgumentList.Add(argument);
        }

        _process = new Process { StartInfo = start };
        _process.ErrorDataReceived += (_, data) => AppendError(data.Data);
        _process.Start();
        if (OperatingSystem.IsLinux())
        {
            _ = Control(((PipeStream)_process.StandardOutput.BaseStream).SafePipeHandle, SetPipeSize, Page);
        }

        _process.BeginErrorReadLine();
        _watchdog = new Timer(_ => _process.Kill(), null, Patience, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Runs a command to its end.</summary>
    public static ProcessResult Run(string folder, params string[] arguments)
    {
        using BackflowProcess process = new(folder, arguments);
        return process.WaitForEnd();
    }

    /// <summary>Runs a line of a shell, in which backflow is the program, to its end.</summary>
    public static ProcessResult RunLine(string folder, string line)
    {
        string function = $"backflow() {{ dotnet '{Program}' \"$@\"; }}";
        ProcessStartInfo start = new("bash", ["-o", "pipefail", "-c", $"{function}; {line}"])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // Else the runtime needs a larger file of its own than a limit of a test allows.
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        using Process shell = Process.Start(start)!;
        using Timer watchdog = new(_ => shell.Kill(entireProcessTree: true), null, Patience, Timeout.InfiniteTimeSpan);
        Task<string> error = shell.StandardError.ReadToEndAsync();
        string output = shell.StandardOutput.ReadToEnd();
        shell.WaitForExit();
        return new ProcessResult(shell.ExitCode, output, error.GetAwaiter().GetResult());
    }

    /// <summary>Starts a command and goes on.</summary>
    public static BackflowProcess Start(string folder, params string[] arguments) => new(folder, arguments);

    /// <summary>Starts a command with variables of its own and goes on.</summary>
    public static BackflowProcess Start(
        string folder, IReadOnlyDictionary<string, string> environment, params string[] arguments) =>
        new(folder, arguments, environment);

    /// <summary>Starts a command whose parent ignores a signal, as nohup ignores HUP, and goes on.</summary>
    public static BackflowProcess StartIgnoring(string folder, string signal, params string[] arguments) =>
        new(folder, arguments, signals: $"--ignore-signal={signal}");

    /// <summary>Starts a command on a terminal of its own, as in a window of a desktop, and goes on.</summary>
    public static BackflowProcess StartOnTerminal(
        string folder, IReadOnlyDictionary<string, string> environment, params string[] arguments) =>
        new(folder, arguments, environment, onTerminal: true);

    /// <summary>Reads until the output contains some text; the next call goes on behind its line.</summary>
    public void WaitForOutput(string text)
    {
        while (_process.StandardOutput.ReadLine() is string line)
        {
            _output.Append(line).Append('\n');
            if (line.Contains(text, StringComparison.Ordinal))
            {
                return;
            }
        }

        throw new InvalidOperationException($"'{text}' did not come. Output: {_output} Error: {ErrorSoFar}");
    }

    /// <summary>Waits until the error stream contains some text.</summary>
    public void WaitForError(string text)
    {
        while (!ErrorSoFar.Contains(text, StringComparison.Ordinal))
        {
            if (_process.WaitForExit(TimeSpan.FromMilliseconds(20)))
            {
                throw new InvalidOperationException($"'{text}' did not come. Error: {ErrorSoFar}");
            }
        }
    }

    /// <summary>What it has printed and a test has read.</summary>
    public string OutputSoFar => _output.ToString();

    /// <summary>Ctrl+C.</summary>
    public void Interrupt() => Signal("INT");

    /// <summary>Sends a signal by its name, such as TERM.</summary>
    public void Signal(string name)
    {
        using Process kill = Process.Start("kill", [$"-{name}", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>Ctrl+C on its terminal.</summary>
    public void PressControlC()
    {
        _process.StandardInput.Write('\u0003');
        _process.StandardInput.Flush();
    }

    /// <summary>kill -9.</summary>
    public void Kill() => Signal("KILL");

    /// <summary>Reads the rest of the output and waits for the end.</summary>
    public ProcessResult WaitForEnd()
    {
        _output.Append(_process.StandardOutput.ReadToEnd());

        // Also waits for the last line of the other stream.
        _process.WaitForExit();
        return new ProcessResult(_process.ExitCode, OutputSoFar, ErrorSoFar);
    }

    public void Dispose()
    {
        _watchdog.Dispose();
        _process.Kill();
        _process.Dispose();
    }

    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Control(SafePipeHandle pipe, int command, int argument);

    private static bool IsOfALogin(string variable) =>
        variable is "PATH" or "HOME" or "LANG" or "TMPDIR" || variable.StartsWith("DOTNET", StringComparison.Ordinal);

    private static bool IsOfOpenTelemetry(string variable) => variable.StartsWith("OTEL_", StringComparison.Ordinal);

    private string ErrorSoFar
    {
        get
        {
            lock (_error)
            {
                return _error.ToString();
            }
        }
    }

    private void AppendError(string? line)
    {
        if (line is not null)
        {
            lock (_error)
            {
                _error.Append(line).Append('\n');
            }
        }
    }
}
