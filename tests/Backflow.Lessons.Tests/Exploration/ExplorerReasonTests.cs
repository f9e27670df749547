using Backflow.Engine;
using Backflow.Lessons.Exploration;
using Backflow.Telemetry;

namespace Backflow.Lessons.Tests.Exploration;

/// <summary>The factor of each timestep by another computation, and the reason that is given for it.</summary>
public sealed class ExplorerReasonTests
{
    // The engine sends a float gradient through some 64 products per timestep; the other way is in double.
    private const double FactorTolerance = 1e-4;

    // A mean slope knows nothing of the direction of the gradient.
    private const double SlopeTolerance = 0.05;

    [Theory]
    [InlineData("rnn-tanh", 1.5)]
    [InlineData("rnn-sigmoid", 3)]
    [InlineData("rnn-relu", 1.4)]
    [InlineData("lstm", 0.8)]
    [InlineData("gru", 1)]
    [InlineData("gru-reset-before", 1)]
    public void Factors_AnyCell_AreThoseOfTheStepJacobians(string cell, double scale)
    {
        ExplorerQuestion question = new() { Cell = cell, Scale = scale, Length = 12, Hidden = 16 };
        ExplorerAnswer answer = NetworkExplorer.Explore(question);
        using WorkerPool pool = new(threads: 1);
        NetworkPass pass = NetworkExplorer.Forward(question, NetworkExplorer.Start(question), pool);
        LayerTrajectory trajectory = LayerTrajectory.Read(pass, 0, 0);
        NetworkExplorer.Backward(question, pass);
        float[] last = new float[question.Hidden];
        pass.Layers[0].HiddenGradient(question.Length - 1).CopyTo(last);

        // The state of an LSTM is (h, c): the loss reads h alone, and its norm is that of the part of h.
        double[] gradient = new double[trajectory.StateSize];
        last.Select(static value => (double)value).ToArray().CopyTo(gradient, 0);
        for (int t = question.Length - 1; t >= 0; t--)
        {
            double[] jacobian = StepJacobian.Compute(trajectory, t);
            double[] before = [.. gradient.Select((_, column) =>
                gradient.Select((value, row) => value * jacobian[(row * gradient.Length) + column]).Sum())];
            double expected = Norm(before, question.Hidden) / Norm(gradient, question.Hidden);
            Assert.Equal(1, answer.Factors[t] / expected, FactorTolerance);
            gradient = before;
        }

        Assert.Equal(
            1,
            answer.Factors.Aggregate(1.0, static (product, factor) => product * factor) / answer.Initial.Relative,
            FactorTolerance);
    }

    [Theory]
    [InlineData("rnn-tanh", 1.5)]
    [InlineData("rnn-tanh", 0.8)]
    [InlineData("rnn-sigmoid", 1)]
    [InlineData("rnn-relu", 1.4)]
    public void Reason_ElmanNetwork_ForetellsTheFactorFromSlopes(string cell, double scale)
    {
        const int Length = 20;
        ExplorerAnswer answer = NetworkExplorer.Explore(new() { Cell = cell, Scale = scale, Length = Length });
        double slope = answer.Reason.Slope!.Value;
        Assert.Equal(1, answer.Sigma1 * slope / answer.Reason.Factor, SlopeTolerance);
        Assert.Contains(
            $"σ₁ {NumberText.Of(scale)} × mean slope {NumberText.Of(slope)} = {NumberText.Of(answer.Sigma1 * slope)}",
            answer.Reason.Sentence,
            StringComparison.Ordinal);
        Assert.Equal(1, Math.Pow(answer.Reason.Factor, Length) / answer.Initial.Relative, FactorTolerance);
        Assert.All(answer.Factors, factor => Assert.True(factor <= answer.StepBound * (1 + FactorTolerance)));
        Assert.All(answer.Slopes!.Value, one => Assert.InRange(one, 0, JacobianBound.LargestSlope(Cells.Named(cell))));
    }

    [Theory]
    [InlineData("rnn-tanh", 3, "tanh saturates")]
    [InlineData("rnn-tanh", 0.1, "Below 1 it falls")]
    [InlineData("rnn-sigmoid", 1, "A sigmoid has slope 0.25 at most")]
    [InlineData("rnn-relu", 1, "of the units are on")]
    [InlineData("rnn-relu", 2, "Above 1 it grows")]
    [InlineData("lstm", 0.8, "The forget gate stands at 0.7")]
    [InlineData("gru", 0.8, "The update gate stands at 0.496")]
    public void Reason_NamesWhatTheCellDoes(string cell, double scale, string expected) => Assert.Contains(
        expected,
        NetworkExplorer.Explore(new() { Cell = cell, Scale = scale, Length = 30 }).Reason.Sentence,
        StringComparison.Ordinal);

    [Theory]
    [InlineData("rnn-tanh", "scale", 0.6)]
    [InlineData("rnn-relu", "scale", 0.6)]
    [InlineData("rnn-sigmoid", "0.25 · scale", 0.15)]
    public void Formula_ElmanNetwork_IsSlopeTimesScale(string cell, string name, double rate)
    {
        ExplorerAnswer answer = NetworkExplorer.Explore(new() { Cell = cell, Scale = 0.6, Length = 5 });
        Assert.Equal(name, answer.Formula.Name);
        Assert.Equal(rate, answer.Formula.Rate, FactorTolerance);
        Assert.Equal(Math.Pow(rate, 5), answer.Initial.ScalarFormula, FactorTolerance);
    }

    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(1, 0.731)]
    [InlineData(3, 0.953)]
    public void Formula_Lstm_IsTheForgetGate(double bias, double gate)
    {
        // Inputs of N(0, 1) move gates around σ(bias), most where its slope is largest.
        const double MovedByInputs = 0.03;
        ExplorerAnswer answer = NetworkExplorer.Explore(new() { Cell = "lstm", ForgetBias = bias, Length = 40 });
        Assert.Equal("mean forget gate", answer.Formula.Name);
        Assert.Equal(answer.Gates["forget"].Average(), answer.Formula.Rate, 1e-12);
        Assert.Equal(gate, answer.Formula.Rate, MovedByInputs);
        Assert.Equal(answer.Formula.Rate, answer.Reason.Kept);
        Assert.Null(answer.Slopes);
        Assert.Null(answer.StepBound);
    }

    [Fact]
    public void Chrono_TakesThePlaceOfTheForgetBias()
    {
        ExplorerQuestion question = new() { Cell = "lstm", Length = 100, ForgetBias = 0 };
        ExplorerAnswer usual = NetworkExplorer.Explore(question);
        ExplorerAnswer chrono = NetworkExplorer.Explore(question with { Chrono = 100 });
        Assert.True(chrono.Reason.Kept > 0.9 && usual.Reason.Kept < 0.6);
        Assert.True(chrono.Initial.Relative > 1e6 * usual.Initial.Relative);
        Assert.NotEqual(chrono.Norms, NetworkExplorer.Explore(question with { Chrono = 50 }).Norms);
    }

    [Fact]
    public void Factor_GradientThatEndsAtZero_IsThatOfWhatIsLeft()
    {
        // Below 2⁻¹⁰⁰ the engine takes a gradient for 0: at 0.087 per timestep that is after 28 timesteps.
        ExplorerAnswer answer = NetworkExplorer.Explore(new() { Scale = 0.1, Length = 60 });
        Assert.Equal(0, answer.Initial.Relative);
        Assert.Equal(1, answer.Reason.Factor / (answer.Sigma1 * answer.Reason.Slope!.Value), 2 * SlopeTolerance);
        Assert.True(double.IsNaN(answer.Factors[0]));
    }

    private static double Norm(double[] state, int units) =>
        Math.Sqrt(state.Take(units).Sum(static value => value * value));
}
