using System.Collections.Immutable;

namespace Backflow.Exchange.Onnx;

/// <summary>What a value of a graph means.</summary>
internal abstract record OnnxValue;

/// <summary>Numbers that the file holds.</summary>
/// <param name="Tensor">The numbers.</param>
internal sealed record KnownValue(OnnxTensor Tensor) : OnnxValue;

/// <summary>Whole numbers that come from a shape at run time.</summary>
internal sealed record SizesValue : OnnxValue;

/// <summary>A state of zeros.</summary>
/// <param name="FrozenBatch">The sequences that it was made for; null where it fits any number.</param>
internal sealed record ZerosValue(long? FrozenBatch) : OnnxValue;

/// <summary>An input of the graph, before it is known what for.</summary>
/// <param name="Name">What the graph calls it.</param>
/// <param name="Type">Its element type's number.</param>
/// <param name="Rank">Its axes.</param>
internal sealed record InputValue(string Name, int Type, int Rank) : OnnxValue;

/// <summary>A state that is given at run time.</summary>
/// <param name="Input">The graph's input.</param>
/// <param name="Row">Where along its first axis the state begins.</param>
internal sealed record StateValue(string Input, int Row) : OnnxValue;

/// <summary>Symbols of an embedding.</summary>
/// <param name="Axes">Two of <see cref="OnnxAxes"/>.</param>
internal sealed record TokensValue(string Axes) : OnnxValue;

/// <summary>Features: the input's, a layer's or the head's.</summary>
/// <param name="Axes">The axes, of <see cref="OnnxAxes"/>.</param>
/// <param name="Level">How many layers are below it.</param>
internal sealed record FlowValue(string Axes, int Level) : OnnxValue
{
    /// <summary>Whether the features are of the last timestep alone.</summary>
    public bool IsLast { get; init; }

    /// <summary>Whether the head made it, or its product.</summary>
    public bool IsHead { get; init; }

    /// <summary>Whether the features are the head's product, before its bias.</summary>
    public bool LacksBias { get; init; }
}

/// <summary>The final state of one direction of a layer.</summary>
/// <param name="Level">How many layers are below its output: the layer's number plus one.</param>
/// <param name="Direction">0, or 1.</param>
/// <param name="IsCell">Whether it is a cell state.</param>
internal readonly record struct FinalState(int Level, int Direction, bool IsCell);

/// <summary>Final states along one axis, or side by side as features.</summary>
/// <param name="Axes">The axes, of <see cref="OnnxAxes"/>.</param>
/// <param name="States">What lies along the axis of directions, or side by side.</param>
internal sealed record FinalValue(string Axes, ImmutableArray<FinalState> States) : OnnxValue;

/// <summary>The letters of axes.</summary>
internal static class OnnxAxes
{
    /// <summary>The input's first axis, before a layer says whether it is timesteps.</summary>
    public const char First = 'x';

    /// <summary>The input's second axis.</summary>
    public const char Second = 'y';

    /// <summary>Timesteps.</summary>
    public const char Timesteps = 'T';

    /// <summary>The last timestep, kept as an axis of one.</summary>
    public const char LastTimestep = 'L';

    /// <summary>Sequences.</summary>
    public const char Sequences = 'B';

    /// <summary>Directions, or several layers' states.</summary>
    public const char Directions = 'D';

    /// <summary>Features.</summary>
    public const char Features = 'F';
}
