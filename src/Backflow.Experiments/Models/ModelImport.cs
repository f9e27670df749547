using Backflow.Engine;
using Backflow.Exchange;
using Backflow.Experiments.Recording;
using Backflow.Runs;
using Backflow.Runs.Manifest;
using Backflow.Telemetry;
using Backflow.Training;
using Backflow.Training.Recording;

namespace Backflow.Experiments.Models;

/// <summary>Networks of other programs as runs: with data they train on and are measured, without it they are
/// kept.</summary>
public static class ModelImport
{
    /// <summary>Keeps a network as it is, for export.</summary>
    /// <param name="store">The store that gets the run.</param>
    /// <param name="model">What was read.</param>
    /// <param name="name">The run's name, or null for its id.</param>
    /// <param name="commandLine">The command that asked for it.</param>
    /// <returns>The run.</returns>
    /// <exception cref="RunStoreException">The store cannot be written.</exception>
    public static ImportReport Keep(RunStore store, ImportedModel model, string? name, string commandLine)
    {
        ExchangedNetwork network = model.Network;
        RecurrentNetwork built = network.Build();
        RunManifest manifest = store.CreateRun(new RunDescription
        {
            Prefix = KeptNetwork.Task,
            Name = name,
            Task = KeptNetwork.Task,
            Cell = string.Join(',', network.Options.Layers.Select(static layer => layer.Cell.Name).Distinct()),
            ConfigurationJson = "{}",
            Seed = 0,
            ProductVersion = MachineDescription.ProductVersion,
            Machine = MachineDescription.Current,
            CommandLine = commandLine,
        });
        using StoreRecord record = new(store, manifest.Id);
        record.Save(0, CheckpointContent.Parameters(built), KeptNetwork.Metadata(network.Options));
        record.Finish(TrainingEnd.Completed, trainingLoss: null, validationLoss: null);
        return new ImportReport(
            manifest.Id,
            ImportReport.Describe(network.Options),
            built.Layout.Count,
            Data: null,
            ValidationLoss: null,
            ValidationSuccess: null,
            EffectiveContext: null,
            GradientReach: null,
            [.. network.Remarks, .. Assumed(network)]);
    }

    /// <summary>Makes a run at step 0 that trains on data, and measures it.</summary>
    /// <param name="store">The store that gets the run.</param>
    /// <param name="model">What was read.</param>
    /// <param name="configuration">The data and how to train on; cells and sizes are the network's.</param>
    /// <param name="order">Which character each symbol is; null for the order of code points.</param>
    /// <param name="name">The run's name, or null for its id.</param>
    /// <param name="commandLine">The command that asked for it.</param>
    /// <param name="commands">Writes the commands of remedies.</param>
    /// <param name="cancellation">Ends the waiting for a text, and the measurement.</param>
    /// <returns>The run, and what was measured.</returns>
    /// <exception cref="ExperimentException">Network and data do not fit.</exception>
    /// <exception cref="RunStoreException">The store cannot be written.</exception>
    public static ImportReport Train(
        RunStore store,
        ImportedModel model,
        TrainingConfiguration configuration,
        SymbolOrder? order,
        string? name,
        string commandLine,
        ICommandWriter commands,
        CancellationToken cancellation)
    {
        TrainingConfiguration fitted = ImportedSizes.Fit(configuration, model.Network.Options) with
        {
            Characters = ImportedSizes.CharactersOf(configuration, order, model.Network.Options),
        };
        ITrainingData data = TrainingDataSource.WaitFor(fitted, cancellation);
        ExchangedNetwork embedded = ImportedSizes.WithEmbedding(model.Network, data.Shape);
        fitted = ImportedSizes.Fit(fitted, embedded.Options);
        ImportedSizes.RequireFit(embedded, fitted, data);
        if (order is not null)
        {
            embedded = data.Vocabulary is null
                ? throw new ExperimentException(
                    $"A vocabulary has no effect: the task {data.TaskName} has no characters.", "Leave it out.")
                : order.Apply(embedded, data.Vocabulary);
        }

        embedded = embedded with { Remarks = [.. embedded.Remarks, .. ImportedSizes.Tied(embedded)] };
        RecurrentNetwork built = embedded.Build();
        using TrainingRun run = RecordedRun.Create(
            store,
            fitted,
            name,
            commandLine,
            new SilentObserver(),
            TimeProvider.System,
            commands,
            data,
            prepare: session => built.Parameters.Span.CopyTo(session.Network.Parameters.Span));
        run.Begin();
        run.Validate(cancellation);
        (EffectiveContext? context, ReachMeasurement? reach) = Measure(run.Session, cancellation);
        TrainingSummary summary = run.End(isDone: !cancellation.IsCancellationRequested);
        return new ImportReport(
            run.RunId,
            ImportReport.Describe(embedded.Options),
            built.Layout.Count,
            data.Description,
            summary.ValidationLoss,
            summary.Success,
            context is null ? null : ReachText.Of(context),
            reach is null ? null : ReachText.Of(reach),
            [.. embedded.Remarks, .. Doubts(data, summary.ValidationLoss, order), .. Missing(data, context, reach)]);
    }

    private static IEnumerable<string> Assumed(ExchangedNetwork network)
    {
        if (!network.KnowsHeadPosition && network.Options.OutputSize > 0)
        {
            yield return "The file does not say which timesteps the head reads; every one is taken.";
        }
    }

    // As at the end of a training: the network has one.
    private static (EffectiveContext? Context, ReachMeasurement? Reach) Measure(
        TrainingSession session, CancellationToken cancellation)
    {
        try
        {
            return (session.MeasureContext(isWhole: true, cancellation), session.MeasureReach());
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return (null, null);
        }
    }

    private static IEnumerable<string> Missing(
        ITrainingData data, EffectiveContext? context, ReachMeasurement? reach)
    {
        string? what = context is null && reach is null ? "Effective context and gradient reach were"
            : context is null ? "Effective context was"
            : reach is null ? "Gradient reach was"
            : null;
        if (what is not null)
        {
            yield return data.Vocabulary is null
                ? $"{what} not measured: it was interrupted, or the task has nothing to measure it on."
                : $"{what} not measured: it was interrupted, or the last tenth of the text is too short for it.";
        }
    }

    private static IEnumerable<string> Doubts(ITrainingData data, double? loss, SymbolOrder? order)
    {
        if (data.Vocabulary is { Count: > 1 } vocabulary && loss > Math.Log(vocabulary.Count))
        {
            yield return $"It predicts this text worse than a guess among {NumberText.Count(vocabulary.Count)} "
                + $"characters, {NumberText.Of(Math.Log(vocabulary.Count))} nats: "
                + (order is null
                    ? "its symbols may have another order than that of code points. Give its vocabulary."
                    : "it may have been trained on another text, or not at all.");
        }
    }
}
