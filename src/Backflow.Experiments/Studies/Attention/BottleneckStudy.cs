using System.Collections.Immutable;
using Backflow.Telemetry;
using Backflow.Training.Transcription;

namespace Backflow.Experiments.Studies.Attention;

/// <summary>Copying through a state of fixed size, and with a look back at every state.</summary>
internal sealed class BottleneckStudy : IStudy
{
    /// <summary>A length counts as copied from here on.</summary>
    private const double Copied = 0.9;

    public string Name => "bottleneck";

    public string Question => "How long a sequence fits into a state of fixed size, and what does attention change?";

    public string Method =>
        "An encoder reads T symbols of eight, and a decoder writes them again. Both have one layer of the same cell; "
        + "the decoder begins with the encoder's last state (Sutskever, Vinyals & Le 2014; Cho et al. 2014). With "
        + "attention its head also sees h̃ = tanh(b + W·[c; s]) with c = Σ softmax(s·hₜ)·hₜ over all states of the "
        + "encoder (Bahdanau et al. 2015; Luong et al. 2015, dot product). Each step takes 32 sequences of one length "
        + "from 1 to the longest; Adam, learning rate 0.01 falling along a half cosine, 4000 steps, clipping at norm "
        + "1. Scored are 200 other sequences of each length; the decoder reads what it wrote itself, and symbols are "
        + "counted. Guessing gives 12.5 %. Maps are of one sequence: ‖∂L/∂xₜ‖ of the loss of each written symbol by "
        + "each input, ℓ₂ norm over features, there with the right symbols read.";

    public ImmutableArray<string> Cells => ["rnn", "lstm"];

    public StudyResult Run(StudyOptions options, Action<StudyProgress> progress, CancellationToken cancellation)
    {
        (ImmutableArray<int> sizes, int mapped, TranscriptionPlan plan) = options.Size switch
        {
            StudySize.Quick =>
                ((ImmutableArray<int>)[4, 8], 8, new TranscriptionPlan { LongestLength = 6, Steps = 20 }),
            StudySize.Default => ([8, 16, 32, 64], 32, new TranscriptionPlan()),
            _ => ([8, 16, 32, 64, 128], 32, new TranscriptionPlan { LongestLength = 40, Steps = 20_000 }),
        };

        // The maps' networks come first, so that an interrupted study has something to show.
        ulong[] seeds = [.. options.SeedsOf(1, 3, 10)];
        ImmutableArray<BottleneckTrial> trials =
        [
            .. seeds.SelectMany(seed => sizes.OrderBy(size => size != mapped).SelectMany(size =>
                TranscriptionSystem.All.Select(system => new BottleneckTrial(
                    system, size, plan with { Seed = seed }, HasMaps: size == mapped && seed == options.Seed)))),
        ];
        ImmutableArray<BottleneckTrace> done = StudyWork.Run(
            trials,
            options,
            static trial => trial.Plan.Steps * (64.0 + trial.HiddenSize) * (trial.System.HasAttention ? 1.3 : 1),
            static (trial, report, token) => trial.Run(report, token),
            static trace => trace.ToString(),
            progress,
            cancellation,
            BottleneckTrial.Form);
        return done.IsEmpty
            ? StudyResult.Nothing
            : BottleneckReport.Of(new BottleneckScores(done, mapped), done.Length == trials.Length);
    }

    /// <summary>Two sentences: the longest length, and the size that a length needs.</summary>
    internal static ImmutableArray<string> Findings(BottleneckScores scores)
    {
        int longest = scores.Longest;
        int middle = scores.Middle;
        string[] right =
        [
            .. scores.Systems.Select(system =>
                $"{NumberText.Share(scores.Right(system, scores.MappedSize, longest))} ({system.Title})"),
        ];
        string[] needed =
        [
            .. scores.Systems.Select(system =>
            {
                int? size = scores.Sizes.Cast<int?>().FirstOrDefault(
                    size => scores.Right(system, size!.Value, middle) >= Copied);
                return size is int enough
                    ? $"{NumberText.Count(enough)} units ({system.Title})"
                    : $"more than the {NumberText.Count(scores.Sizes[^1])} tried ({system.Title})";
            }),
        ];
        return
        [
            $"With {NumberText.Counted(NumberText.Count(scores.MappedSize), "unit")} the median network copies "
                + $"{StudyFigures.List(right)} of {NumberText.Counted(NumberText.Count(longest), "symbol")} right.",
            $"To copy {NumberText.Share(Copied)} of {NumberText.Counted(NumberText.Count(middle), "symbol")}, it needs "
                + $"{StudyFigures.List(needed)}.",
        ];
    }
}
