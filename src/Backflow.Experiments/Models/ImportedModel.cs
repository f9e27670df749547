using Backflow.Exchange;
using Backflow.Training;

namespace Backflow.Experiments.Models;

/// <summary>A network that was read out of a file of another program, and is in no store yet.</summary>
public sealed class ImportedModel
{
    internal ImportedModel(ExchangedNetwork network) => Network = network;

    /// <summary>A configuration with the cells and sizes of the network.</summary>
    /// <param name="configuration">The data and how to train on.</param>
    /// <returns>What a training of the network has.</returns>
    /// <exception cref="ExperimentException">A training here cannot have such layers.</exception>
    public TrainingConfiguration Fit(TrainingConfiguration configuration) =>
        ImportedSizes.Fit(configuration, Network.Options);

    /// <summary>What was read.</summary>
    internal ExchangedNetwork Network { get; }
}
