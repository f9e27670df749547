using System.Collections.Immutable;

namespace Backflow.Engine.Verification;

/// <summary>A tensor that a fixture expects, and where to find it among what a pass computed.</summary>
/// <param name="Name">The tensor's name in the fixture.</param>
/// <param name="Expected">Its recorded entries.</param>
/// <param name="Computed">Takes the same entries from a pass.</param>
/// <param name="Scale">At least this is the scale of a float deviation.</param>
internal sealed record FixtureExpectation(
    string Name, double[] Expected, Func<PassResults, double[]> Computed, double Scale = 0);

/// <summary>What a fixture asks: the pass to run, and the tensors that are to come out.</summary>
internal sealed record FixtureCase(
    CellDescription Cell, PassInputs Inputs, ImmutableArray<FixtureExpectation> Expectations);
