using Backflow.Engine;
using Backflow.Telemetry;

namespace Backflow.Training.Verdicts;

/// <summary>What a training session tells the rules about itself.</summary>
internal static class RunContext
{
    public static VerdictContext Of(TrainingSession session)
    {
        TrainingConfiguration configuration = session.Configuration;
        return new VerdictContext
        {
            Cells = [.. session.Network.Options.Layers.Select(static layer => layer.Cell)],
            SequenceLength = session.Data.Shape.SequenceLength,
            DependencyLength = session.Data.Task?.Dependencies.High,
            HasLossAtEveryTimestep = session.Data.Shape.HeadPosition == HeadPosition.EveryTimestep,
            MemorylessLoss = session.Data.Task?.Baselines.KnownMemorylessLoss,
            LearningRate = configuration.LearningRate,
            ClipNorm = configuration.ClipNorm,
            ClipValue = configuration.ClipValue,
            CarriesState = configuration.CarryState,
            Settings = TrainingOptions.SettingsOf(configuration),
        };
    }
}
