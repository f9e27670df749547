namespace Backflow.Engine;

/// <summary>Fills a network's parameters.</summary>
/// <remarks>
/// <para>PyTorch: torch.nn.LSTM, GRU, RNN: U(−1/√H, 1/√H); Embedding: N(0, 1); Linear: U(−1/√I, 1/√I).</para>
/// <para>Glorot &amp; Bengio 2010, eq. 16: U(±√(6/(fan_in + fan_out))), for every gate's block on its own.</para>
/// <para>Orthogonal: Saxe, McClelland &amp; Ganguli 2014; Q of a Gaussian matrix with positive diagonal of its
/// R.</para>
/// <para>Identity: Le, Jaitly &amp; Hinton 2015: R = gain·I, biases 0, input weights N(0, 0.001²).</para>
/// <para>Forget bias: Gers et al. 2000; Jozefowicz et al. 2015, section 4 (a bias of 1).</para>
/// <para>
/// Chrono: Tallec &amp; Ollivier 2018, eq. 16: b_f = log U(1, T_max − 1) and b_i = −b_f; for a GRU the bias of the gate
/// that keeps the old state is log U(1, T_max − 1).
/// </para>
/// Each parameter draws from its own split of the generator: adding a layer does not change the others.
/// </remarks>
public static class NetworkInitialiser
{
    /// <summary>Standard deviation of the input weights in the identity scheme (Le et al. 2015, section 4).</summary>
    private const double IdentityInputDeviation = 0.001;

    /// <summary>Fills all parameters.</summary>
    /// <param name="network">The network whose parameters are overwritten.</param>
    /// <param name="options">The scheme.</param>
    /// <param name="random">The run's generator.</param>
    /// <exception cref="ArgumentOutOfRangeException">The gain is not above 0, or T_max below 2.</exception>
    public static void Initialise(RecurrentNetwork network, InitialisationOptions options, SplittableRandom random)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Gain, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.ChronoMaximum ?? 2, 2, nameof(options));
        for (int i = 0; i < network.Layers.Length; i++)
        {
            CellDescription cell = network.Options.Layers[i].Cell;
            RecurrentLayerParameters layer = network.Layers[i];
            InitialiseWeights(network, layer, options, random);
            InitialiseBiases(network, layer, cell, options, random);
        }

        if (network.Embedding is Parameter embedding)
        {
            Fill(network, embedding, random, static generator => generator.NextGaussian());
        }

        if (network.HeadWeights is Parameter head)
        {
            double bound = 1 / Math.Sqrt(head.Shape[1]);
            Fill(network, head, random, generator => generator.NextUniform(-bound, bound));
            Fill(network, network.HeadBias!, random, generator => generator.NextUniform(-bound, bound));
        }
    }

    private static void InitialiseWeights(
        RecurrentNetwork network,
        RecurrentLayerParameters layer,
        InitialisationOptions options,
        SplittableRandom random)
    {
        int hidden = layer.RecurrentWeights.Shape[1];
        int input = layer.InputWeights.Shape[1];
        double pyTorchBound = 1 / Math.Sqrt(hidden);
        double inputBound = Math.Sqrt(6.0 / (input + hidden));
        Func<SplittableRandom, double> drawInput = options.Scheme switch
        {
            InitialisationScheme.PyTorch => generator => generator.NextUniform(-pyTorchBound, pyTorchBound),
            InitialisationScheme.Identity => static generator => IdentityInputDeviation * generator.NextGaussian(),
            _ => generator => generator.NextUniform(-inputBound, inputBound),
        };
        Fill(network, layer.InputWeights, random, drawInput);

        float[] values = new float[layer.RecurrentWeights.Count];
        SplittableRandom own = random.Split(layer.RecurrentWeights.Name);
        for (int gate = 0; gate < layer.RecurrentWeights.Shape[0] / hidden; gate++)
        {
            double[] block = RecurrentBlock(hidden, options, own);
            for (int i = 0; i < block.Length; i++)
            {
                values[(gate * hidden * hidden) + i] = (float)block[i];
            }
        }

        layer.RecurrentWeights.Import(values, network.Parameters.Span);
    }

    private static double[] RecurrentBlock(int hidden, InitialisationOptions options, SplittableRandom random)
    {
        double bound = options.Scheme == InitialisationScheme.Glorot ? Math.Sqrt(3.0 / hidden) : 1 / Math.Sqrt(hidden);
        switch (options.Scheme)
        {
            case InitialisationScheme.Orthogonal:
                return SquareMatrix.Scale(SquareMatrix.Orthogonal(hidden, random), options.Gain);
            case InitialisationScheme.Identity:
                return SquareMatrix.Scale(SquareMatrix.Identity(hidden), options.Gain);
            case InitialisationScheme.SpectralRadius:
                double[] radial = SquareMatrix.Gaussian(hidden, random);
                return SquareMatrix.Scale(radial, options.Gain / SquareMatrix.SpectralRadius(radial, hidden));
            case InitialisationScheme.SpectralNorm:
                double[] normed = SquareMatrix.Gaussian(hidden, random);
                return SquareMatrix.Scale(normed, options.Gain / SquareMatrix.SpectralNorm(normed, hidden));
            default:
                double[] uniform = new double[hidden * hidden];
                for (int i = 0; i < uniform.Length; i++)
                {
                    uniform[i] = random.NextUniform(-bound, bound);
                }

                return uniform;
        }
    }

    private static void InitialiseBiases(
        RecurrentNetwork network,
        RecurrentLayerParameters layer,
        CellDescription cell,
        InitialisationOptions options,
        SplittableRandom random)
    {
        int hidden = layer.RecurrentWeights.Shape[1];
        float[] inputBias = new float[layer.InputBias.Count];
        float[] recurrentBias = new float[layer.RecurrentBias.Count];
        if (options.Scheme == InitialisationScheme.PyTorch)
        {
            double bound = 1 / Math.Sqrt(hidden);
            Draw(inputBias, random.Split(layer.InputBias.Name), bound);
            Draw(recurrentBias, random.Split(layer.RecurrentBias.Name), bound);
        }

        if (cell.ForgetBias is GateBias forget && options.ForgetBias is double forgetBias)
        {
            SetGate(inputBias, recurrentBias, forget.Gate, hidden, _ => forget.Sign * forgetBias);
        }

        if (options.ChronoMaximum is double maximum)
        {
            SplittableRandom own = random.Split("chrono " + layer.InputBias.Name);
            double[] chrono = new double[hidden];
            for (int i = 0; i < hidden; i++)
            {
                chrono[i] = Math.Log(own.NextUniform(1, maximum - 1));
            }

            foreach (GateBias bias in cell.ChronoBiases)
            {
                SetGate(inputBias, recurrentBias, bias.Gate, hidden, unit => bias.Sign * chrono[unit]);
            }
        }

        layer.InputBias.Import(inputBias, network.Parameters.Span);
        layer.RecurrentBias.Import(recurrentBias, network.Parameters.Span);
    }

    private static void SetGate(
        float[] inputBias, float[] recurrentBias, int gate, int hidden, Func<int, double> value)
    {
        int first = gate * hidden;
        for (int unit = 0; unit < hidden; unit++)
        {
            inputBias[first + unit] = (float)value(unit);
            recurrentBias[first + unit] = 0;
        }
    }

    private static void Draw(float[] values, SplittableRandom random, double bound)
    {
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)random.NextUniform(-bound, bound);
        }
    }

    private static void Fill(
        RecurrentNetwork network, Parameter parameter, SplittableRandom random, Func<SplittableRandom, double> draw)
    {
        SplittableRandom own = random.Split(parameter.Name);
        float[] values = new float[parameter.Count];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)draw(own);
        }

        parameter.Import(values, network.Parameters.Span);
    }
}
