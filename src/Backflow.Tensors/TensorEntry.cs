using System.Collections.Immutable;

namespace Backflow.Tensors;

/// <summary>What a header says of one tensor.</summary>
/// <param name="Name">The name that no other tensor of the file has.</param>
/// <param name="DataType">The type of an element.</param>
/// <param name="Shape">Its dimensions.</param>
/// <param name="Begin">Where its data begin, counted from the end of the header.</param>
/// <param name="End">Where its data end.</param>
internal sealed record TensorEntry(
    string Name, TensorDataType DataType, ImmutableArray<long> Shape, long Begin, long End);
