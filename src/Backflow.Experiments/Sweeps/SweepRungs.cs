namespace Backflow.Experiments.Sweeps;

/// <summary>When points are compared, and how many go on: successive halving.</summary>
/// <remarks>
/// Jamieson &amp; Talwalkar 2016, "Non-stochastic best arm identification and hyperparameter optimization", algorithm
/// 1: the best 1/η of the points go on, with η times as many steps.
/// </remarks>
/// <param name="Count">Rungs, the end of training included.</param>
/// <param name="Factor">What points are divided and steps multiplied by, η.</param>
internal sealed record SweepRungs(int Count, double Factor)
{
    /// <summary>The rung at which training ends.</summary>
    public int Last => Count - 1;

    /// <summary>The step of a rung.</summary>
    /// <param name="rung">From 0.</param>
    /// <param name="steps">Steps of the whole training.</param>
    public long StepOf(int rung, long steps) => rung >= Last ? steps
        : Math.Max(1, (long)Math.Round(steps / Math.Pow(Factor, Last - rung)));

    /// <summary>The highest rung that some steps reach; −1 for none.</summary>
    /// <param name="step">Steps done.</param>
    /// <param name="steps">Steps of the whole training.</param>
    public int ReachedAt(long step, long steps)
    {
        int rung = -1;
        while (rung < Last && StepOf(rung + 1, steps) <= step)
        {
            rung++;
        }

        return rung;
    }

    /// <summary>How many of some points go on to the next rung.</summary>
    /// <param name="points">How many were compared.</param>
    public int Kept(int points) => Math.Max(1, (int)Math.Ceiling(points / Factor));

    /// <summary>Whether each rung of a training has more steps than the one before.</summary>
    /// <param name="steps">Steps of the whole training.</param>
    public bool Fit(long steps) => Enumerable.Range(1, Last)
        .All(rung => StepOf(rung, steps) > StepOf(rung - 1, steps));
}
