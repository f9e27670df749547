using Backflow.Lessons.Recurrence;

namespace Backflow.Lessons.Tests.Recurrence;

public sealed class TwoUnitsTests
{
    /// <summary>Float states and gradients beside a computation in double, over up to 50 timesteps.</summary>
    private const double FloatTolerance = 1e-5;

    /// <summary>A central difference in double with a step of 1e-5 has an error of about 1e-10.</summary>
    private const double DifferenceTolerance = 1e-7;

    private static readonly double[] Exercise = [0.5, 0.3, 0.2, 0.4];

    [Fact]
    public void Compute_WithoutInput_MultipliesByTheMatrixItself()
    {
        TwoUnitsAnswer answer = TwoUnits.Compute(Exercise, input: 0, length: 6);

        Assert.Equal(0.7, answer.EigenvalueReal[0], 1e-12);
        Assert.Equal(0.2, answer.EigenvalueReal[1], 1e-12);
        Assert.All(answer.Steps, static step =>
        {
            Assert.Equal([0, 0], step.State);
            Assert.Equal([1, 1], step.Slopes);
            Assert.Equal(Exercise, step.Jacobian.Select(static entry => Math.Round(entry, 6)));
        });
        Assert.Equal([1, 0, 0, 1], answer.Steps[^1].Product);
        Assert.Equal(1, answer.Steps[^1].Bound);
    }

    [Theory]
    [InlineData(0.5, 0.3, 0.2, 0.4, 0.7, 6)]
    [InlineData(1.4, -0.6, 0.9, 1.1, 0.3, 9)]
    [InlineData(-0.8, 2.5, 0.1, -1.2, 2.0, 20)]
    public void Compute_BothPasses_AgreeWithFormulasInDouble(
        double w11, double w12, double w21, double w22, double input, int length)
    {
        TwoUnitsAnswer answer = TwoUnits.Compute([w11, w12, w21, w22], input, length);

        double[] state = [0, 0];
        foreach (TwoUnitsStep step in answer.Steps)
        {
            double[] next = [Math.Tanh((w11 * state[0]) + (w12 * state[1]) + input),
                Math.Tanh((w21 * state[0]) + (w22 * state[1]) + (0.5 * input))];
            Assert.Equal(next[0], step.State[0], FloatTolerance);
            Assert.Equal(next[1], step.State[1], FloatTolerance);
            Assert.Equal(next[0], Math.Tanh(step.Sum[0]), FloatTolerance);
            Assert.Equal(next[0] - (0.5 * next[1]), step.Output, FloatTolerance);
            state = next;
        }

        // ∂L/∂hₜ is the product's transpose times the gradient at the end, and the bound is never passed.
        foreach (TwoUnitsStep step in answer.Steps)
        {
            Assert.Equal(step.Product[0] - (0.5 * step.Product[2]), step.Gradient[0], FloatTolerance);
            Assert.Equal(step.Product[1] - (0.5 * step.Product[3]), step.Gradient[1], FloatTolerance);
            Assert.Equal(double.Hypot(step.Gradient[0], step.Gradient[1]), step.GradientNorm, FloatTolerance);
            Assert.True(step.SingularValues[0] <= step.Bound * (1 + FloatTolerance));
        }
    }

    [Fact]
    public void Compute_InitialGradient_IsTheDifferenceOfTheOutput()
    {
        const int Length = 5;
        double[] weights = [1.4, -0.6, 0.9, 1.1];
        TwoUnitsAnswer answer = TwoUnits.Compute(weights, input: 0.3, Length);
        for (int unit = 0; unit < 2; unit++)
        {
            double difference = (Output(unit, 1e-5) - Output(unit, -1e-5)) / 2e-5;
            Assert.Equal(difference, answer.InitialGradient[unit], FloatTolerance + DifferenceTolerance);
        }

        double Output(int unit, double offset)
        {
            double[] state = [unit == 0 ? offset : 0, unit == 1 ? offset : 0];
            for (int t = 0; t < Length; t++)
            {
                state = [Math.Tanh((weights[0] * state[0]) + (weights[1] * state[1]) + 0.3),
                    Math.Tanh((weights[2] * state[0]) + (weights[3] * state[1]) + 0.15)];
            }

            return state[0] - (0.5 * state[1]);
        }
    }
}
