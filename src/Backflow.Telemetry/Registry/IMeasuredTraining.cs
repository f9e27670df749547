using Backflow.Engine;

namespace Backflow.Telemetry;

/// <summary>What measurements read of a training: its pass, and the numbers of the step under way.</summary>
public interface IMeasuredTraining
{
    /// <summary>The pass that trains; its network is the one that is updated.</summary>
    NetworkPass Pass { get; }

    /// <summary>The threads that share the work.</summary>
    WorkerPool Pool { get; }

    /// <summary>The norm of all gradients before clipping, after the backward pass.</summary>
    double GradientNorm { get; }

    /// <summary>The norm of all gradients after clipping, before the update.</summary>
    double ClippedGradientNorm { get; }
}
