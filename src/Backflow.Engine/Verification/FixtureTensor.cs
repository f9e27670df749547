using System.Collections.Immutable;

namespace Backflow.Engine.Verification;

/// <summary>One recorded tensor.</summary>
/// <param name="Shape">Its sizes.</param>
/// <param name="Values">Its entries, row-major.</param>
public sealed record FixtureTensor(ImmutableArray<long> Shape, ReadOnlyMemory<double> Values);
