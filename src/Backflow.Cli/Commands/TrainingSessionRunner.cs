using Backflow.Cli.Output;
using Backflow.Training;

namespace Backflow.Cli.Commands;

/// <summary>Trains a prepared run under Ctrl+C and says how it ended.</summary>
internal static class TrainingSessionRunner
{
    public static int Run(TrainingRun run, TrainingOutput output)
    {
        using Interruption interruption = new();
        TrainingSummary summary = output.Watch(() => run.Train(interruption.Token));
        output.OnEnd(summary);
        return summary switch
        {
            { IsDiverged: true } or { StoppedBy: not null } => ExitCodes.Failed,
            { IsInterrupted: true } => ExitCodes.Interrupted,
            _ => ExitCodes.Done,
        };
    }
}
