using Backflow.Engine;
using Backflow.Lessons.Exploration;
using Backflow.Telemetry;

namespace Backflow.Lessons.Exercises;

/// <summary>The exercises that are answered in words, each with numbers of the engine beside the argument.</summary>
internal static class WordExercises
{
    private const int Units = 64;

    /// <summary>Timesteps between the first and the last state of the networks that are measured.</summary>
    private const int Back = 50;

    private const int Near = 10;

    /// <summary>Why depth in time costs more than depth in layers.</summary>
    public static ExerciseAnswer Sharing(ExerciseDraw draw)
    {
        double small = draw.Pick(0.8, 0.5, 0.625);
        double large = 1 / small;
        return new ExerciseAnswer
        {
            Task = $"A network of {Back} layers and an RNN over {Back} timesteps send an error back through as many "
                + "factors. Why is the RNN worse off? Say it so that a reader who knows the chain rule is convinced.",
            Points =
            [
                "In both, the gradient is a product of one Jacobian per layer or timestep.",
                "Layers have matrices of their own, so that a large factor can make up for a small one.",
                "The RNN multiplies by the same W_hh each time, so that its factor is taken to a power.",
                "A power falls or grows without limit, unless the factor is almost exactly 1.",
            ],
            Solution =
            [
                $"Take layers whose factors alternate between {Of(small)} and {Of(large)}. After {Back} of them "
                    + $"({Of(small)} · {Of(large)})^{Back / 2} = {Of(Math.Pow(small * large, Back / 2))} of the error "
                    + "is left: nothing is lost.",
                $"An RNN has to choose one of the two, and keeps it: {Of(small)}^{Back} = "
                    + $"{Of(Math.Pow(small, Back))}, or {Of(large)}^{Back} = {Of(Math.Pow(large, Back))}.",
                "A matrix has a factor for each direction. Repeating it leaves the direction with the largest one.",
            ],
        };
    }

    /// <summary>A norm a little below 1 and one a little above, over a long sequence.</summary>
    public static ExerciseAnswer Length(ExerciseDraw draw)
    {
        (double off, int length) = draw.Pick((0.05, 100), (0.1, 50), (0.02, 200), (0.03, 150));
        int factors = length - 1;
        double below = Math.Pow(1 - off, factors);
        double above = Math.Pow(1 + off, factors);
        return new ExerciseAnswer
        {
            Task = $"A tanh network reads {length} timesteps, and W_hh has norm {Of(1 - off)}. How much of the "
                + "gradient at the last timestep is left at the first? Which of your words change for a norm of "
                + $"{Of(1 + off)}?",
            Points =
            [
                $"Between the first and the last state lie {factors} factors, one fewer than timesteps.",
                $"{Of(1 - off)}^{factors} is about {Of(below)}: an upper bound, which slopes below 1 only lower.",
                $"{Of(1 + off)}^{factors} is about {Of(above)}: an upper bound again.",
                "So the first gradient must be small; the second may grow, and need not.",
            ],
            Solution =
            [
                $"Each factor diag(tanh′)·W_hh has norm {Of(1 - off)} at most. {factors} of them leave "
                    + $"{Of(1 - off)}^{factors} = {Of(below)} at most.",
                $"With {Of(1 + off)} the same line reads {Of(1 + off)}^{factors} = {Of(above)}. It allows growth, "
                    + "and promises none: units away from 0 have slopes below 1.",
                $"Measured in a network of {Units} units with that norm: {Measured("rnn", 1 - off, factors)} is left "
                    + $"in the first case, and {Measured("rnn", 1 + off, factors)} in the second.",
            ],
        };
    }

    /// <summary>What clipping does to a gradient that vanishes, done to one.</summary>
    public static ExerciseAnswer Clipping(ExerciseDraw draw)
    {
        ExplorerAnswer answer = NetworkExplorer.Explore(new ExplorerQuestion
        {
            Length = Back + 1,
            Scale = draw.Pick(0.8, 0.7, 0.9),
            Hidden = Units,
            Seed = draw.Seed,
        });
        float[] gradient = [.. answer.Norms.Select(static value => (float)value)];
        int earlier = Back - Near;
        double before = (double)gradient[earlier] / gradient[^1];
        double norm = GradientClipping.Norm(gradient);
        GradientClipping.ByNorm(gradient, norm, maximum: norm / 2);
        double after = (double)gradient[earlier] / gradient[^1];
        return new ExerciseAnswer
        {
            Task = "A colleague clips the gradient norm at 1 because the first words of each sentence are not "
                + "learned from. Explain to them what clipping is for, and why it does not help here.",
            Points =
            [
                "Clipping limits the length of a step, so that one explosion does not throw the weights away.",
                "It multiplies the whole gradient by one number of at most 1.",
                "What is small stays small: the share of each timestep is what it was.",
                "What helps is another path for the gradient, such as a gate, or another start of the weights.",
            ],
            Solution =
            [
                $"An RNN of {Units} units as it begins: {Near} timesteps back the gradient is {Of(before)} of that at "
                    + $"the end. Clipped to half of its norm it is {Of(after)} of it: the same share.",
                "Clipping solves the other problem. Where the gradient explodes, one step of unlimited length lands "
                    + "anywhere; a clipped one goes the same way, and not farther than is safe.",
                "`backflow experiment clip` trains both cases, with clipping and without.",
            ],
        };
    }

    /// <summary>ReLU in place of tanh, measured.</summary>
    public static ExerciseAnswer Relu(ExerciseDraw draw)
    {
        double scale = draw.Pick(1.0, 1.1, 0.9);
        double root = scale * Math.Sqrt(2);
        double twice = scale * 2;
        return new ExerciseAnswer
        {
            Task = "Would you take ReLU in place of tanh in a recurrent network? Weigh what it does to the gradient "
                + "through time, for and against.",
            Points =
            [
                "For: a unit that is on has slope 1 however large it is; it does not saturate.",
                "Against: a unit that is off has slope 0 and passes nothing on.",
                "Against: no bound holds the states, so that states and gradients explode together.",
                "So it asks for a start of its own, such as the identity, and for clipping.",
            ],
            Solution =
            [
                "About half of the units are off at each timestep of a random network, so that each timestep keeps "
                    + "about √½ of the gradient’s length.",
                $"Measured over {Back} timesteps, orthogonal W_hh with σ₁ = {Of(scale)}: ReLU leaves "
                    + $"{Measured("rnn-relu", scale, Back)}, and tanh {Measured("rnn", scale, Back)}.",
                $"A σ₁ of {Of(root)} makes up for the units that are off: ReLU then leaves "
                    + $"{Measured("rnn-relu", root, Back)}. At {Of(twice)} it has {Measured("rnn-relu", twice, Back)}, "
                    + $"and tanh {Measured("rnn", twice, Back)}.",
            ],
        };
    }

    /// <summary>What the engine measures at the first of some timesteps, relative to the last.</summary>
    private static string Measured(string cell, double scale, int back) => Of(NetworkExplorer.Explore(
        new ExplorerQuestion
        {
            Cell = cell,
            // The explorer's longest sequence has one state more than there are factors.
            Length = Math.Min(back, ExplorerQuestion.LongestSequence - 1) + 1,
            Scale = scale,
            Hidden = Units,
        }).Relative[0]);

    private static string Of(double value) => NumberText.Of(value);
}
