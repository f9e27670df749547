using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Backflow.Engine;
using Backflow.Training.Transcription;

namespace Backflow.Experiments.Studies.Attention;

/// <summary>One transcriber that is trained and asked to copy.</summary>
/// <param name="System">How it hands a sequence over.</param>
/// <param name="HiddenSize">Units of encoder and decoder, H.</param>
/// <param name="Plan">How it is trained.</param>
/// <param name="HasMaps">Whether its maps are wanted beside its scores.</param>
internal sealed record BottleneckTrial(
    TranscriptionSystem System, int HiddenSize, TranscriptionPlan Plan, bool HasMaps)
{
    private const int StepsPerReport = 50;

    /// <summary>How a finished trial is kept.</summary>
    public static PartForm<BottleneckTrial, BottleneckTrace> Form { get; } =
        PartForm.Of<BottleneckTrial, BottleneckTrace, BottleneckEnd>(
            static trial => $"{trial.System.Name}\n{trial.HiddenSize}\n{trial.Plan}\n{trial.HasMaps}",
            static trace => trace.End,
            static (trial, end) => new BottleneckTrace(trial, end),
            BottleneckJson.Default.BottleneckEnd);

    public BottleneckTrace Run(Action<double, string> report, CancellationToken cancellation)
    {
        using WorkerPool pool = new(threads: 1);
        Transcriber model = System.Create(HiddenSize);
        TranscriptionTraining training = new(model, Plan, pool);
        int[] sequence = Sequence();
        double[][]? before = HasMaps ? TranscriptionMap.Measure(model, sequence).Gradients() : null;
        while (training.Step < Plan.Steps)
        {
            cancellation.ThrowIfCancellationRequested();
            training.Advance();
            if (training.Step % StepsPerReport == 0)
            {
                report(
                    (double)training.Step / Plan.Steps,
                    $"{System.Title}, H = {HiddenSize}, step {training.Step} of {Plan.Steps}");
            }
        }

        TranscriptionMap? map = HasMaps ? TranscriptionMap.Measure(model, sequence) : null;
        return new BottleneckTrace(this, new BottleneckEnd(
            [
                .. Enumerable.Range(1, Plan.LongestLength)
                    .Select(length => TranscriptionScore.Measure(model, length)),
            ],
            before,
            map?.Gradients(),
            map?.Weights()));
    }

    // The longest that was trained, and the same for every system.
    private int[] Sequence()
    {
        SplittableRandom random = new SplittableRandom(TranscriptionScore.UsualSeed).Split("map");
        int symbols = new TranscriberOptions().Symbols;
        return [.. Enumerable.Range(0, Plan.LongestLength).Select(_ => random.NextInt32(symbols))];
    }
}

/// <summary>A trial and what it came to.</summary>
/// <param name="Trial">What was trained: kind, size and seed.</param>
/// <param name="End">Its numbers.</param>
internal sealed record BottleneckTrace(BottleneckTrial Trial, BottleneckEnd End)
{
    /// <summary>The share of symbols copied right at a length.</summary>
    public double Right(int length) => End.Scores[length - 1].Symbols;

    public override string ToString() => $"{Trial.System.Title}, H = {Trial.HiddenSize}, seed {Trial.Plan.Seed}";
}

/// <summary>What is kept of a trial.</summary>
/// <param name="Scores">For the lengths 1, 2, … of training.</param>
/// <param name="Before">‖∂L_u/∂xₜ‖ before training, [T][T]; null where no maps were wanted.</param>
/// <param name="After">The same after it.</param>
/// <param name="Weights">The alignment map after training; null without attention as well.</param>
internal sealed record BottleneckEnd(
    ImmutableArray<TranscriptionScore> Scores, double[][]? Before, double[][]? After, float[][]? Weights);

[JsonSourceGenerationOptions(NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(BottleneckEnd))]
internal sealed partial class BottleneckJson : JsonSerializerContext;
