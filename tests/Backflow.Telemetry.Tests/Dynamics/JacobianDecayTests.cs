using Backflow.Engine;
using Backflow.Engine.Kernels.Reference;

namespace Backflow.Telemetry.Tests;

public class JacobianDecayTests
{
    private const int HiddenSize = 5;

    /// <summary>Central differences in double with ε = 1e-5, from states that the engine keeps as float.</summary>
    private const double Differences = 1e-6;

    /// <summary>R is stored in float; a power of 20 has 20 such errors.</summary>
    private const double FloatWeights = 1e-5;

    public static TheoryData<string> CellCases() => [.. TestedCells.Names];

    [Theory]
    [InlineData(1, new[] { 0 })]
    [InlineData(2, new[] { 0, 1 })]
    [InlineData(10, new[] { 0, 1, 2, 3, 4, 6, 8, 9 })]
    public void Lags_AnyLength_AreTwoPerOctaveAndTheLargest(int length, int[] expected) =>
        Assert.Equal(expected, JacobianDecay.Lags(length));

    [Fact]
    public void Measure_LinearNetworkWithSymmetricWeights_GivesThePowersOfItsEigenvalues()
    {
        // ReLU with states held positive is linear: ∂h_T/∂hₜ = Rⁿ, whose singular values are |λ|ⁿ for symmetric R.
        using LinearNetwork network = new([1.1, 0.8, 0.3], timesteps: 21);
        foreach (JacobianLag lag in JacobianDecay.Measure(network.Trajectory, TestContext.Current.CancellationToken))
        {
            double largest = Math.Pow(1.1, lag.Lag);
            double smallest = Math.Pow(0.3, lag.Lag);
            Assert.Equal(1, lag.Largest / largest, FloatWeights);
            Deviations.Note("Jacobian decay, linear", Math.Abs((lag.Largest / largest) - 1));
            if (lag.Smallest is double measured)
            {
                // What rounding leaves of the smallest is its share of the largest.
                Assert.Equal(smallest, measured, (FloatWeights * smallest) + (1e-14 * largest));
            }
        }
    }

    [Fact]
    public void Measure_SmallestBelowTheRoundingOfDoubles_IsNotGiven()
    {
        using LinearNetwork network = new([1, 0.5, 0.01], timesteps: 21);
        Assert.All(
            JacobianDecay.Measure(network.Trajectory, TestContext.Current.CancellationToken),
            static lag => Assert.Equal(lag.Lag < 8, lag.Smallest is not null));
    }

    [Theory]
    [MemberData(nameof(CellCases))]
    public void Measure_EveryCell_MatchesCentralDifferencesOfTheTwin(string cellName)
    {
        const int Timesteps = 5;
        CellDescription cell = TestedCells.Named(cellName);
        using TwinSetup setup = new(TwinSetup.Vectors(cell, HiddenSize), Timesteps, 1, scale: 0.7);
        setup.Pass.Forward();
        LayerTrajectory trajectory = LayerTrajectory.Read(setup.Pass, 0, 0);
        foreach (JacobianLag lag in JacobianDecay.Measure(trajectory, TestContext.Current.CancellationToken))
        {
            double[] expected = SquareProduct.SingularValues(
                Numeric(setup, trajectory, lag.Lag), trajectory.StateSize);
            Assert.Equal(expected[0], lag.Largest, Differences);
            Assert.Equal(expected[^1], lag.Smallest ?? 0, Differences);
            Deviations.Note("Jacobian decay, differences", Math.Abs(expected[0] - lag.Largest));
        }
    }

    [Fact]
    public void Measure_EveryLag_HasTheNormOfTheProductInFull()
    {
        using TwinSetup setup = new(TwinSetup.Vectors(Cells.Lstm, HiddenSize), 12, 1, scale: 0.8);
        setup.Pass.Forward();
        LayerTrajectory trajectory = LayerTrajectory.Read(setup.Pass, 0, 0);
        JacobianProduct product = JacobianProduct.Compute(trajectory);
        Assert.All(
            JacobianDecay.Measure(trajectory, TestContext.Current.CancellationToken),
            lag => Assert.Equal(product.SpectralNorms[11 - lag.Lag], lag.Largest));
    }

    // The twin runs the last timesteps alone, with every component of the state before them nudged up and down.
    private static double[] Numeric(TwinSetup setup, LayerTrajectory trajectory, int lag)
    {
        const double Nudge = 1e-5;
        int s = trajectory.StateSize;
        double[] matrix = new double[s * s];
        for (int k = 0; k < s; k++)
        {
            double[] up = After(setup, trajectory, lag, k, Nudge);
            double[] down = After(setup, trajectory, lag, k, -Nudge);
            for (int i = 0; i < s; i++)
            {
                matrix[(i * s) + k] = (up[i] - down[i]) / (2 * Nudge);
            }
        }

        return matrix;
    }

    private static double[] After(TwinSetup setup, LayerTrajectory trajectory, int lag, int nudged, double nudge)
    {
        int first = trajectory.SequenceLength - lag;
        double[] state = [.. trajectory.HiddenAt(first - 1)];
        double[] cellState = trajectory.HasCellState ? [.. trajectory.CellAt(first - 1)] : [];
        (nudged < HiddenSize ? state : cellState)[nudged % HiddenSize] += nudge;
        ReferenceNetwork one = new(setup.Network.Options, 1, 1);
        one.CopyParametersFrom(setup.Network);
        for (int t = first; t < trajectory.SequenceLength; t++)
        {
            TwinSetup.Widen(setup.Input.AsSpan(t * 3, 3), one.Input);
            state.CopyTo(one.Hidden(0));
            if (trajectory.HasCellState)
            {
                cellState.CopyTo(one.CellState(0));
            }

            one.Forward();
            one.Hidden(0)[HiddenSize..].CopyTo(state);
            if (trajectory.HasCellState)
            {
                one.CellState(0)[HiddenSize..].CopyTo(cellState);
            }
        }

        return [.. state, .. cellState];
    }
}
