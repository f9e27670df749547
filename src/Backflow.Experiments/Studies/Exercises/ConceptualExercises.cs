using Backflow.Engine;
using Backflow.Experiments.Studies.Probes;
using Backflow.Telemetry;

namespace Backflow.Experiments.Studies.Exercises;

/// <summary>The conceptual questions, each answered with a number beside the argument.</summary>
internal static class ConceptualExercises
{
    private const int Units = 64;
    private const int Back = 50;

    /// <summary>The bound of the quick check: ‖W‖ = 0.9 over 50 timesteps.</summary>
    public static Exercise UpperBound() => new(
        "Upper bound",
        new WorkedAnswer(
            "‖W‖ = 0.9 and T = 50: how large can the gradient at the first timestep be, relative to the last?",
            [
                "There are T − 1 = 49 Jacobians between the first state and the last, each diag(tanh′)·W, and tanh′ is "
                    + "at most 1.",
                $"The norm of their product is at most ‖W‖⁴⁹ = 0.9⁴⁹ = {NumberText.Of(Math.Pow(0.9, 49))}.",
            ],
            $"At most {NumberText.Of(Math.Pow(0.9, 49))}: less than a hundredth of it arrives."),
        [new ExerciseCheck("0.9^49", 0.0057, Round(Math.Pow(0.9, 49)))]);

    /// <summary>Why depth in time is worse than depth in layers.</summary>
    public static Exercise SharedWeights()
    {
        double alternating = 1;
        for (int layer = 0; layer < Back; layer++)
        {
            alternating *= layer % 2 == 0 ? 0.8 : 1.25;
        }

        return new Exercise(
            "RNN or deep network",
            new WorkedAnswer(
                "Why do gradients vanish more in an RNN than in a feedforward network of the same depth?",
                [
                    "A feedforward network has a factor of its own in every layer; training and initialisation can "
                        + "make one large where another is small.",
                    "Fifty layers that alternate between 0.8 and 1.25 keep everything: "
                        + $"(0.8·1.25)²⁵ = {NumberText.Of(alternating)}.",
                    "An RNN uses one W at every timestep, so it has one factor fifty times: 0.8⁵⁰ = "
                        + $"{NumberText.Of(Math.Pow(0.8, Back))} and 1.25⁵⁰ = {NumberText.Of(Math.Pow(1.25, Back))}. "
                        + "There is nothing that could make up for it.",
                ],
                "Because the same matrix is multiplied with itself: its one factor is taken to the power of the "
                    + "depth."),
            [new ExerciseCheck("(0.8·1.25)^25", 1, alternating)]);
    }

    /// <summary>0.95 and 1.05 over a hundred timesteps.</summary>
    public static Exercise HundredTimesteps() => new(
        "0.95 and 1.05",
        new WorkedAnswer(
            "‖W‖ = 0.95 and T = 100: how large is the gradient at the first timestep? And with ‖W‖ = 1.05?",
            [
                "There are 99 Jacobians in between, each of norm ‖W‖ at most (and near it while tanh′ is near 1).",
                $"0.95⁹⁹ = {NumberText.Of(Math.Pow(0.95, 99))}: vanished to under a hundredth.",
                $"1.05⁹⁹ = {NumberText.Of(Math.Pow(1.05, 99))}: grown over a hundred times, as far as tanh′ allows; an "
                    + "upper bound does not say that it must grow.",
            ],
            $"About {NumberText.Of(Math.Pow(0.95, 99))} and about {NumberText.Of(Math.Pow(1.05, 99))}: a difference of "
                + $"a tenth per timestep is a factor of {NumberText.Of(Math.Pow(1.05 / 0.95, 99))} after a hundred."),
        [
            new ExerciseCheck("0.95^99", 0.0062, Round(Math.Pow(0.95, 99))),
            new ExerciseCheck("1.05^99", 125.239, Math.Round(Math.Pow(1.05, 99), 3)),
        ]);

    /// <summary>Clipping, done to the gradient of a real network.</summary>
    public static Exercise Clipping(ulong seed)
    {
        double[] norms = new GradientProbe(Cells.RnnTanh, Units, Back + 1).Measure(seed).Norms;
        float[] gradient = Array.ConvertAll(norms, static norm => (float)norm);
        double before = (double)gradient[Back - 10] / gradient[^1];
        double norm = GradientClipping.Norm(gradient);
        GradientClipping.ByNorm(gradient, norm, maximum: 1);
        double after = (double)gradient[Back - 10] / gradient[^1];
        return new Exercise(
            "Clipping",
            new WorkedAnswer(
                "Why does gradient clipping not solve vanishing gradients, and what does it solve?",
                [
                    "Clipping by norm multiplies the whole gradient by one number c ≤ 1. It never makes anything "
                        + "larger, and every timestep's share stays what it was.",
                    $"A tanh RNN of {Units} units, as it begins: the gradient ten timesteps back is "
                        + $"{NumberText.Of(before)} of the last one's. Its norm is {NumberText.Of(norm)}; clipped to "
                        + $"1, it is still {NumberText.Of(after)}.",
                    "What it solves is the explosion: a step of bounded length instead of one that throws the "
                        + "parameters away. See `backflow experiment clip`.",
                ],
                "It bounds the length of a step and cannot bring back what has vanished."),
            [new ExerciseCheck("share ten timesteps back after clipping / before", 1, after / before)]);
    }

    /// <summary>ReLU in place of tanh, measured.</summary>
    public static Exercise Relu(ulong seed)
    {
        string Left(CellDescription cell, double gain) => NumberText.Of(new GradientProbe(cell, Units, Back + 1)
        {
            Initialisation = new InitialisationOptions { Scheme = InitialisationScheme.Orthogonal, Gain = gain },
            InputScale = 0.1,
        }.Measure(seed).Left(Back));

        double root = Math.Sqrt(2);
        return new Exercise(
            "ReLU",
            new WorkedAnswer(
                "What speaks for ReLU in place of tanh in an RNN, and what against it?",
                [
                    "For: the slope of an active unit is exactly 1, whatever its value; it cannot saturate, and with R "
                        + "= 1 (IRNN) a positive state passes unchanged.",
                    "Against: the slope of an inactive unit is 0. With a random R about half of the units are inactive "
                        + "at each timestep, and nothing limits the states, so gradients and activations explode "
                        + "together.",
                    $"Measured over {Back} timesteps with an orthogonal R of {Units} units, σ₁ = 1: tanh keeps "
                        + $"{Left(Cells.RnnTanh, 1)} of the gradient and ReLU {Left(Cells.RnnRelu, 1)}.",
                    $"With σ₁ = √2, which makes up for the inactive half, ReLU has {Left(Cells.RnnRelu, root)} and "
                        + $"with σ₁ = 2 {Left(Cells.RnnRelu, 2)}; tanh, which saturates, has "
                        + $"{Left(Cells.RnnTanh, root)} and {Left(Cells.RnnTanh, 2)}.",
                ],
                "It removes saturation and adds dead units and states without limit: it needs its own initialisation, "
                    + "and clipping."),
            []);
    }

    /// <summary>Softmax at temperatures near 0 and near infinity.</summary>
    public static Exercise Temperature()
    {
        static double[] Softmax(double temperature)
        {
            double[] powers = Array.ConvertAll((double[])[2, 1, 0], logit => Math.Exp(logit / temperature));
            return Array.ConvertAll(powers, power => power / powers.Sum());
        }

        double cold = Softmax(0.05)[0];
        double hot = Softmax(1e6)[0];
        return new Exercise(
            "Temperature",
            new WorkedAnswer(
                "Sampling divides the logits by a temperature. What happens when it goes to 0, and when it goes to "
                    + "infinity?",
                [
                    "Logits 2, 1 and 0 at temperature 1: probabilities "
                        + $"{string.Join(", ", Softmax(1).Select(static p => NumberText.Of(p)))}.",
                    $"At 0.05 the largest has {NumberText.Of(cold)}, and in the limit 1: always the likeliest "
                        + "character, the same text every time.",
                    $"At a million it has {NumberText.Of(hot)}, and in the limit 1/3: every character equally, noise.",
                ],
                "To 0: the likeliest character only. To infinity: all characters alike."),
            [
                new ExerciseCheck("probability of the largest logit, temperature 0.05", 1, cold),
                new ExerciseCheck("the same, temperature 10⁶", Math.Round(1.0 / 3, 3), Math.Round(hot, 3)),
            ]);
    }

    /// <summary>What forget gates keep at their biases.</summary>
    public static Exercise ForgetBias()
    {
        double one = 1 / (1 + Math.Exp(-1));
        return new Exercise(
            "Forget bias",
            new WorkedAnswer(
                "Forget gates are often started with a bias of 1, so that f ≈ σ(1). Does it help?",
                [
                    $"σ(0) = 0.5 and σ(1) = {NumberText.Of(one)}. Along the cell state each timestep multiplies the "
                        + $"gradient by f, so after 40 timesteps 0.5⁴⁰ = {NumberText.Of(Math.Pow(0.5, 40))} or "
                        + $"{NumberText.Of(one)}⁴⁰ = {NumberText.Of(Math.Pow(one, 40))} is kept.",
                    $"With a bias of 3, σ(3)⁴⁰ = {NumberText.Of(Math.Pow(1 / (1 + Math.Exp(-3)), 40))}.",
                    "Trained with and without it, and with a bias of 3 and chrono: `backflow experiment forget-bias`.",
                ],
                "It helps over tens of timesteps and not over hundreds: the bias has to fit the lag."),
            [new ExerciseCheck("σ(1)", 0.731, Math.Round(one, 3))]);
    }

    private static double Round(double value) => Math.Round(value, 4);
}
