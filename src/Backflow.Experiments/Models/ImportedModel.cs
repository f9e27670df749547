using Backflow.Exchange;

namespace Backflow.Experiments.Models;

/// <summary>A network that was read out of a file of another program, and is in no store yet.</summary>
public sealed class ImportedModel
{
    internal ImportedModel(ExchangedNetwork network) => Network = network;

    /// <summary>What was read.</summary>
    internal ExchangedNetwork Network { get; }
}
