using System.Collections.Immutable;
using Backflow.Engine;
using Backflow.Telemetry;

namespace Backflow.Lessons.Recurrence;

/// <summary>A tanh network of two units, small enough that every number of both passes can be read.</summary>
/// <remarks>
/// hₜ = tanh(W_hh hₜ₋₁ + W_xh x), yₜ = W_hy hₜ, L = y of the last timestep; x is alike at all timesteps, and the state
/// before the first is 0. Passes and gradients are the engine's in float; Jacobians, their products and singular values
/// are computed from its states in double.
/// </remarks>
internal static class TwoUnits
{
    private const int Units = 2;
    private const double LargestWeight = 3;

    private static readonly float[] InputWeights = [1, 0.5f];
    private static readonly float[] OutputWeights = [1, -0.5f];

    public static TwoUnitsAnswer Answer(QuestionValues values)
    {
        // W of the exercise: eigenvalues 0.7 and 0.2.
        double[] weights =
        [
            Weight("w11", 0.5), Weight("w12", 0.3),
            Weight("w21", 0.2), Weight("w22", 0.4),
        ];
        double input = values.Real("input", 0, -LargestWeight, LargestWeight);
        int length = (int)values.Whole("length", 6, 2, 50);
        return Compute(weights, input, length);

        double Weight(string name, double usual) => values.Real(name, usual, -LargestWeight, LargestWeight);
    }

    public static TwoUnitsAnswer Compute(double[] weights, double input, int length)
    {
        using WorkerPool pool = new(threads: 1);
        NetworkPass pass = Forward(weights, input, length, [0, 0], pool);
        float[] direction = new float[length * Units];
        OutputWeights.CopyTo(direction, direction.Length - Units);
        pass.SetOutputGradient(direction);
        pass.Backward();
        return Read(weights, input, pass);
    }

    /// <summary>The forward pass from a state.</summary>
    /// <param name="weights">W_hh, [2, 2], row by row.</param>
    /// <param name="input">x, alike at all timesteps.</param>
    /// <param name="length">Timesteps, T.</param>
    /// <param name="before">The state before the first timestep, [2].</param>
    /// <param name="pool">What computes, which outlives the pass.</param>
    public static NetworkPass Forward(
        double[] weights, double input, int length, double[] before, WorkerPool pool)
    {
        RecurrentNetwork network = new(new NetworkOptions
        {
            InputSize = 1,
            Layers = [new LayerOptions(Cells.RnnTanh, Units)],
        });
        Span<float> parameters = network.Parameters.Span;
        parameters.Clear();
        network.Layers[0].RecurrentWeights.Import(Floats(weights), parameters);
        network.Layers[0].InputWeights.Import(InputWeights, parameters);
        NetworkPass pass = new(network, length, batchSize: 1, pool);
        float[] inputs = new float[length];
        Array.Fill(inputs, (float)input);
        pass.SetInput(inputs);
        pass.Layers[0].SetInitialState(Floats(before));
        pass.Forward();
        return pass;
    }

    private static TwoUnitsAnswer Read(double[] weights, double input, NetworkPass pass)
    {
        int length = pass.SequenceLength;
        LayerPass layer = pass.Layers[0];
        LayerTrajectory trajectory = LayerTrajectory.Read(pass, 0, 0);
        JacobianProduct products = JacobianProduct.Compute(trajectory);
        SpectrumResult spectrum = Spectrum.Compute(weights, Units);
        ImmutableArray<TwoUnitsStep>.Builder steps = ImmutableArray.CreateBuilder<TwoUnitsStep>(length);
        for (int t = 0; t < length; t++)
        {
            double[] before = Numbers(layer.Hidden(t - 1));
            double[] state = Numbers(layer.Hidden(t));
            double[] sum = [.. Times(weights, before).Zip(InputWeights, (a, w) => a + (w * input))];
            steps.Add(new TwoUnitsStep
            {
                Sum = [.. sum],
                State = [.. state],
                Slopes = [.. state.Select(static h => 1 - (h * h))],
                Output = state.Zip(OutputWeights, static (h, w) => h * w).Sum(),
                Jacobian = [.. StepJacobian.Compute(trajectory, t)],
                Gradient = [.. Numbers(layer.HiddenGradient(t))],
                GradientNorm = layer.HiddenGradient(t).Norm(),
                Product = [.. products.Matrix(t)],
                SingularValues = [.. products.SingularValues(t)],
                Bound = Math.Pow(spectrum.Norm, length - 1 - t),
            });
        }

        return new TwoUnitsAnswer
        {
            Weights = [.. weights],
            InputWeights = [.. InputWeights.Select(static w => (double)w)],
            OutputWeights = [.. OutputWeights.Select(static w => (double)w)],
            Input = input,
            Steps = steps.ToImmutable(),
            InitialGradient = [.. Numbers(layer.HiddenGradient(LayerPass.Initial))],
            EigenvalueReal = [.. spectrum.Eigenvalues.Select(static value => value.Real)],
            EigenvalueImaginary = [.. spectrum.Eigenvalues.Select(static value => value.Imaginary)],
            Sigma1 = spectrum.Norm,
            Rho = spectrum.Radius,
        };
    }

    private static float[] Floats(double[] values) => Array.ConvertAll(values, static value => (float)value);

    private static double[] Numbers(BatchRows rows) => Array.ConvertAll(rows.ToArray(), static value => (double)value);

    private static double[] Times(double[] matrix, double[] vector) =>
        [(matrix[0] * vector[0]) + (matrix[1] * vector[1]), (matrix[2] * vector[0]) + (matrix[3] * vector[1])];
}
