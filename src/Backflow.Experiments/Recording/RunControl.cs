using Backflow.Runs;
using Backflow.Runs.Requests;
using Backflow.Training;

namespace Backflow.Experiments.Recording;

/// <summary>Asks something of a run that any process trains.</summary>
public static class RunControl
{
    /// <summary>Asks a run to wait, to go on, to end, or to learn at another rate.</summary>
    /// <param name="store">The store that has the run.</param>
    /// <param name="runId">The id.</param>
    /// <param name="kind">What is asked for.</param>
    /// <param name="learningRate">The rate, for that kind alone.</param>
    /// <exception cref="ExperimentException">The rate is missing, outside its range, or given for another
    /// kind.</exception>
    /// <exception cref="RunStoreException">There is no such run, or it is not trained now.</exception>
    public static void Ask(RunStore store, string runId, RunRequestKind kind, double? learningRate = null)
    {
        if ((kind == RunRequestKind.LearningRate) != learningRate is not null)
        {
            throw new ExperimentException(
                $"A learning rate belongs to the request {RunRequests.TextOf(RunRequestKind.LearningRate)}, and to no "
                    + "other.",
                "Give both, or neither.");
        }

        if (learningRate is double rate)
        {
            TrainingConfiguration planned = TrainingConfiguration.FromJson(store.GetRun(runId).ConfigurationJson);
            TrainingOptions.Validate(planned with { LearningRate = rate });
        }

        if (store.GetRun(runId).Task == WatchedRun.Task)
        {
            throw new ExperimentException(
                $"Run {runId} is a training of another program, which is watched here.",
                "Pause, stop or change it where it trains.");
        }

        store.Requests.Ask(runId, kind, learningRate);
    }
}
