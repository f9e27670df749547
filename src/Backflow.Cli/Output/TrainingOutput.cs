using Backflow.Experiments.Training;
using Spectre.Console;

namespace Backflow.Cli.Output;

/// <summary>Shows a training run while it goes on: a live panel, plain lines, or JSON.</summary>
internal abstract class TrainingOutput : ITrainingObserver, IDisposable
{
    /// <summary>The output that fits where the text goes to.</summary>
    /// <param name="asJson">Whether the user asked for JSON.</param>
    public static TrainingOutput For(bool asJson) =>
        asJson ? new JsonTrainingOutput()
        : AnsiConsole.Profile.Capabilities.Interactive && !Console.IsOutputRedirected ? new LiveTrainingOutput()
        : new PlainTrainingOutput();

    /// <summary>Runs the training within whatever display this output needs.</summary>
    public virtual TrainingSummary Watch(Func<TrainingSummary> train) => train();

    public abstract void OnStart(string runId, string description, long firstStep);

    public abstract void OnStep(StepReport report);

    public abstract void OnSample(long step, string text);

    public virtual void OnCheckpoint(long step)
    {
        // Checkpoints are routine; only the machine-readable output lists them.
    }

    public abstract void OnWarning(string message);

    /// <summary>Training is over and the store is in order.</summary>
    public abstract void OnEnd(TrainingSummary summary);

    public virtual void Dispose()
    {
    }

    /// <summary>What a person wants to know at the end.</summary>
    protected static IEnumerable<string> EndLines(TrainingSummary summary)
    {
        string state = summary.IsInterrupted ? "Interrupted" : summary.IsDiverged ? "Stopped" : "Done";
        yield return $"{state}: {summary.Step:N0} of {summary.TotalSteps:N0} steps in {Figures.Duration(summary.Elapsed)}, "
            + $"training loss {Figures.Loss(summary.TrainingLoss)}, validation loss {Figures.Loss(summary.ValidationLoss)}.";
        if (summary.IsInterrupted)
        {
            yield return $"Go on with:  {CommandName.Current} resume {summary.RunId}";
        }

        if (!summary.IsDiverged)
        {
            yield return $"Write text:  {CommandName.Current} generate {summary.RunId} --length 400";
        }

        yield return $"Look at it:  {CommandName.Current} runs show {summary.RunId}";
    }
}
