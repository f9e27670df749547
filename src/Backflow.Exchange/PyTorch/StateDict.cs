using System.Collections.Immutable;
using Backflow.Tensors;

namespace Backflow.Exchange.PyTorch;

/// <summary>What a file of PyTorch holds: named tensors, and the names of everything else.</summary>
/// <param name="File">What messages call the file.</param>
/// <param name="Tensors">
/// The tensors in the file's order, in the types that it has. The keys of nested dictionaries and the positions in
/// lists are joined by dots: model.lstm.weight_ih_l0. Tied tensors share their data.
/// </param>
/// <param name="Others">The names of numbers, strings, None and booleans, such as epoch.</param>
public sealed record StateDict(string File, ImmutableArray<Tensor> Tensors, ImmutableArray<string> Others);
