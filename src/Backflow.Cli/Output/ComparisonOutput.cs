using System.Collections.Immutable;
using Backflow.Experiments.Comparison;
using Backflow.Training;

namespace Backflow.Cli.Output;

/// <summary>Shows a comparison while it goes on, and its table at the end.</summary>
internal abstract class ComparisonOutput
{
    /// <summary>The output that fits where the text goes to.</summary>
    /// <param name="asJson">Whether the user asked for JSON.</param>
    public static ComparisonOutput For(bool asJson) =>
        asJson ? new JsonComparisonOutput() : new TableComparisonOutput();

    /// <summary>The one who watches a cell.</summary>
    public ITrainingObserver ObserverOf(string cell) => new CellObserver(this, cell);

    /// <summary>Says what an earlier process has done; nothing where it did nothing.</summary>
    public void OnGoingOn(string? note)
    {
        if (note is not null)
        {
            OnNote(cell: null, $"{note} --fresh trains all anew.");
        }
    }

    /// <summary>Runs the training within whatever display this output needs.</summary>
    public virtual ImmutableArray<ComparedCell> Watch(Func<ImmutableArray<ComparedCell>> train) => train();

    /// <summary>Training is over and the store is in order.</summary>
    public abstract void OnEnd(string name, ImmutableArray<ComparedCell> cells);

    protected abstract void OnStart(string cell, string runId, string description);

    protected abstract void OnStep(string cell, StepReport report);

    /// <summary>Something that the user should know of a cell; null for all of them.</summary>
    protected abstract void OnNote(string? cell, string message);

    protected abstract void OnWarning(string cell, string message);

    protected abstract void OnVerdict(string cell, VerdictReport verdict);

    private sealed class CellObserver(ComparisonOutput output, string cell) : ITrainingObserver
    {
        public void OnStart(string runId, string description, long firstStep) =>
            output.OnStart(cell, runId, description);

        public void OnStep(StepReport report) => output.OnStep(cell, report);

        public void OnNote(string message) => output.OnNote(cell, message);

        public void OnWarning(string message) => output.OnWarning(cell, message);

        public void OnVerdict(VerdictReport verdict) => output.OnVerdict(cell, verdict);
    }
}
