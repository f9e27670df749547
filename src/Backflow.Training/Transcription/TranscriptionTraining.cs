using System.Collections.Immutable;
using Backflow.Engine;

namespace Backflow.Training.Transcription;

/// <summary>How a transcriber is trained.</summary>
public sealed record TranscriptionPlan
{
    /// <summary>The longest sequence, T; each step takes one length from 1 to it, all as likely.</summary>
    public int LongestLength { get; init; } = 24;

    /// <summary>Sequences of a step, B.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>Updates of the parameters.</summary>
    public int Steps { get; init; } = 4000;

    /// <summary>η of Adam at the start; it falls along a half cosine to a hundredth of it.</summary>
    public double LearningRate { get; init; } = 0.01;

    /// <summary>The seed of parameters and sequences.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Gives a transcriber the parameters that it has before its first step.</summary>
    /// <param name="model">The parameters, overwritten.</param>
    public void Initialise(Transcriber model) =>
        model.Initialise(new SplittableRandom(Seed).Split("parameters"));
}

/// <summary>Trains a transcriber with the engine's optimizer; the same plan gives the same bits.</summary>
public sealed class TranscriptionTraining
{
    /// <summary>The norm that the gradient of all parts together is clipped to.</summary>
    private const double LargestNorm = 1;

    /// <summary>Where the cosine ends, as a share of the first rate.</summary>
    private const double LastShare = 0.01;

    private readonly TranscriptionPlan _plan;
    private readonly SplittableRandom _random;
    private readonly ImmutableArray<TranscriberPart> _parts;
    private readonly ImmutableArray<Optimizer> _optimizers;
    private readonly TranscriptionPass[] _passes;
    private int _step;

    /// <summary>Initialises a transcriber and prepares its training.</summary>
    /// <param name="model">The parameters, overwritten.</param>
    /// <param name="plan">How long and on what.</param>
    /// <param name="pool">The threads that share the work; their number changes no bit.</param>
    public TranscriptionTraining(Transcriber model, TranscriptionPlan plan, WorkerPool pool)
    {
        _plan = plan;
        _random = new SplittableRandom(plan.Seed);
        plan.Initialise(model);
        _parts = model.Parts;
        OptimizerOptions adam = new();
        _optimizers =
        [
            new Optimizer(model.Encoder, adam),
            new Optimizer(model.Decoder, adam),
            .. model.Attention is AttentionHead head ? (Optimizer[])[new Optimizer(head, adam)] : [],
        ];
        _passes =
        [
            .. Enumerable.Range(1, plan.LongestLength)
                .Select(length => new TranscriptionPass(model, length, plan.BatchSize, pool)),
        ];
    }

    /// <summary>Updates that are done.</summary>
    public int Step => _step;

    /// <summary>One update.</summary>
    /// <returns>The loss before it, in nats per symbol.</returns>
    public double Advance()
    {
        SplittableRandom random = _random.Split("sequences").Split((ulong)_step);
        TranscriptionPass pass = _passes[random.NextInt32(_passes.Length)];
        Draw(pass, random);
        pass.Forward();
        pass.Backward();
        double norm = Math.Sqrt(_parts.Sum(static part => Square(GradientClipping.Norm(part.Gradients.Span))));
        foreach (TranscriberPart part in _parts)
        {
            GradientClipping.ByNorm(part.Gradients.Span, norm, LargestNorm);
        }

        double cosine = 0.5 * (1 + Math.Cos(Math.PI * _step / _plan.Steps));
        foreach (Optimizer optimizer in _optimizers)
        {
            optimizer.Update(_plan.LearningRate * (LastShare + ((1 - LastShare) * cosine)));
        }

        _step++;
        return pass.Loss;
    }

    /// <summary>Fills a pass with sequences to be copied.</summary>
    /// <param name="pass">What the sequences go through.</param>
    /// <param name="random">Where the symbols come from.</param>
    internal static void Draw(TranscriptionPass pass, SplittableRandom random)
    {
        foreach (ref int symbol in pass.Symbols)
        {
            symbol = random.NextInt32(pass.Model.Options.Symbols);
        }

        pass.AskForCopy();
    }

    private static double Square(double value) => value * value;
}
