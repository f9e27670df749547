using Backflow.Experiments.Recording;
using Backflow.Runs;
using Backflow.Telemetry;
using Backflow.Training;

namespace Backflow.Experiments.Figures;

/// <summary>Writes event files of TensorBoard while runs are trained.</summary>
/// <remarks>
/// A thread of its own reads the store, as the page does: training waits for nothing, and what cannot be written is
/// lost here alone. Each run has a folder with its id; a run that goes on gets another file there.
/// </remarks>
public sealed class LiveFigures : IDisposable
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(2);

    private readonly RunStore _store;
    private readonly string _folder;
    private readonly TimeProvider _clock;
    private readonly Func<string, Stream> _create;
    private readonly TimeSpan _pause;
    private readonly List<RunFollower> _followers = [];
    private readonly ManualResetEventSlim _ends = new();
    private readonly Thread _thread;
    private bool _finished;

    /// <summary>Begins to write.</summary>
    /// <param name="store">The store that gets the runs; outlives this.</param>
    /// <param name="folder">The folder of runs, TensorBoard's log directory.</param>
    /// <param name="clock">Tells the time.</param>
    /// <exception cref="ExperimentException">Nothing can be written there.</exception>
    public LiveFigures(RunStore store, string folder, TimeProvider clock)
        : this(store, folder, clock, static path => new FileStream(
            path, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0),
            BetweenLooks)
    {
    }

    internal LiveFigures(
        RunStore store, string folder, TimeProvider clock, Func<string, Stream> create, TimeSpan pause)
    {
        _store = store;
        _folder = folder;
        _clock = clock;
        _create = create;
        _pause = pause;
        Require(folder);
        _thread = new Thread(Run) { IsBackground = true, Name = "event files" };
        _thread.Start();
    }

    /// <summary>Follows a run from here on; returns at once.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="firstStep">Steps that were done before.</param>
    public void Begin(string runId, long firstStep)
    {
        RunFollower follower =
            new(_store, runId, firstStep, Path.Combine(_folder, runId), _clock, _create);
        lock (_followers)
        {
            _followers.Add(follower);
        }
    }

    /// <summary>Writes what is left.</summary>
    /// <returns>A sentence about what could not be written; null where all was.</returns>
    public string? Finish()
    {
        Stop();
        long lost = _followers.Sum(static follower => follower.Lost);
        string? reason = _followers.Select(static follower => follower.Reason)
            .FirstOrDefault(static reason => reason is not null);
        return reason is null ? null
            : lost == 0
            ? $"Some of the training is missing in the event files in {_folder}: {reason}. The run's store has it."
            : $"{NumberText.Counted(NumberText.Count(lost), "record")} of the event files in {_folder} could not be "
                + $"written: {reason}. The run's store has what they would have said.";
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Stop();
        foreach (RunFollower follower in _followers)
        {
            follower.Dispose();
        }

        _ends.Dispose();
    }

    // Found out before the training, not after it.
    private static void Require(string folder)
    {
        string? reason;
        try
        {
            Directory.CreateDirectory(folder);
            reason = ReportFile.WhyClosed(folder);
        }
        catch (Exception failure) when (WriteFailure.ReasonOf(failure) is string why)
        {
            reason = why;
        }

        if (reason is not null)
        {
            throw new ExperimentException(
                $"{"Tensorboard":setting} must be a folder that can be written to, got '{folder}': {reason}.",
                $"Choose another folder, such as {"Tensorboard":setting} logs.");
        }
    }

    private void Stop()
    {
        if (!_finished)
        {
            _finished = true;
            _ends.Set();
            _thread.Join();
        }
    }

    private void Run()
    {
        bool isLast;
        do
        {
            isLast = _ends.Wait(_pause);
            RunFollower[] followers;
            lock (_followers)
            {
                followers = [.. _followers];
            }

            foreach (RunFollower follower in followers)
            {
                follower.Look(isLast);
            }
        }
        while (!isLast);
    }
}
