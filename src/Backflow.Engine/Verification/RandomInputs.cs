namespace Backflow.Engine.Verification;

/// <summary>Seeded parameters, inputs and wishes for a gradient check, all of them floats.</summary>
internal static class RandomInputs
{
    /// <summary>Standard deviation of initial states.</summary>
    public const double StateDeviation = 0.5;

    /// <summary>
    /// Half the width of recurrent weights is this / √H: a spectral radius near 0.7. Nearer to 1, a network amplifies
    /// each rounding error as it amplifies its gradient, and a check would measure the network instead of the kernels.
    /// </summary>
    private const double RecurrentWidth = 1.2;

    /// <summary>The largest half width, which small H would exceed.</summary>
    private const double LargestRecurrentWidth = 0.9;

    private const double GradientDeviation = 0.1;

    /// <summary>One target in this many does not count.</summary>
    private const int IgnoredTargets = 4;

    public static PassInputs Draw(GradientCheckOptions options)
    {
        SplittableRandom random = new(options.Seed);
        NetworkOptions network = options.Network;
        int rows = options.SequenceLength * options.BatchSize;
        int outputRows = network.HeadPosition == HeadPosition.LastTimestep ? options.BatchSize : rows;
        bool hasHead = network.OutputSize > 0;
        bool hasEmbedding = network.VocabularySize > 0;
        return new PassInputs
        {
            Options = network,
            SequenceLength = options.SequenceLength,
            BatchSize = options.BatchSize,
            Parameters = DrawParameters(network, random),
            Input = Gaussian(random.Split("x"), hasEmbedding ? 0 : rows * network.InputSize, 1),
            Tokens = Classes(random.Split("tokens"), hasEmbedding ? rows : 0, Math.Max(1, network.VocabularySize)),
            InitialHidden = States(options, random.Split("h0"), StateDeviation, ofCell: false),
            InitialCell = States(options, random.Split("c0"), StateDeviation, ofCell: true),
            OutputGradient = Gaussian(
                random.Split("dy"), hasHead ? 0 : rows * network.TopSize, GradientDeviation),
            FinalHiddenGradient = States(options, random.Split("dhT"), GradientDeviation, ofCell: false),
            FinalCellGradient = States(options, random.Split("dcT"), GradientDeviation, ofCell: true),
            Targets = hasHead && !options.UsesTargetValues
                ? Targets(random.Split("targets"), outputRows, network.OutputSize)
                : [],
            TargetValues = hasHead && options.UsesTargetValues
                ? Gaussian(random.Split("values"), outputRows * network.OutputSize, 1)
                : null,
            DropoutKey = options.DropsOut ? random.Split("dropout").NextUInt64() : null,
        };
    }

    private static Dictionary<string, double[]> DrawParameters(NetworkOptions options, SplittableRandom random)
    {
        Dictionary<string, double[]> parameters = [];
        foreach (Parameter parameter in new RecurrentNetwork(options).Layout.Parameters)
        {
            double fanIn = parameter.Shape[^1];
            double width = parameter.Name switch
            {
                "embedding.weight" => 1,
                _ when parameter.Name.StartsWith("weight_hh", StringComparison.Ordinal) =>
                    Math.Min(LargestRecurrentWidth, RecurrentWidth / Math.Sqrt(fanIn)),
                _ when parameter.Shape.Length == 1 => StateDeviation,
                _ => 1 / Math.Sqrt(fanIn),
            };
            SplittableRandom own = random.Split(parameter.Name);
            parameters[parameter.Name] =
                [.. Enumerable.Range(0, parameter.Count).Select(_ => (double)(float)own.NextUniform(-width, width))];
        }

        return parameters;
    }

    private static double[][] States(
        GradientCheckOptions options, SplittableRandom random, double deviation, bool ofCell) =>
        [
            .. options.Network.Layers.Select((layer, k) => Gaussian(
                random.Split((ulong)k),
                ofCell && !layer.Cell.HasCellState ? 0 : options.BatchSize * layer.HiddenSize,
                deviation)),
        ];

    private static double[] Gaussian(SplittableRandom random, int count, double deviation)
    {
        double[] values = new double[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = (float)(deviation * random.NextGaussian());
        }

        return values;
    }

    private static int[] Classes(SplittableRandom random, int count, int classes)
    {
        int[] values = new int[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = random.NextInt32(classes);
        }

        return values;
    }

    private static int[] Targets(SplittableRandom random, int count, int classes)
    {
        int[] targets = Classes(random, count, classes);

        // The first always counts: a loss over nothing has no gradient.
        for (int i = 1; i < count; i++)
        {
            targets[i] = random.NextInt32(IgnoredTargets) == 0 ? -1 : targets[i];
        }

        return targets;
    }
}
