using System.Diagnostics;
using System.Text;
using System.Text.Json;

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
internal sealed class BackflowProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();
    private int _outputLines;

    private BackflowProcess(
        string folder,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string>? environment = null,
        bool onTerminal = false)
    {
        ProcessStartInfo start = new(onTerminal ? "script" : "dotnet")
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        start.Environment.Remove("BACKFLOW_COMMAND");
        start.Environment.Remove("OTEL_EXPORTER_OTLP_ENDPOINT");
        if (onTerminal)
        {
            // The terminal's program starts the command through this shell, whichever its user has.
            start.Environment["SHELL"] = "/bin/sh";
        }

        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        string[] command = [Path.Combine(AppContext.BaseDirectory, "backflow.dll"), .. arguments];
        foreach (string argument in onTerminal
            ? ["--quiet", "--return", "--command", $"exec dotnet '{string.Join("' '", command)}'", "/dev/null"]
            : command)
        {
            start.ArgumentList.Add(argument);
        }

        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, data) => Append(_output, data.Data, isOutput: true);
        _process.ErrorDataReceived += (_, data) => Append(_error, data.Data, isOutput: false);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Runs a command to its end.</summary>
    public static ProcessResult Run(string folder, params string[] arguments)
    {
        using BackflowProcess process = new(folder, arguments);
        return process.WaitForEnd();
    }

    /// <summary>Starts a command and goes on.</summary>
    public static BackflowProcess Start(string folder, params string[] arguments) => new(folder, arguments);

    /// <summary>Starts a command with variables of its own and goes on.</summary>
    public static BackflowProcess Start(
        string folder, IReadOnlyDictionary<string, string> environment, params string[] arguments) =>
        new(folder, arguments, environment);

    /// <summary>Starts a command on a terminal of its own, as in a window of a desktop, and goes on.</summary>
    public static BackflowProcess StartOnTerminal(
        string folder, IReadOnlyDictionary<string, string> environment, params string[] arguments) =>
        new(folder, arguments, environment, onTerminal: true);

    /// <summary>Waits until the output contains some text.</summary>
    public void WaitForOutput(string text)
    {
        Stopwatch watch = Stopwatch.StartNew();
        while (true)
        {
            lock (_output)
            {
                if (_output.ToString().Contains(text, StringComparison.Ordinal))
                {
                    return;
                }
            }

            if (watch.Elapsed > Patience || _process.HasExited)
            {
                throw new InvalidOperationException(
                    $"'{text}' did not come within {_outputLines} lines of output. Error stream: {_error}");
            }

            Thread.Sleep(10);
        }
    }

    /// <summary>What it has printed.</summary>
    public string OutputSoFar
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>Ctrl+C.</summary>
    public void Interrupt() => Signal("-INT");

    /// <summary>Ctrl+C on its terminal.</summary>
    public void PressControlC()
    {
        _process.StandardInput.Write('\u0003');
        _process.StandardInput.Flush();
    }

    /// <summary>kill -9.</summary>
    public void Kill() => Signal("-KILL");

    public ProcessResult WaitForEnd()
    {
        if (!_process.WaitForExit(Patience))
        {
            _process.Kill();
            throw new InvalidOperationException($"The command did not end. Output: {_output} Error: {_error}");
        }

        // The overload without a limit also waits for the last lines of both streams.
        _process.WaitForExit();
        return new ProcessResult(_process.ExitCode, _output.ToString(), _error.ToString());
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private void Signal(string signal)
    {
        using Process kill = Process.Start("kill", [signal, _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    private void Append(StringBuilder target, string? line, bool isOutput)
    {
        if (line is null)
        {
            return;
        }

        lock (_output)
        {
            target.Append(line).Append('\n');
            _outputLines += isOutput ? 1 : 0;
        }
    }
}
