using Backflow.Engine.Verification;

namespace Backflow.Engine.Tests;

/// <summary>A gate without an activation of the engine's: the equations apply tanh themselves.</summary>
public sealed class IdentityActivationTests
{
    private const int Candidate = 0;

    /// <summary>Some hundred operations in a row, each rounded to 6·10⁻⁸.</summary>
    private const double FloatTolerance = 1e-5;

    private static readonly CellDescription OwnTanh = new(new Equations(), new Twin())
    {
        Name = "own-tanh",
        Title = "RNN with a tanh of its own",
        Gates = [new CellGate("candidate", "a", CellActivation.Identity)],
    };

    [Theory]
    [InlineData(1, 3)]
    [InlineData(2, 17)]
    public void Run_EquationsApplyTheirOwnTanh_GradientsAreExact(int layers, int hiddenSize)
    {
        GradientCheckResult result = GradientCheck.Run(
            GradientCheckOptions.ForCell(OwnTanh, layers, sequenceLength: 6, batchSize: 2, inputSize: 3, hiddenSize),
            TestContext.Current.CancellationToken);
        Assert.True(result.Passed, $"differences: {result.WorstDifference}, float: {result.WorstSingle}");
    }

    [Fact]
    public void Backward_EquationsApplyTheirOwnTanh_IsTheElmanNetwork()
    {
        float[] expected = Gradients(Cells.RnnTanh);
        float[] actual = Gradients(OwnTanh);
        double[] difference = [.. expected.Zip(actual, static (a, b) => (double)a - b)];
        Assert.Equal(0, Math.Sqrt(difference.Sum(static d => d * d)) / GradientClipping.Norm(expected), FloatTolerance);
    }

    private static float[] Gradients(CellDescription cell)
    {
        NetworkOptions options = new() { InputSize = 3, Layers = [new LayerOptions(cell, 17)] };
        using PassSetup setup = new(options, sequenceLength: 6, batchSize: 2, threads: 1);
        setup.Pass.Forward();
        setup.Pass.SetOutputGradient(PassSetup.Gaussian(seed: 4, 6 * 2 * 17));
        setup.Pass.Backward();
        List<float> gradients = [];
        foreach (Parameter parameter in setup.Network.Layout.Parameters)
        {
            float[] values = new float[parameter.Count];
            parameter.Export(setup.Network.Gradients.Span, values);
            gradients.AddRange(values);
        }

        return [.. gradients];
    }

    private sealed class Equations : ICellEquations<float>
    {
        public void Forward(in CellForward<float> step)
        {
            for (int j = 0; j < step.Hidden.Length; j++)
            {
                step.Hidden[j] = MathF.Tanh(step.Gate(Candidate)[j]);
            }
        }

        public void Backward(in CellBackward<float> step)
        {
            for (int j = 0; j < step.DHidden.Length; j++)
            {
                step.DGate(Candidate)[j] = step.DHidden[j] * (1 - (step.Hidden[j] * step.Hidden[j]));
            }
        }
    }

    private sealed class Twin : ICellEquations<double>
    {
        public void Forward(in CellForward<double> step)
        {
            for (int j = 0; j < step.Hidden.Length; j++)
            {
                step.Hidden[j] = Math.Tanh(step.Gate(Candidate)[j]);
            }
        }

        public void Backward(in CellBackward<double> step)
        {
            for (int j = 0; j < step.DHidden.Length; j++)
            {
                step.DGate(Candidate)[j] += step.DHidden[j] * (1 - (step.Hidden[j] * step.Hidden[j]));
            }
        }
    }
}
