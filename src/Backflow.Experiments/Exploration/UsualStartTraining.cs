using Backflow.Engine;
using Backflow.Experiments.Recording;
using Backflow.Runs;
using Backflow.Runs.Manifest;
using Backflow.Training;

namespace Backflow.Experiments.Exploration;

/// <summary>
/// Trains the network of a run again from the usual start: forget bias 1 in place of chrono, and all else alike.
/// </summary>
/// <remarks>
/// A network whose chrono start was told the length is to be compared with one that was not. One is trained at a time,
/// as a run of its own, which can be paused and stopped like every other.
/// </remarks>
/// <param name="store">Where the runs are.</param>
/// <param name="clock">What tells the time.</param>
/// <param name="commands">Who writes the run's command; null for settings in words.</param>
internal sealed class UsualStartTraining(RunStore store, TimeProvider clock, ICommandWriter? commands) : IDisposable
{
    /// <summary>The most steps: a page that is looked at waits for them.</summary>
    public const long MostSteps = 2000;

    private const double UsualBias = 1;

    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stopping = new();
    private Task _training = Task.CompletedTask;
    private string? _trained;

    /// <summary>Begins the training, or finds the run of an earlier one.</summary>
    /// <param name="runId">The run that was trained from a chrono start.</param>
    /// <returns>The id of the run with the usual start.</returns>
    /// <exception cref="ExperimentException">The run has no such start, or another one is being trained.</exception>
    public string Start(string runId)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_stopping.IsCancellationRequested, this);
            TrainingConfiguration configuration = Configuration(store.GetRun(runId));
            string name = $"{runId}-forget-bias-1";
            if (store.ListRuns().FirstOrDefault(run => run.Name == name) is RunManifest earlier)
            {
                return LeftRun.Identity(TrainingConfiguration.FromJson(earlier.ConfigurationJson))
                    == LeftRun.Identity(configuration)
                    ? earlier.Id
                    : throw new ExperimentException(
                        $"Run {earlier.Id} has the name '{name}', and was trained otherwise.",
                        $"Rename run {earlier.Id}, then ask again.");
            }

            if (!_training.IsCompleted && store.GetRun(_trained!).Status == RunStatus.Running)
            {
                throw new ExperimentException(
                    $"Run {_trained} is being trained for this page, and one is trained at a time.",
                    $"Wait for its end, or stop it on the page of {_trained}.");
            }

            // Its run has ended, and what it holds is given back in a moment.
            Task.WhenAny(_training).Wait();
            TrainingRun training = RecordedRun.Create(
                store,
                configuration,
                name,
                TrainingOptions.Describe(configuration, commands),
                new SilentObserver(),
                clock,
                commands);
            _trained = training.RunId;
            CancellationToken cancellation = _stopping.Token;
            // On a thread of its own, below whatever else the machine is doing. Not cancelled before it begins: the run
            // is there.
            _training = Task.Factory.StartNew(
                () =>
                {
                    Thread.CurrentThread.Priority = ThreadPriority.BelowNormal;
                    using (training)
                    {
                        training.Train(cancellation);
                    }
                },
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default);
            return _trained;
        }
    }

    /// <summary>Stops the training; its run can be resumed.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (!_stopping.IsCancellationRequested)
            {
                _stopping.Cancel();
                // What went wrong is an event of the run.
                Task.WhenAny(_training).Wait();
                _stopping.Dispose();
            }
        }
    }

    private static TrainingConfiguration Configuration(RunManifest run)
    {
        TrainingConfiguration configuration = TrainingConfiguration.FromJson(run.ConfigurationJson);
        return configuration.Chrono is not null && configuration.Cells.Any(HasForgetBias)
            ? configuration with
            {
                Chrono = null,
                ForgetBias = UsualBias,
                Steps = Math.Min(configuration.Steps, MostSteps),
            }
            : throw new ExperimentException(
                $"Run {run.Id} has no chrono start, or a cell without a forget bias.",
                "Choose an LSTM that was trained with chrono.");
    }

    private static bool HasForgetBias(string name) =>
        Cells.All.FirstOrDefault(cell => cell.Name == name)?.ForgetBias is not null;
}
