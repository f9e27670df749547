using System.Collections.Immutable;
using Backflow.Experiments.Diagnosis;
using Xunit;

namespace Backflow.Experiments.Tests.Diagnosis;

public sealed class DiagnosisCausesTests
{
    private const string Reached =
        "The gradient reaches as far back as the task needs: look at the learning rate and the number of steps.";

    private const string Derivative =
        "Layer 0: the activation derivative multiplies the gradient by 0.819 per timestep, ln -0.2.";

    private const string Matrix =
        "Layer 0: the recurrent matrix multiplies the gradient by 0.607 per timestep, ln -0.5.";

    [Fact]
    public void Of_FactorsThatKillTheGradient_NamesTheSmallestFirst() =>
        Assert.Equal([Matrix, Derivative], DiagnosisCauses.Of([Layer(3, -0.2, -0.5)], dependency: 30));

    [Theory]
    [InlineData(3, 3, true)]
    [InlineData(3, 4, false)]
    [InlineData(3, null, false)]
    [InlineData(null, 3, false)]
    public void Of_GradientThatReachesFarEnough_SaysThatFirst(int? horizon, int? dependency, bool reaches) =>
        Assert.Equal(reaches, DiagnosisCauses.Of([Layer(horizon, -0.2, -0.5)], dependency)[0] == Reached);

    [Fact]
    public void Of_NothingNoticeable_SaysSo()
    {
        Assert.Equal([Reached], DiagnosisCauses.Of([Layer(30, 0, -0.01)], dependency: 30));
        Assert.Equal(
            ["No factor weakens the gradient by as much as 5 % per timestep."],
            DiagnosisCauses.Of([Layer(20, 0, -0.01)], dependency: null));
    }

    [Fact]
    public void Of_FactorsThatWereNotMeasured_SaysWhy() => Assert.StartsWith(
        "Layer 0: the gradient of the last state is 0, NaN or infinite",
        Assert.Single(DiagnosisCauses.Of([Layer(10, double.NaN, double.NaN)], dependency: 30)),
        StringComparison.Ordinal);

    private static LayerDiagnosis Layer(int? horizon, double derivative, double matrix) => new(
        0,
        "rnn",
        horizon,
        [],
        "activation derivative",
        "recurrent matrix",
        [.. Enumerable.Repeat(derivative, 30)],
        [.. Enumerable.Repeat(matrix, 30)],
        ImmutableArray<GradientPath>.Empty,
        [0]);
}
