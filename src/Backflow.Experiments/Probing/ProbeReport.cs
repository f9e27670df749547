using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Backflow.Telemetry;

namespace Backflow.Experiments.Probing;

/// <summary>What a sample of another program's training says.</summary>
public sealed record ProbeReport
{
    /// <summary>The file.</summary>
    public required string File { get; init; }

    /// <summary>The step of the training, from 0.</summary>
    public required long Step { get; init; }

    /// <summary>The backward pass of the step, from 0.</summary>
    public required int Pass { get; init; }

    /// <summary>The process among those that train together, from 0.</summary>
    public required int Rank { get; init; }

    /// <summary>The framework and its version.</summary>
    public required string Framework { get; init; }

    /// <summary>The class of the model.</summary>
    public required string Model { get; init; }

    /// <summary>The loss of the step; null where the file does not say it.</summary>
    public required double? Loss { get; init; }

    /// <summary>The share of the training's time that the probe took; null where the file does not say it.</summary>
    public required double? Overhead { get; init; }

    /// <summary>The layers, by module, layer and direction.</summary>
    public required ImmutableArray<ProbedLayerReport> Layers { get; init; }

    /// <summary>What is unhealthy; empty where nothing is.</summary>
    public required ImmutableArray<ProbeVerdict> Verdicts { get; init; }
}

/// <summary>One layer of a module in one direction.</summary>
public sealed record ProbedLayerReport
{
    /// <summary>What people call the layer, such as "encoder (LSTM) 0, reverse".</summary>
    [JsonIgnore]
    public string Title => $"{Module} ({Kind}) {NumberText.Count(Layer)}{(Direction == "reverse" ? ", reverse" : "")}";

    /// <summary>The module's name in its model.</summary>
    public required string Module { get; init; }

    /// <summary>The kind of the module, such as LSTM.</summary>
    public required string Kind { get; init; }

    /// <summary>The layer of the module, from 0.</summary>
    public required int Layer { get; init; }

    /// <summary>forward or reverse.</summary>
    public required string Direction { get; init; }

    /// <summary>Units, H.</summary>
    public required int Units { get; init; }

    /// <summary>Sequences of the sampled batch, B.</summary>
    public required int Sequences { get; init; }

    /// <summary>Timesteps of the longest, T.</summary>
    public required int Timesteps { get; init; }

    /// <summary>confirmed, unconfirmed or refused.</summary>
    public required string Trust { get; init; }

    /// <summary>Why it is not confirmed; empty where it is.</summary>
    public required string Reason { get; init; }

    /// <summary>How far the outputs were off, at most; null where nothing was computed.</summary>
    public required double? OutputDeviation { get; init; }

    /// <summary>How far the weights' gradients were off, of the largest; null where none was seen.</summary>
    public required double? WeightGradientDeviation { get; init; }

    /// <summary>‖∂L/∂hₜ‖₂ by position in the sequence, [T], over units and batch; empty where refused.</summary>
    public required ImmutableArray<double> HiddenGradientNorm { get; init; }

    /// <summary>‖∂L/∂cₜ‖₂ by position; null for cells without a cell state.</summary>
    public required ImmutableArray<double>? CellGradientNorm { get; init; }

    /// <summary>The gradient reach over the sampled batch in timesteps; null where it explodes or was not
    /// measured.</summary>
    public required double? GradientReach { get; init; }

    /// <summary>A quarter of the sequences reach less far; null where there is no reach.</summary>
    public required double? GradientReachLower { get; init; }

    /// <summary>A quarter of the sequences reach further; null where there is no reach.</summary>
    public required double? GradientReachUpper { get; init; }

    /// <summary>The largest lag that could be measured, T − 1; null where the reach was not measured.</summary>
    public required int? GradientReachLimit { get; init; }

    /// <summary>The factor per timestep by which the gradient grows; null where it does not explode.</summary>
    public required double? GradientGrowth { get; init; }

    /// <summary>The median over sequences of the final state's gradient at each lag ÷ that at lag 0; empty where it was
    /// not measured.</summary>
    public required ImmutableArray<double> FinalStateGradient { get; init; }

    /// <summary>What else was measured, by column, [T] by position; empty where nothing was asked for.</summary>
    [JsonIgnore]
    public ImmutableSortedDictionary<string, ImmutableArray<float>> Rows { get; init; } =
        ImmutableSortedDictionary<string, ImmutableArray<float>>.Empty;
}

/// <summary>Something unhealthy in a sampled layer.</summary>
/// <param name="Rule">The name of the rule.</param>
/// <param name="Severity">How much it matters.</param>
/// <param name="Module">The module's name in its model.</param>
/// <param name="Layer">The layer of the module, from 0.</param>
/// <param name="Direction">forward or reverse.</param>
/// <param name="Meaning">What it means, in one or two sentences.</param>
/// <param name="Remedies">What to change, in the framework's words, the most promising first.</param>
public sealed record ProbeVerdict(
    string Rule,
    [property: JsonConverter(typeof(JsonStringEnumConverter<VerdictSeverity>))] VerdictSeverity Severity,
    string Module,
    int Layer,
    string Direction,
    string Meaning,
    ImmutableArray<string> Remedies);
