using System.Globalization;
using Backflow.Engine;
using Backflow.Experiments.Recording;
using Backflow.Runs;
using Backflow.Runs.Checkpoints;
using Backflow.Telemetry;
using Backflow.Training;

namespace Backflow.Experiments.Dynamics;

/// <summary>Measures the dynamics of a checkpoint: Jacobians, their products and Lyapunov exponents.</summary>
public static class NetworkDynamics
{
    /// <summary>Held-out sequences that exponents and factors are averaged over.</summary>
    public const int Sequences = 8;

    /// <summary>The setting of a layer in messages.</summary>
    private const string Layer = "Layer";

    /// <summary>The setting of a timestep in messages.</summary>
    private const string Timestep = "Timestep";

    /// <summary>The setting of a step in messages.</summary>
    private const string Step = "Step";

    /// <summary>Measures a checkpoint of a run.</summary>
    /// <param name="store">The store that has the run.</param>
    /// <param name="runId">The run's id.</param>
    /// <param name="step">The step of one of its checkpoints; null for the newest.</param>
    /// <param name="layer">The layer, from 0; null for all.</param>
    /// <param name="timestep">The timestep t of the Jacobian, from 0; null for the last.</param>
    /// <param name="largestState">The largest state, S, that is measured: the time grows with S³.</param>
    /// <param name="cancellation">Ends the measurement early.</param>
    /// <returns>What was measured.</returns>
    /// <exception cref="ExperimentException">There is no such checkpoint, layer or timestep, the state is
    /// larger, or the data is not that of the run.</exception>
    /// <exception cref="RunStoreException">There is no such run, or its checkpoint cannot be read.</exception>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public static DynamicsReport Measure(
        RunStore store,
        string runId,
        long? step = null,
        int? layer = null,
        int? timestep = null,
        int largestState = int.MaxValue,
        CancellationToken cancellation = default)
    {
        LoadedCheckpoint checkpoint = Load(store, runId, step);
        TrainingConfiguration configuration = CheckpointContent.Configuration(checkpoint.Content);
        ITrainingData data = RecordedData.LoadInPlace(runId, checkpoint.Content, configuration);
        RecurrentNetwork network = new(ConfigurationRules.Network(configuration, data.Shape));
        CheckpointContent.RestoreParameters(checkpoint.Content, network);
        int length = data.Shape.SequenceLength;
        RequireWithin(runId, Layer, layer, network.Layers.Length);
        RequireWithin(runId, Timestep, timestep, length);
        RequireNoLarger(runId, network, layer, largestState);
        using WorkerPool pool = new(threads: 1);
        NetworkPass pass = new(network, length, Sequences, pool);
        if (!data.LoadProbe(pass, block: 0))
        {
            throw new ExperimentException(
                $"The validation part of run {runId} is too short to be measured: it has no more than two windows of "
                    + $"{NumberText.Count(length)} characters.",
                "Train on a longer text.");
        }

        pass.Forward();
        pass.Backward();
        int at = timestep ?? length - 1;
        return new DynamicsReport
        {
            RunId = runId,
            Step = checkpoint.Checkpoint.Step,
            SequenceLength = length,
            Timestep = at,
            Layers =
            [
                .. Enumerable.Range(0, network.Layers.Length)
                    .Where(one => layer is null || one == layer)
                    .Select(one => DynamicsMeasurement.Measure(pass, one, at, cancellation)),
            ],
        };
    }

    private static LoadedCheckpoint Load(RunStore store, string runId, long? step)
    {
        long[] steps = [.. store.Checkpoints.List(runId).Select(static checkpoint => checkpoint.Step)];
        if (step is not long wanted)
        {
            return store.Checkpoints.LoadLatest(runId);
        }

        if (steps.Length > 0 && !steps.Contains(wanted))
        {
            throw new ExperimentException(
                $"{Step:setting} must be that of a checkpoint of run {runId}: "
                    + $"{string.Join(", ", steps.Order())}; got {wanted}.",
                new Setting(Step, Text(steps.MinBy(one => Math.Abs(one - wanted)))));
        }

        return steps.Length == 0 ? store.Checkpoints.LoadLatest(runId) : store.Checkpoints.Load(runId, wanted);
    }

    private static void RequireWithin(string runId, string setting, int? value, int count)
    {
        if (value is int given && (given < 0 || given >= count))
        {
            throw new ExperimentException(
                $"{setting:setting} must be from 0 to {count - 1} in run {runId}, got {given}.",
                new Setting(setting, Text(count - 1)));
        }
    }

    private static void RequireNoLarger(string runId, RecurrentNetwork network, int? layer, int largestState)
    {
        for (int one = 0; one < network.Layers.Length; one++)
        {
            LayerOptions options = network.Options.Layers[one];
            int size = options.HiddenSize * (options.Cell.HasCellState ? 2 : 1);
            if (size > largestState && (layer ?? one) == one)
            {
                throw new ExperimentException(
                    $"The state of layer {one} of run {runId} has {NumberText.Count(size)} numbers; up to "
                        + $"{NumberText.Count(largestState)} are measured here, as the time grows with their cube.",
                    $"Measure it with the command dynamics of the command line, which waits for it.");
            }
        }
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
