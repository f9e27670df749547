using System.Runtime.InteropServices;
using Backflow.Training;

namespace Backflow.Cli;

/// <summary>
/// Turns the signals that end a command into a cancelled token: Ctrl+C (INT), a request to terminate (TERM) and a
/// closed terminal (HUP). USR1, with which schedulers warn, asks for a checkpoint and ends nothing.
/// </summary>
/// <remarks>
/// A command makes one before it begins anything that would be lost. A second Ctrl+C ends the process at once; TERM and
/// HUP may come twice when a session is ended, and do not. The runtime leaves a signal alone that the parent
/// ignored, as <c>nohup</c> and a script's <c>&amp;</c> do.
/// </remarks>
internal sealed class Interruption : IDisposable
{
    // A process that a signal ends tells its caller 128 and the signal's number.
    private const int SignalBase = 128;
    private const int Hangup = 1;
    private const int Interrupt = 2;
    private const int Terminate = 15;

    // The number differs: 10 on Linux, 30 on macOS. Windows has no such signal.
    private static readonly int? SaveSignal = OperatingSystem.IsLinux() ? 10 : OperatingSystem.IsMacOS() ? 30 : null;

    /// <summary>What the process tells its caller after the first signal of the newest command; null before
    /// one.</summary>
    public static int? Last { get; private set; }

    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration _interrupt;
    private readonly PosixSignalRegistration _terminate;
    private readonly PosixSignalRegistration _hangup;
    private readonly PosixSignalRegistration? _warning;
    private int _signal;
    private Action? _save;

    public Interruption()
    {
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Cancel(context, Interrupt));
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Cancel(context, Terminate));
        _hangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => Cancel(context, Hangup));
        _warning = SaveSignal is int number ? PosixSignalRegistration.Create((PosixSignal)number, Save) : null;
    }

    /// <summary>Is cancelled by the first signal.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>What the process tells its caller after a signal: 129 HUP, 130 INT, 143 TERM.</summary>
    public int ExitCode => SignalBase + (Volatile.Read(ref _signal) is int signal and > 0 ? signal : Interrupt);

    /// <summary>Whether a signal has come.</summary>
    public bool HasCome => _source.IsCancellationRequested;

    /// <summary>Sets what USR1 asks for from here on.</summary>
    /// <param name="save">Asks a training for a checkpoint; called on a thread of the runtime.</param>
    public void OnSave(Action save) => Volatile.Write(ref _save, save);

    /// <summary>What a trained command ends with.</summary>
    /// <param name="summary">How its training ended.</param>
    public int ExitCodeOf(TrainingSummary summary) => summary switch
    {
        { IsDiverged: true } or { StoppedBy: not null } => ExitCodes.Failed,
        { IsInterrupted: true, IsStoppedOnRequest: false } => ExitCode,
        _ => ExitCodes.Done,
    };

    public void Dispose()
    {
        _interrupt.Dispose();
        _terminate.Dispose();
        _hangup.Dispose();
        _warning?.Dispose();
        _source.Dispose();
    }

    private void Cancel(PosixSignalContext context, int signal)
    {
        bool isFirst = Interlocked.CompareExchange(ref _signal, signal, 0) == 0;
        context.Cancel = isFirst || signal != Interrupt;
        if (isFirst)
        {
            Last = ExitCode;
            _source.Cancel();
        }
    }

    private void Save(PosixSignalContext context)
    {
        context.Cancel = true;
        Volatile.Read(ref _save)?.Invoke();
    }
}
