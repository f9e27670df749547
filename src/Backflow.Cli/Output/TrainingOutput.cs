using Backflow.Cli.Options;
using Backflow.Telemetry;
using Backflow.Training;
using Spectre.Console;

namespace Backflow.Cli.Output;

/// <summary>Shows a training run while it goes on: a live panel, plain lines, or JSON.</summary>
internal abstract class TrainingOutput : ITrainingObserver, IDisposable
{
    /// <summary>The output that fits where the text goes to.</summary>
    /// <param name="asJson">Whether the user asked for JSON.</param>
    public static TrainingOutput For(bool asJson) =>
        asJson ? new JsonTrainingOutput()
        : Terminal.CanRedraw ? new LiveTrainingOutput()
        : new PlainTrainingOutput();

    /// <summary>The task that the run trains on; null for text.</summary>
    protected TaskOutcome? Task { get; private set; }

    /// <summary>Runs the training within whatever display this output needs.</summary>
    public virtual TrainingSummary Watch(Func<TrainingSummary> train) => train();

    public virtual void OnTask(TaskOutcome task) => Task = task;

    public abstract void OnStart(string runId, string description, long firstStep);

    public abstract void OnStep(StepReport report);

    public abstract void OnSample(long step, string text);

    public virtual void OnCheckpoint(long step)
    {
        // Checkpoints are routine; only the machine-readable output lists them.
    }

    public abstract void OnNote(string message);

    public abstract void OnWarning(string message);

    public abstract void OnVerdict(VerdictReport verdict);

    /// <summary>Training is over and the store is in order.</summary>
    public abstract void OnEnd(TrainingSummary summary);

    /// <summary>Trains a prepared run until its end or a signal, and says how it ended.</summary>
    /// <param name="run">The run, before its first step.</param>
    /// <param name="interruption">The signals; made before the run was.</param>
    /// <returns>The exit code.</returns>
    public int Train(TrainingRun run, Interruption interruption)
    {
        interruption.OnSave(run.RequestCheckpoint);
        TrainingSummary summary = Watch(() => run.Train(interruption.Token));
        OnEnd(summary);
        return interruption.ExitCodeOf(summary);
    }

    public virtual void Dispose()
    {
    }

    /// <summary>What a person wants to know at the end.</summary>
    protected IEnumerable<string> EndLines(TrainingSummary summary)
    {
        string state = summary.IsStoppedOnRequest ? "Stopped on request"
            : summary.IsInterrupted ? "Interrupted" : summary.IsDiverged ? "Stopped" : "Done";
        yield return $"{state}: {NumberText.Count(summary.Step)} of {NumberText.Count(summary.TotalSteps)} steps in "
            + $"{Figures.Duration(summary.Elapsed)}, training loss {Loss(summary.TrainingLoss)}, "
            + $"validation loss {Loss(summary.ValidationLoss)}.";
        if (Task is TaskOutcome task && summary.Success is not null)
        {
            yield return Success(task, summary);
        }

        if (summary.EffectiveContext is not null || summary.GradientReach is not null)
        {
            yield return ReachText.Sentence(
                    ReachText.Of(summary.EffectiveContext),
                    ReachText.Of(summary.GradientReach),
                    Task is null ? "characters" : "timesteps")
                + $" Measuring them took {NumberText.Share(summary.ReachTime / summary.Elapsed)} of the time.";
        }

        if (summary.TelemetryCost is double cost)
        {
            yield return $"Telemetry took {NumberText.Share(cost)} of the training time.";
        }

        if (summary.DroppedRows > 0)
        {
            yield return $"{NumberText.Count(summary.DroppedRows)} rows were dropped because the disk was slower than "
                + "training; --telemetry-interval 100 records fewer.";
        }

        if (summary.StoppedBy is VerdictReport verdict)
        {
            yield return $"Stopped by {verdict.Rule} at {verdict.Place}.";
        }

        if (summary.IsInterrupted)
        {
            yield return GoOn(summary);
        }

        if (!summary.IsDiverged && Task is null)
        {
            yield return $"Write text:  {CommandName.Of("generate", summary.RunId, "--length", "400")}";
        }

        yield return $"Look at it:  {CommandName.Of("runs", "show", summary.RunId)}";
    }

    /// <summary>"  20 of 2,000": the step is as wide as all steps, so that lines below each other align.</summary>
    internal static string StepOf(StepReport report)
    {
        string total = NumberText.Count(report.TotalSteps);
        return $"{NumberText.Count(report.Step).PadLeft(total.Length)} of {total}";
    }

    /// <summary>A loss with its unit.</summary>
    protected string Loss(double? loss) => Task switch
    {
        null => Figures.Loss(loss),
        _ when loss is null => Figures.Loss(loss),
        { IsRegression: true } => NumberText.Loss(loss) + " squared error",
        _ => NumberText.Loss(loss) + " nats",
    };

    /// <summary>The command that continues an interrupted run.</summary>
    internal static string GoOn(TrainingSummary summary)
    {
        string[] past = summary.StoppedBy is null ? []
            : [OptionNames.OfProperty(nameof(TrainingConfiguration.OnVerdict)), VerdictPolicies.Warn];
        return $"Go on with:  {CommandName.Of(["resume", summary.RunId, .. past])}";
    }

    /// <summary>The word for how a run ended.</summary>
    internal static string StatusOf(TrainingSummary summary) =>
        summary.IsDiverged ? "diverged"
        : summary.StoppedBy is not null ? "stopped"
        : summary.IsInterrupted ? "interrupted"
        : "completed";

    /// <summary>The colour that says how much a verdict matters.</summary>
    internal static Style StyleOf(VerdictReport verdict) =>
        new(verdict.Level == VerdictSeverity.Error ? Color.Red : Color.Yellow);

    /// <summary>A verdict in two lines; none for what healthy training has too.</summary>
    internal static IEnumerable<string> VerdictLines(VerdictReport verdict)
    {
        if (verdict.Level == VerdictSeverity.Information)
        {
            yield break;
        }

        string level = verdict.Level == VerdictSeverity.Error ? "error" : "warning";
        yield return $"{level}: {verdict.Rule} at {verdict.Place}: {verdict.Meaning}";
        if (verdict.RemedyCommand is string command)
        {
            yield return $"  {verdict.RemedyText}:  {CommandName.Localise(command)}";
        }
    }

    private static string Success(TaskOutcome task, TrainingSummary summary) =>
        $"{NumberText.Share(summary.Success)} of {task.SuccessMeasure}; "
        + $"chance {NumberText.Share(task.Baselines.ChanceSuccess)}, "
        + (task.Baselines.KnownMemorylessLoss is double memoryless
            ? $"without memory {NumberText.Share(task.Baselines.MemorylessSuccess)} and a loss of "
                + $"{NumberText.Loss(memoryless)}. "
            : "what a model without memory reaches is not known. ")
        + $"What an answer needs lies {task.Dependencies} back.";

    /// <summary>The loss of a model without memory, beside that of a run.</summary>
    protected static string WithoutMemory(TaskOutcome task) =>
        task.Baselines.KnownMemorylessLoss is double loss ? NumberText.Loss(loss) : "not known";
}
