using Backflow.Engine;
using Backflow.Training.Transcription;
using Xunit;

namespace Backflow.Training.Tests.Transcription;

public sealed class TranscriptionPassTests
{
    /// <summary>A float loss near 2 along a gradient of norm 1: with a step of 0.01 its rounding, 10⁻⁷ per term, and
    /// the curvature leave less than this share of the derivative.</summary>
    private const double DirectionalTolerance = 2e-3;

    private const float Step = 0.01f;

    public static TheoryData<string> Systems => [.. TranscriptionSystem.All.Select(static system => system.Name)];

    // The way through decoder, attention, final state and encoder: L changes by ‖∇L‖² per unit of ∇L.
    [Theory]
    [MemberData(nameof(Systems))]
    public void Backward_AlongTheGradient_IsTheChangeOfTheLoss(string name)
    {
        using WorkerPool pool = new(threads: 1);
        TranscriptionPass pass = Prepared(name, pool, length: 5, batchSize: 3);
        pass.Forward();
        pass.Backward();
        foreach (TranscriberPart part in pass.Model.Parts)
        {
            double norm = GradientClipping.Norm(part.Gradients.Span);
            Assert.True(norm > 0, $"{part.Name} has no gradient.");
            float[] direction = [.. part.Gradients.Span];
            double change = (LossAt(pass, part, direction, Step) - LossAt(pass, part, direction, -Step)) / (2 * Step);
            Assert.True(
                Math.Abs(change - (norm * norm)) <= DirectionalTolerance * norm * norm,
                $"{name}, {part.Name}: the loss changes by {change:R}, the gradient says {norm * norm:R}.");
        }
    }

    [Fact]
    public void AskForCopy_ShiftsWhatIsReadBehindTheStartSymbol()
    {
        using WorkerPool pool = new(threads: 1);
        TranscriptionPass pass = Prepared("lstm", pool, length: 3, batchSize: 2);
        int[] symbols = [1, 2, 3, 4, 5, 6];
        symbols.CopyTo(pass.Symbols);
        pass.AskForCopy();
        Assert.Equal(symbols, pass.Targets.ToArray());
        Assert.Equal([8, 8, 1, 2, 3, 4], pass.Decoder.Tokens.ToArray());
    }

    // Writing reads its own answers: fed what it wrote, the network finds the same symbols likeliest.
    [Theory]
    [MemberData(nameof(Systems))]
    public void Write_IsWhatTheNetworkFindsLikeliestAfterIt(string name)
    {
        using WorkerPool pool = new(threads: 1);
        TranscriptionPass pass = Prepared(name, pool, length: 6, batchSize: 2);
        int[] written = new int[12];
        pass.Write(written);
        Assert.Equal(written[..10], pass.Decoder.Tokens[2..].ToArray());
        Assert.All(written, static symbol => Assert.InRange(symbol, 0, 7));
        int[] again = new int[12];
        pass.Write(again);
        Assert.Equal(written, again);
    }

    [Fact]
    public void Weights_WithoutAttention_AreNone()
    {
        using WorkerPool pool = new(threads: 1);
        Assert.True(Prepared("rnn", pool, length: 3, batchSize: 2).Weights(0, 0).IsEmpty);
        Assert.Equal(3, Prepared("rnn-attention", pool, length: 3, batchSize: 2).Weights(0, 0).Length);
    }

    private static TranscriptionPass Prepared(string name, WorkerPool pool, int length, int batchSize)
    {
        Transcriber model = TranscriptionSystem.All.Single(system => system.Name == name).Create(hiddenSize: 9);
        SplittableRandom random = new(3);
        model.Initialise(random.Split("parameters"));
        TranscriptionPass pass = new(model, length, batchSize, pool);
        TranscriptionTraining.Draw(pass, random.Split("symbols"));
        return pass;
    }

    private static double LossAt(TranscriptionPass pass, TranscriberPart part, float[] direction, float step)
    {
        Span<float> parameters = part.Parameters.Span;
        float[] kept = [.. parameters];
        System.Numerics.Tensors.TensorPrimitives.MultiplyAdd(direction, step, parameters, parameters);
        pass.Forward();
        kept.CopyTo(parameters);
        return pass.Loss;
    }
}
