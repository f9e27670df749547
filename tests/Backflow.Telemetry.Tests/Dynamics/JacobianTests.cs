using Backflow.Engine;
using Backflow.Engine.Kernels.Reference;

namespace Backflow.Telemetry.Tests;

public class JacobianTests
{
    private const int SequenceLength = 6;
    private const int HiddenSize = 7;
    private const double Nudge = 1e-5;

    /// <summary>Central differences in double with ε = 1e-5: truncation ε², rounding 1e-16/ε, states stored as
    /// float.</summary>
    private const double Differences = 1e-6;

    /// <summary>Relative excess over a bound that rounding in double can make.</summary>
    private const double Rounding = 1e-9;

    public static TheoryData<string> CellCases() => [.. TestedCells.Names];

    [Theory]
    [MemberData(nameof(CellCases))]
    public void StepJacobian_EveryCell_MatchesCentralDifferencesOfTheTwin(string cellName)
    {
        CellDescription cell = TestedCells.Named(cellName);
        using TwinSetup setup = new(TwinSetup.Vectors(cell, HiddenSize), SequenceLength, 1, scale: 0.7);
        setup.Pass.Forward();
        LayerTrajectory trajectory = LayerTrajectory.Read(setup.Pass, 0, 0);
        IEnumerable<int> timesteps = Enumerable.Range(0, SequenceLength);
        TwinSetup.Close(
            [.. timesteps.SelectMany(t => Numeric(setup, trajectory, t))],
            [.. timesteps.SelectMany(t => StepJacobian.Compute(trajectory, t))],
            Differences,
            "step Jacobian");
    }

    [Theory]
    [MemberData(nameof(CellCases))]
    public void Matrix_EveryCell_HasTheEnginesGradientsAsRows(string cellName)
    {
        CellDescription cell = TestedCells.Named(cellName);
        using TwinSetup setup = new(TwinSetup.Vectors(cell, HiddenSize), SequenceLength, 1, scale: 0.7);
        setup.Pass.Forward();
        setup.Twin.Forward();
        JacobianProduct product = JacobianProduct.Compute(LayerTrajectory.Read(setup.Pass, 0, 0));
        for (int unit = 0; unit < HiddenSize; unit++)
        {
            setup.Twin.FinalHiddenGradient(0).Clear();
            setup.Twin.FinalHiddenGradient(0)[unit] = 1;
            setup.Twin.Backward();
            for (int t = 0; t < SequenceLength; t++)
            {
                ReadOnlySpan<double> row = product.Matrix(t).Slice(unit * product.StateSize, HiddenSize);
                ReadOnlySpan<double> expected = setup.Twin.HiddenGradient(0).Slice((t + 1) * HiddenSize, HiddenSize);
                for (int k = 0; k < HiddenSize; k++)
                {
                    Assert.Equal(expected[k], row[k], 1e-6);
                    Deviations.Note("Jacobian product", Math.Abs(expected[k] - row[k]));
                }
            }
        }
    }

    [Theory]
    [InlineData("rnn", 0.5)]
    [InlineData("rnn", 1.5)]
    [InlineData("rnn-sigmoid", 1)]
    [InlineData("rnn-sigmoid", 5)]
    [InlineData("rnn-relu", 0.5)]
    [InlineData("rnn-relu", 1.2)]
    public void SpectralNorms_RandomNetworks_NeverExceedTheBound(string cellName, double scale)
    {
        CellDescription cell = TestedCells.Named(cellName);
        for (ulong seed = 0; seed < 20; seed++)
        {
            using TwinSetup setup = new(TwinSetup.Vectors(cell, HiddenSize), 12, 1, scale, seed);
            setup.Pass.Forward();
            LayerTrajectory trajectory = LayerTrajectory.Read(setup.Pass, 0, 0);
            JacobianProduct product = JacobianProduct.Compute(trajectory);
            double[] bound = new double[12];
            double[] powers = new double[12];
            JacobianBound.Compute(trajectory, bound, powers);
            for (int t = 0; t < 12; t++)
            {
                Assert.True(
                    product.SpectralNorms[t] <= bound[t] * (1 + Rounding) && bound[t] <= powers[t] * (1 + Rounding),
                    $"seed {seed}, t = {t}: norm {product.SpectralNorms[t]:G9}, bound {bound[t]:G9}, "
                    + $"σ₁ {powers[t]:G9}.");
                Deviations.Note("Jacobian bound", Math.Max(0, (product.SpectralNorms[t] / bound[t]) - 1));
                Assert.Equal(product.SpectralNorms[t], product.SingularValues(t)[0]);
                double fromSingularValues = TwinSetup.Norm(product.SingularValues(t));
                Assert.Equal(fromSingularValues, product.FrobeniusNorms[t], 1e-9 * fromSingularValues);
            }
        }
    }

    [Theory]
    [InlineData(1e-3f, 1e-207)]
    [InlineData(1e3f, 1e207)]
    public void FrobeniusNorms_SquaresLeaveTheRangeOfADouble_AreThePowerOfTheWeight(float weight, double expected)
    {
        // 69 factors w·tanh′(0) = w of a network of one unit that stays at 0: w⁶⁹.
        const int Timesteps = 70;
        const double FloatRounding = 1e-5;
        RecurrentNetwork network = new(TwinSetup.Vectors(Cells.RnnTanh, 1));
        network.Layers[0].RecurrentWeights.Import([weight], network.Parameters.Span);
        using WorkerPool pool = new(threads: 1);
        NetworkPass pass = new(network, Timesteps, 1, pool);
        pass.Forward();
        JacobianProduct product = JacobianProduct.Compute(LayerTrajectory.Read(pass, 0, 0));
        Assert.True(
            Math.Abs((product.FrobeniusNorms[0] / expected) - 1) <= FloatRounding,
            $"the norm is {product.FrobeniusNorms[0]:G9}, not {expected}.");
    }

    [Fact]
    public void StepJacobian_TheSeedsTwoByTwo_IsWWithEigenvaluesSevenAndTwoTenths()
    {
        RecurrentNetwork network = new(TwinSetup.Vectors(Cells.RnnTanh, 2));
        network.Layers[0].RecurrentWeights.Import([0.5f, 0.3f, 0.2f, 0.4f], network.Parameters.Span);
        using WorkerPool pool = new(threads: 1);
        NetworkPass pass = new(network, 1, 1, pool);
        pass.Forward();
        double[] jacobian = StepJacobian.Compute(LayerTrajectory.Read(pass, 0, 0), 0);
        TwinSetup.Close([0.5, 0.3, 0.2, 0.4], jacobian, 1e-7, "step Jacobian");
        SpectrumResult spectrum = Spectrum.Compute(jacobian, 2);
        Assert.Equal(0.7, spectrum.Eigenvalues[0].Real, 1e-7);
        Assert.Equal(0.2, spectrum.Eigenvalues[1].Real, 1e-7);
    }

    [Fact]
    public void Bound_GatedCell_SaysThatThereIsNone()
    {
        ArgumentException exception = Assert.Throws<ArgumentException>(() => JacobianBound.LargestSlope(Cells.Gru));
        Assert.Contains("the cell 'gru' is none", exception.Message, StringComparison.Ordinal);
    }

    // One timestep of the twin from the trajectory's state, every component of (h, c) nudged up and down.
    private static double[] Numeric(TwinSetup setup, LayerTrajectory trajectory, int t)
    {
        ReferenceNetwork one = new(setup.Network.Options, 1, 1);
        one.CopyParametersFrom(setup.Network);
        int s = trajectory.StateSize;
        double[] jacobian = new double[s * s];
        double[] up = new double[s];
        double[] down = new double[s];
        for (int k = 0; k < s; k++)
        {
            Step(one, setup, trajectory, t, k, Nudge, up);
            Step(one, setup, trajectory, t, k, -Nudge, down);
            for (int i = 0; i < s; i++)
            {
                jacobian[(i * s) + k] = (up[i] - down[i]) / (2 * Nudge);
            }
        }

        return jacobian;
    }

    private static void Step(
        ReferenceNetwork one,
        TwinSetup setup,
        LayerTrajectory trajectory,
        int t,
        int nudged,
        double nudge,
        double[] after)
    {
        TwinSetup.Widen(setup.Input.AsSpan(t * 3, 3), one.Input);
        trajectory.HiddenAt(t - 1).CopyTo(one.Hidden(0));
        if (setup.Pass.Layers[0].HasCellState)
        {
            trajectory.CellAt(t - 1).CopyTo(one.CellState(0));
        }

        (nudged < HiddenSize ? one.Hidden(0) : one.CellState(0))[nudged % HiddenSize] += nudge;
        one.Forward();
        one.Hidden(0)[HiddenSize..].CopyTo(after);
        if (setup.Pass.Layers[0].HasCellState)
        {
            one.CellState(0)[HiddenSize..].CopyTo(after.AsSpan(HiddenSize));
        }
    }
}
