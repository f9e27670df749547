using Backflow.Experiments.Recording;
using Backflow.Runs;
using Backflow.Runs.Manifest;
using Backflow.Training;

namespace Backflow.Experiments.Exploration;

/// <summary>Trains one network of the dependency question as a run of the store, or finds it there.</summary>
/// <param name="store">The store that keeps the run under its name.</param>
/// <param name="name">The cell's name in answers.</param>
/// <param name="configuration">What to train.</param>
/// <param name="clock">What tells the time.</param>
/// <param name="commands">Who writes the run's command; null for settings in words.</param>
internal sealed class DependencyTraining(
    RunStore store, string name, TrainingConfiguration configuration, TimeProvider clock, ICommandWriter? commands)
    : ITrainingObserver
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(500);

    private long _step;

    /// <summary>The share of the steps that are done.</summary>
    public double Progress => (double)Interlocked.Read(ref _step) / configuration.Steps;

    /// <summary>
    /// Trains to the end, goes on where an earlier process stopped, or waits for one that trains it now.
    /// </summary>
    /// <exception cref="OperationCanceledException">It was ended; the run can be resumed.</exception>
    public DependencyNetwork Run(CancellationToken cancellation)
    {
        string runName = DependencyCells.RunName(name, configuration);
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            RunManifest? run = store.ListRuns().FirstOrDefault(run => run.Name == runName);
            switch (run?.Status)
            {
                case RunStatus.Completed:
                    Interlocked.Exchange(ref _step, configuration.Steps);
                    return new DependencyNetwork(store.Checkpoints.LoadLatest(run.Id), cancellation);
                case RunStatus.Running:
                    // Another process asked the same question.
                    Interlocked.Exchange(ref _step, run.LastStep ?? 0);
                    cancellation.WaitHandle.WaitOne(LookInterval);
                    break;
                case RunStatus.Interrupted when !store.Checkpoints.List(run.Id).IsEmpty:
                    Train(
                        RecordedRun.Resume(
                            store,
                            run.Id,
                            static kept => kept,
                            fromStep: null,
                            this,
                            clock,
                            cancellation: cancellation),
                        cancellation);
                    break;
                case null:
                    string command = TrainingOptions.Describe(configuration, commands);
                    Train(
                        RecordedRun.Create(
                            store,
                            configuration,
                            runName,
                            command,
                            this,
                            clock,
                            belongsTo: DependencyCells.Group),
                        cancellation);
                    break;
                default:
                    throw new ExperimentException(
                        $"Run {run!.Id} of the dependency page ended as {run.Status.ToString().ToUpperInvariant()}.",
                        $"Delete the run {run.Id}, then open the page again.");
            }
        }
    }

    public void OnStart(string runId, string description, long firstStep) => Interlocked.Exchange(ref _step, firstStep);

    public void OnStep(StepReport report) => Interlocked.Exchange(ref _step, report.Step);

    private static void Train(TrainingRun run, CancellationToken cancellation)
    {
        run.MeasuresReach = false;
        using (run)
        {
            run.Train(cancellation);
        }
    }
}
