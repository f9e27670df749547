using Backflow.Engine;

namespace Backflow.Telemetry;

/// <summary>Gradient reach: how far back a network can learn now.</summary>
/// <remarks>
/// The gradient by a random direction of the final joint state (h, c) of the top layer, v ~ N(0, 1) for every
/// component, carried back through all layers: n_ℓ = ‖(∂(v·s_T)/∂h, ∂(v·s_T)/∂c) at timestep T − 1 − ℓ‖₂ over the units
/// of every layer, for each sequence by itself, divided by its value at lag 0. The reach of a sequence is the largest
/// lag whose quotient is above 1 %; the number is the median over the sequences.
/// <para>
/// No loss takes part, so what is left to learn of a task does not matter, and neither does a single sequence with a
/// large error. h and c weigh alike, because a later loss may ask for either; a layer below counts as far as the top
/// layer's gradient enters it, which is where its learning signal comes from.
/// </para>
/// <para>
/// Where the median quotient rises above a hundred, the gradient explodes: it has no reach, and the growth per timestep
/// is given instead.
/// </para>
/// Unit: timesteps. Range [0, T − 1]. Cost: one training step of as many sequences, without its update; it overwrites
/// the pass and the network's gradients. How to read it: what lies further back than this does not change the weights.
/// A network that has latched a bit keeps it although its gradient has vanished: what it uses is its effective context.
/// </remarks>
public sealed class GradientReach
{
    /// <summary>The name in run columns and URLs.</summary>
    public const string MetricName = "gradient-reach";

    /// <summary>The name of the lower quartile.</summary>
    public const string LowerMetricName = "gradient-reach-lower";

    /// <summary>The name of the upper quartile.</summary>
    public const string UpperMetricName = "gradient-reach-upper";

    /// <summary>The name of the largest lag that can be measured: a reach as large means "at least".</summary>
    public const string LimitMetricName = "gradient-reach-limit";

    /// <summary>The name of the growth: above 1 where the gradient explodes, and then there is no reach.</summary>
    public const string GrowthMetricName = "gradient-growth";

    /// <summary>The words of <see cref="MetricName"/>.</summary>
    public static MetricDescription Description { get; } = new()
    {
        Name = MetricName,
        Label = "Gradient reach",
        Title = "Gradient reach: how far back it can learn now",
        Meaning = "The largest lag at which the gradient of the final state is above 1 % of its norm at lag 0.",
        Formula = "median over sequences of max {ℓ : n_ℓ > 0.01·n₀}, n_ℓ = ‖∂(v·s_T)/∂s_{T−ℓ}‖₂, s = (h, c), "
            + "v ~ N(0, 1)",
        Reduction = "a scalar; norms over the units of all layers, the median over 32 held-out sequences",
        Range = "[0, T − 1]; not recorded where the gradient grows a hundredfold",
        Unit = "timesteps",
        HowToRead = "What lies further back does not change the weights now. A network that has learnt a task may keep "
            + "a bit although its gradient has vanished.",
        Caption = "largest lag whose gradient of the final state is above 1 % of lag 0, median of 32 sequences",
        Level = TelemetryLevel.Economy,
        Kind = ColumnKind.Scalar,
        Cost = CostClass.Passes,
    };

    /// <summary>The words of <see cref="LowerMetricName"/>.</summary>
    public static MetricDescription LowerDescription { get; } = Description with
    {
        Name = LowerMetricName,
        Label = "Gradient reach, lower quartile",
        Title = "Gradient reach, lower quartile over sequences",
        Meaning = "A quarter of the sequences reach less far.",
        Formula = "quartile over sequences of max {ℓ : n_ℓ > 0.01·n₀}",
        HowToRead = "Far below the median, the reach depends on what is read.",
        Caption = "a quarter of the sequences reach less far",
    };

    /// <summary>The words of <see cref="UpperMetricName"/>.</summary>
    public static MetricDescription UpperDescription { get; } = LowerDescription with
    {
        Name = UpperMetricName,
        Label = "Gradient reach, upper quartile",
        Title = "Gradient reach, upper quartile over sequences",
        Meaning = "A quarter of the sequences reach further.",
        HowToRead = "Far above the median, the reach depends on what is read.",
        Caption = "a quarter of the sequences reach further",
    };

    /// <summary>The words of <see cref="LimitMetricName"/>.</summary>
    public static MetricDescription LimitDescription { get; } = Description with
    {
        Name = LimitMetricName,
        Label = "Largest lag of the reach",
        Title = "Largest lag that the gradient reach can be measured to",
        Meaning = "The largest lag of the sequences that were measured.",
        Formula = "T − 1",
        Reduction = "a scalar",
        Range = "[0, T − 1]",
        HowToRead = "A reach as large as this is at least so large.",
        Caption = "a reach as large as this is at least so large",
    };

    /// <summary>The words of <see cref="GrowthMetricName"/>.</summary>
    public static MetricDescription GrowthDescription { get; } = Description with
    {
        Name = GrowthMetricName,
        Label = "Gradient growth",
        Title = "Growth of the gradient per timestep",
        Meaning = "The factor per timestep by which the gradient of the final state grows on its way back.",
        Formula = "(n_ℓ ÷ n₀)^(1/ℓ) of the median, at the lag where it is largest; 1 where it is below 100 there",
        Range = "[1, ∞); above 1 no reach is recorded",
        Unit = "factor per timestep",
        HowToRead = "Above 1 the gradient explodes: its size says nothing about what can be learnt.",
        Caption = "1 where the gradient does not grow a hundredfold",
    };

    /// <summary>The share of the norm at lag 0 that still counts, as for every horizon.</summary>
    public const double Share = GradientHorizon.Share;

    /// <summary>The median quotient above which a gradient explodes: as far above 1 as <see cref="Share"/> is
    /// below.</summary>
    public const double Explosion = 1 / Share;

    // Constant: every measurement of a run asks in the same directions, so that it moves with the network alone.
    private const ulong Seed = 0x2EAC4;

    private readonly NetworkPass _pass;
    private readonly float[] _hidden;
    private readonly float[] _cell;

    /// <summary>Allocates what measuring needs.</summary>
    /// <param name="pass">A pass of the measured network, of any batch size; its states are overwritten.</param>
    public GradientReach(NetworkPass pass)
    {
        _pass = pass;
        LayerPass top = pass.Layers[^1];
        SplittableRandom random = new(Seed);
        _hidden = Directions(random, pass.BatchSize * top.HiddenSize);
        _cell = Directions(random, top.HasCellState ? pass.BatchSize * top.HiddenSize : 0);
    }

    /// <summary>Measures as many sequences as are given.</summary>
    /// <param name="load">
    /// Puts the sequences of a block, counted from 0, and the states that they begin with into the pass; false where
    /// there are none.
    /// </param>
    /// <param name="blocks">How many blocks of as many sequences as the pass has are measured, at least 1.</param>
    /// <returns>The reach; null where there is no sequence, or none has a finite gradient above 0 at lag
    /// 0.</returns>
    public ReachMeasurement? Measure(Func<int, bool> load, int blocks)
    {
        List<double[]> profiles = [];
        bool ignored = _pass.Head?.IgnoresTargets ?? false;
        try
        {
            if (_pass.Head is LinearHead head)
            {
                head.IgnoresTargets = true;
            }

            for (int block = 0; block < blocks; block++)
            {
                if (!load(block))
                {
                    break;
                }

                _pass.Forward();
                _pass.Layers[^1].SetFinalStateGradient(_hidden, _cell);
                _pass.Backward();
                profiles.AddRange(Profiles());
            }
        }
        finally
        {
            if (_pass.Head is LinearHead head)
            {
                head.IgnoresTargets = ignored;
            }

            // The next backward pass of the same buffers asks for nothing of the final state.
            _pass.Layers[^1].ClearFinalStateGradient();
        }

        return Of(profiles);
    }

    /// <summary>
    /// Measures the sequences whose forward pass is done, without another one: after
    /// <see cref="NetworkPass.KeepGates"/> and the backward pass, whose total gradients are overwritten.
    /// </summary>
    /// <returns>The reach; null where no sequence has a finite gradient above 0 at lag 0.</returns>
    /// <exception cref="InvalidOperationException">The network has a head, or gates were not kept.</exception>
    public ReachMeasurement? MeasureKept()
    {
        if (_pass.Head is not null)
        {
            throw new InvalidOperationException("A head would ask for gradients of its own.");
        }

        try
        {
            _pass.SetOutputGradient([]);
            _pass.Layers[^1].SetFinalStateGradient(_hidden, _cell);
            _pass.BackwardStates();
            return Of([.. Profiles()]);
        }
        finally
        {
            _pass.Layers[^1].ClearFinalStateGradient();
        }
    }

    /// <summary>Derives the reach from profiles.</summary>
    /// <param name="profiles">For each sequence its norms by lag; the first is finite and above 0.</param>
    /// <returns>The reach; null without profiles.</returns>
    public static ReachMeasurement? Of(IReadOnlyList<double[]> profiles)
    {
        if (profiles.Count == 0)
        {
            return null;
        }

        int longest = profiles.Max(static norms => norms.Length) - 1;
        double[] reaches = [.. profiles.Select(ReachOf).Order()];
        double[] median = new double[longest + 1];
        for (int lag = 0; lag <= longest; lag++)
        {
            // An infinite norm is larger than any other, and so is NaN, which infinities leave behind.
            median[lag] = Quantile(
                [
                    .. profiles.Where(norms => lag < norms.Length)
                        .Select(norms => Finite(norms[lag] / norms[0]))
                        .Order(),
                ],
                0.5);
        }

        int largest = 0;
        for (int lag = 1; lag <= longest; lag++)
        {
            largest = median[lag] > median[largest] ? lag : largest;
        }

        double? growth = median[largest] > Explosion ? GrowthOf(median, largest) : null;
        return new ReachMeasurement(
            Quantile(reaches, 0.5),
            Quantile(reaches, 0.25),
            Quantile(reaches, 0.75),
            longest,
            growth,
            [.. median]);
    }

    private static double ReachOf(double[] norms)
    {
        int reach = 0;
        for (int lag = 1; lag < norms.Length; lag++)
        {
            if (Finite(norms[lag] / norms[0]) > Share)
            {
                reach = lag;
            }
        }

        return reach;
    }

    private static double Finite(double quotient) => double.IsNaN(quotient) ? double.PositiveInfinity : quotient;

    // Up to the first lag that is infinite, the finite ones say how fast.
    private static double GrowthOf(double[] median, int largest)
    {
        int last = Array.FindIndex(median, double.IsPositiveInfinity) is int first and >= 0 ? first - 1 : largest;
        return last > 0 ? Math.Pow(median[last], 1.0 / last) : double.PositiveInfinity;
    }

    private static double Quantile(double[] sorted, double share)
    {
        double place = share * (sorted.Length - 1);
        int low = (int)place;
        int high = Math.Min(low + 1, sorted.Length - 1);

        // The sum of an infinity and its opposite would be NaN.
        return sorted[low] == sorted[high] ? sorted[low] : sorted[low] + ((place - low) * (sorted[high] - sorted[low]));
    }

    private static float[] Directions(SplittableRandom random, int count)
    {
        float[] values = new float[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = (float)random.NextGaussian();
        }

        return values;
    }

    private List<double[]> Profiles()
    {
        int timesteps = _pass.SequenceLength;
        double[][] squares =
            [.. Enumerable.Range(0, _pass.BatchSize).Select(row => new double[_pass.LengthOf(row)])];
        foreach (LayerPass layer in _pass.Layers)
        {
            for (int t = 0; t < timesteps; t++)
            {
                Add(layer.HiddenGradient(t), squares, t);
                if (layer.HasCellState)
                {
                    Add(layer.CellGradient(t), squares, t);
                }
            }
        }

        return
        [
            .. squares.Select(static sums => Array.ConvertAll(sums, Math.Sqrt))
                .Where(static norms => norms[0] > 0 && double.IsFinite(norms[0])),
        ];
    }

    // Lags are counted from each sequence's own end.
    private static void Add(BatchRows gradient, double[][] squares, int t)
    {
        for (int row = 0; row < squares.Length; row++)
        {
            int lag = squares[row].Length - 1 - t;
            if (lag >= 0)
            {
                double norm = GradientClipping.Norm(gradient[row]);
                squares[row][lag] += norm * norm;
            }
        }
    }
}
