using Backflow.Engine;
using Backflow.Training.Tasks.Sequences;
using Backflow.Training;

namespace Backflow.Experiments.Comparison;

/// <summary>The hidden size with which a cell has as many parameters as another one.</summary>
internal static class MatchedSize
{
    /// <summary>The trainable numbers of a configuration's network.</summary>
    public static long Count(TrainingConfiguration configuration, TaskShape shape) =>
        new RecurrentNetwork(ConfigurationRules.Network(configuration, shape)).Layout.Count;

    /// <summary>The configuration with the hidden size that comes nearest to a number of parameters.</summary>
    public static TrainingConfiguration Fit(TrainingConfiguration configuration, TaskShape shape, long parameters)
    {
        // The number grows with the size: the first size that reaches the number, or the one below it.
        int low = 0;
        int high = 1;
        while (Count(configuration with { HiddenSize = high }, shape) < parameters)
        {
            low = high;
            high *= 2;
        }

        while (high - low > 1)
        {
            int middle = low + ((high - low) / 2);
            if (Count(configuration with { HiddenSize = middle }, shape) < parameters)
            {
                low = middle;
            }
            else
            {
                high = middle;
            }
        }

        TrainingConfiguration above = configuration with { HiddenSize = high };
        TrainingConfiguration below = configuration with { HiddenSize = Math.Max(1, low) };
        return Count(above, shape) - parameters <= parameters - Count(below, shape) ? above : below;
    }
}
