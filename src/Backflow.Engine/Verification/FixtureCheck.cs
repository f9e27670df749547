using Backflow.Engine.Kernels;

namespace Backflow.Engine.Verification;

/// <summary>Holds the double twin and the float engine against recorded values of another implementation.</summary>
/// <remarks>
/// Kinds: the name of a cell with underscores for hyphens, <c>rnn_relu</c>, with any sizes and number of layers;
/// <c>seedgru</c> and <c>jacobian_rnn_tanh</c>. Where the tensors come from, the engine does not know.
/// </remarks>
public static class FixtureCheck
{
    /// <summary>Largest distance of the double twin, in units of max(1, |recorded|).</summary>
    /// <remarks>
    /// Both sides compute in double and differ in the order of their sums alone: 10⁻¹⁶ per operation, over some 10³
    /// operations in a row. Recorded files differ from the twin by 10⁻¹⁴; a wrong term shows at 10⁻³.
    /// </remarks>
    public const double DoubleTolerance = 1e-10;

    /// <summary>Largest distance of the float engine, in units of the tensor's largest recorded entry.</summary>
    /// <remarks>
    /// Inputs and parameters are rounded to float here, 6·10⁻⁸ each, and so is each of some hundred operations between
    /// an input and a gradient; rounding errors grow with the root of their number.
    /// </remarks>
    public const double SingleTolerance = 2e-6;

    /// <summary>Runs a fixture in double and in float.</summary>
    /// <param name="tensors">The recorded tensors, by name.</param>
    /// <param name="metadata">kind, layers, I, H, T, B.</param>
    /// <returns>The comparison of every tensor.</returns>
    /// <exception cref="InvalidDataException">The fixture is not one that can be checked.</exception>
    public static FixtureCheckResult Run(
        IReadOnlyDictionary<string, FixtureTensor> tensors, IReadOnlyDictionary<string, string> metadata) =>
        Run(tensors, metadata, KernelSet.Widest);

    internal static FixtureCheckResult Run(
        IReadOnlyDictionary<string, FixtureTensor> tensors,
        IReadOnlyDictionary<string, string> metadata,
        KernelSet kernels)
    {
        Fixture fixture = new(tensors, metadata);
        string kind = fixture.Text("kind");
        FixtureCase question = kind switch
        {
            "seedgru" => SeedGruFixture.Read(fixture),
            "jacobian_rnn_tanh" => JacobianFixture.Read(fixture),
            _ when Cells.TryNamed(kind.Replace('_', '-'), out CellDescription? cell) =>
                SequenceFixture.Read(fixture, cell),
            _ => throw new InvalidDataException(
                $"There is no fixture kind '{kind}'. Kinds are: seedgru, jacobian_rnn_tanh, and the cells "
                + $"{Cells.List}, with underscores for hyphens."),
        };
        PassInputs inputs = question.Inputs;
        PassResults twin = PassResults.OfTwin(inputs);
        PassResults engine = PassResults.OfEngine(inputs, kernels);
        return new FixtureCheckResult(
            kind,
            question.Cell,
            inputs.Options.Layers.Length,
            inputs.SequenceLength,
            fixture.Size("B", fallback: 1),
            inputs.Options.InputSize,
            inputs.Options.Layers[0].HiddenSize,
            [.. question.Expectations.Select(expectation => Compare(expectation, twin, engine))]);
    }

    private static FixtureComparison Compare(FixtureExpectation expectation, PassResults twin, PassResults engine) =>
        new(
            expectation.Name,
            expectation.Expected.Length,
            TensorDeviation.ByEntry(expectation.Name, expectation.Expected, expectation.Computed(twin)),
            TensorDeviation.ByLargest(
                expectation.Name, expectation.Expected, expectation.Computed(engine), expectation.Scale));
}
