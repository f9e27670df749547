using Backflow.Engine.Kernels;
using Backflow.Engine.Kernels.Reference;

namespace Backflow.Engine.Tests.Layers;

/// <summary>Sizes of an attention: T, U, B, H, O.</summary>
public readonly record struct AttentionSizes(int Encoder, int Decoder, int Batch, int Hidden, int Outputs)
{
    /// <summary>Around the vector width in every size.</summary>
    public static IReadOnlyList<AttentionSizes> Around =>
    [
        new(1, 1, 1, 1, 1),
        new(3, 1, 2, 3, 3),
        new(16, 3, 1, 17, 16),
        new(17, 16, 3, 16, 17),
        new(33, 17, 2, 33, 5),
        new(1, 33, 3, 17, 33),
    ];

    public override string ToString() => $"T {Encoder}, U {Decoder}, B {Batch}, H {Hidden}, O {Outputs}";
}

/// <summary>An encoder, a decoder and an attention between them, with seeded parameters, and their twin.</summary>
internal sealed class AttentionSetup : IDisposable
{
    private const int Features = 3;

    private readonly PassSetup _encoder;
    private readonly PassSetup _decoder;

    public AttentionSetup(AttentionSizes sizes, KernelSet kernels)
    {
        Sizes = sizes;
        NetworkOptions options = new()
        {
            InputSize = Features,
            Layers = [new LayerOptions(Cells.Lstm, sizes.Hidden)],
        };
        _encoder = new PassSetup(options, sizes.Encoder, sizes.Batch, threads: 1, kernels: kernels);
        _decoder = new PassSetup(options, sizes.Decoder, sizes.Batch, threads: 1, kernels: kernels);
        Head = new AttentionHead(sizes.Hidden, sizes.Outputs, kernels);
        Head.Initialise(new SplittableRandom(5));
        Pass = new AttentionPass(Head, Encoder, Decoder);
        SplittableRandom random = new(7);
        for (int i = 0; i < Pass.Targets.Length; i++)
        {
            Pass.Targets[i] = i % 5 == 4 ? -1 : random.NextInt32(sizes.Outputs);
        }

        for (int sequence = 0; sequence < sizes.Batch; sequence++)
        {
            Pass.Lengths[sequence] = Math.Max(1, sizes.Encoder - (2 * sequence));
        }
    }

    public AttentionSizes Sizes { get; }

    public AttentionHead Head { get; }

    public AttentionPass Pass { get; }

    public NetworkPass Encoder => _encoder.Pass;

    public NetworkPass Decoder => _decoder.Pass;

    public void Forward()
    {
        Encoder.Forward();
        Decoder.Forward();
        Pass.Forward();
    }

    /// <summary>The twin, with the states and the parameters of the float engine.</summary>
    public ReferenceAttention Twin()
    {
        ReferenceAttention twin = new(Sizes.Encoder, Sizes.Decoder, Sizes.Batch, Sizes.Hidden, Sizes.Outputs);
        States(Encoder).CopyTo(twin.EncoderStates.Values, 0);
        States(Decoder).CopyTo(twin.DecoderStates.Values, 0);
        foreach ((Parameter parameter, ReferenceParameter target) in Parameters(twin))
        {
            Exported(parameter, Head.Parameters).CopyTo(target.Values, 0);
        }

        Pass.Targets.CopyTo(twin.Targets);
        Pass.Lengths.CopyTo(twin.Lengths);
        return twin;
    }

    public IEnumerable<(Parameter Parameter, ReferenceParameter Twin)> Parameters(ReferenceAttention twin) =>
    [
        (Head.CombineWeights, twin.CombineWeights),
        (Head.CombineBias, twin.CombineBias),
        (Head.HeadWeights, twin.HeadWeights),
        (Head.HeadBias, twin.HeadBias),
    ];

    public double[] Gradient(Parameter parameter) => Exported(parameter, Head.Gradients);

    /// <summary>∂L/∂s, [U, B, H], as the attention leaves it to the decoder.</summary>
    public double[] DecoderGradient() =>
        Concatenated(Sizes.Decoder, t => Decoder.Layers[0].HiddenGradient(t).ToArray());

    /// <summary>∂L/∂h, [T, B, H], as the attention leaves it to the encoder.</summary>
    public double[] EncoderGradient() =>
        Concatenated(Sizes.Encoder, t => Encoder.Layers[0].HiddenGradient(t).ToArray());

    public double[] Weights()
    {
        List<double> weights = [];
        for (int row = 0; row < Sizes.Decoder * Sizes.Batch; row++)
        {
            foreach (float weight in Pass.Weights(row / Sizes.Batch, row % Sizes.Batch))
            {
                weights.Add(weight);
            }
        }

        return [.. weights];
    }

    public void Dispose()
    {
        _encoder.Dispose();
        _decoder.Dispose();
    }

    private static double[] States(NetworkPass pass) =>
        Concatenated(pass.SequenceLength, t => pass.Layers[0].Hidden(t).ToArray());

    private static double[] Concatenated(int timesteps, Func<int, float[]> rows) =>
        [.. Enumerable.Range(0, timesteps).SelectMany(rows).Select(static value => (double)value)];

    private static double[] Exported(Parameter parameter, AlignedBuffer buffer)
    {
        float[] values = new float[parameter.Count];
        parameter.Export(buffer.Span, values);
        return [.. values.Select(static value => (double)value)];
    }
}
