using System.Collections.Immutable;
using Backflow.Engine;
using Backflow.Experiments.Studies.Reports;
using Backflow.Telemetry;

namespace Backflow.Experiments.Studies.Probes;

/// <summary>‖∂L/∂h‖ of the first timestep of fresh networks against the length of the sequence.</summary>
internal sealed class GradientNormStudy : IStudy
{
    private const int HiddenSize = 64;
    private const double Vanished = 1e-6;

    private static readonly ImmutableArray<Line> Lines =
    [
        new("RNN", Engine.Cells.RnnTanh, static _ => new InitialisationOptions()),
        new("LSTM", Engine.Cells.Lstm, static _ => new InitialisationOptions()),
        new("GRU", Engine.Cells.Gru, static _ => new InitialisationOptions()),
        new("LSTM bias 3", Engine.Cells.Lstm, static _ => new InitialisationOptions { ForgetBias = 3 }),
        new("LSTM chrono", Engine.Cells.Lstm, static length => new InitialisationOptions { ChronoMaximum = length }),
    ];

    public string Name => "gradient-norm";

    public string Question => "How much of the gradient of the last timestep reaches the first?";

    public string Method =>
        "One layer of 64 units with PyTorch's initialisation reads T Gaussian vectors of 64 numbers; the loss is the "
        + "sum of the last hidden state and of no other. Shown is ‖∂L/∂h‖ of the first timestep, the total gradient of "
        + "its hidden state: ℓ₂ norm over units, one sequence, before clipping; that of the last timestep is 8. "
        + "Forward and backward passes of the engine; where the gradient leaves the range of a float, a further pass "
        + "goes on from where it was found. Below 1e-6 the classic exercise calls it vanished.";

    public ImmutableArray<string> Cells => ["rnn", "lstm", "gru"];

    public StudyResult Run(StudyOptions options, Action<StudyProgress> progress, CancellationToken cancellation)
    {
        int[] lengths = options.Size == StudySize.Quick ? [5, 10] : [10, 50, 100, 200];
        ImmutableArray<Piece> pieces =
        [
            .. lengths.SelectMany(length => Lines.SelectMany(line => options.SeedsOf(2, 20, 200)
                .Select(seed => new Piece(line, length, seed)))),
        ];
        ImmutableArray<Measured> done = StudyWork.Run(
            pieces,
            options,
            static piece => piece.Length,
            static (piece, _, _) => piece.Measure(),
            static measured => $"{measured.Piece.Line.Name}, T = {measured.Piece.Length}, seed {measured.Piece.Seed}",
            progress,
            cancellation,
            PartForm.Of<Piece, Measured, ImmutableArray<double>>(
                static piece => $"{piece.Line.Name}\n{piece.Length}\n{piece.Seed}",
                static measured => [measured.Norm, measured.LastNorm],
                static (piece, kept) => new Measured(piece, kept[0], kept[1]),
                ProbeJson.Default.ImmutableArrayDouble));
        return done.IsEmpty ? StudyResult.Nothing : Report(done, done.Length == pieces.Length);
    }

    /// <summary>Two sentences from the medians.</summary>
    public static ImmutableArray<string> Findings(ImmutableArray<ChartSeries> series)
    {
        double shortest = series.Min(static line => line.Points[0].X);
        double longest = series.Max(static line => line.Points[^1].X);
        ImmutableArray<ChartSeries> whole = [.. series.Where(line => line.Points[^1].X == longest)];
        string ends = StudyFigures.List(
            [.. whole.Select(static line => $"{NumberText.Of(line.Points[^1].Middle)} ({line.Name})")]);
        string[] gone = Names(whole, static line => line.Points[^1].Middle < Vanished);
        string[] kept = Names(whole, static line => line.Points[^1].Middle >= Vanished);
        string limit = $"less than {NumberText.Of(Vanished)} reaches the first timestep";
        string verdict = gone.Length == 0 ? "no network loses its gradient"
            : kept.Length == 0 ? $"every network loses its gradient ({limit})"
            : $"{StudyFigures.List(gone)} {(gone.Length == 1 ? "loses its" : "lose their")} gradient ({limit}) and "
                + $"{StudyFigures.List(kept)} {(kept.Length == 1 ? "does" : "do")} not";
        double timesteps = Math.Max(1, longest - shortest);
        string decays = StudyFigures.List([.. whole.Select(line =>
        {
            double decay = Math.Pow(line.Points[^1].Middle / line.Points[0].Middle, 1 / timesteps);
            return $"{NumberText.Of(decay)} ({line.Name})";
        })]);
        return
        [
            $"Over {NumberText.Count(longest)} timesteps {verdict}: the median ‖∂L/∂h‖ of the first timestep is "
                + $"{ends}.",
            $"Between T = {NumberText.Count(shortest)} and T = {NumberText.Count(longest)} each further timestep "
                + $"multiplies it by {decays}; with a factor of 1 nothing would be lost.",
        ];
    }

    private static string[] Names(ImmutableArray<ChartSeries> series, Func<ChartSeries, bool> isAsked) =>
        [.. series.Where(isAsked).Select(static line => line.Name)];

    private static StudyResult Report(ImmutableArray<Measured> done, bool isComplete)
    {
        ImmutableArray<ChartSeries> series =
        [
            .. Lines.Select(line => done.Where(measured => measured.Piece.Line == line))
                .Where(static mine => mine.Any())
                .Select(static mine => new ChartSeries(
                    mine.First().Piece.Line.Name,
                    [
                        .. mine.GroupBy(static measured => measured.Piece.Length).Select(static seeds =>
                            ChartPoint.Of(seeds.Key, [.. seeds.Select(static measured => measured.Norm)])),
                    ])),
        ];
        ImmutableArray<double> lengths = [.. done.Select(static one => (double)one.Piece.Length).Distinct().Order()];
        return new StudyResult
        {
            Findings = Findings(series),
            Figures =
            [
                new Chart(
                    "The first timestep's gradient against the length of the sequence",
                    "length of the sequence, T timesteps",
                    "‖∂L/∂h‖ of the first timestep (ℓ₂ norm over units; loss per unit of state, 8 at the last "
                        + "timestep)",
                    [.. series, Limit(lengths)])
                {
                    IsLogarithmic = true,
                    Floor = 1e-80,
                },
            ],
            Summary = new StudyTable(
                ["median (least to largest)", .. lengths.Select(static x => $"T = {NumberText.Count(x)}")],
                [
                    .. series.Select(line => (ImmutableArray<string>)
                    [
                        line.Name,
                        .. lengths.Select(x => line.Points.Where(point => point.X == x)
                            .Select(static point => point.Spread()).FirstOrDefault(NumberText.Nothing)),
                    ]),
                ]),
            Numbers = new StudyTable(
                ["cell", "length", "seed", "first-norm", "last-norm"],
                [
                    .. done.Select(static one => (ImmutableArray<string>)
                    [
                        one.Piece.Line.Name,
                        StudyFigures.Exact(one.Piece.Length),
                        StudyFigures.Exact(one.Piece.Seed),
                        StudyFigures.Exact(one.Norm),
                        StudyFigures.Exact(one.LastNorm),
                    ]),
                ]),
            IsComplete = isComplete,
        };
    }

    private static ChartSeries Limit(ImmutableArray<double> lengths) => new(
        $"vanished: below {NumberText.Of(Vanished)}",
        [.. lengths.Select(static x => ChartPoint.Exact(x, Vanished))],
        IsReference: true)
    {
        Colour = 6,
    };

    private sealed record Line(string Name, CellDescription Cell, Func<int, InitialisationOptions> Start);

    private sealed record Piece(Line Line, int Length, ulong Seed)
    {
        public Measured Measure()
        {
            GradientProbe probe = new(Line.Cell, HiddenSize, Length) { Initialisation = Line.Start(Length) };
            double[] norms = probe.Measure(Seed).Norms;
            return new Measured(this, norms[0], norms[^1]);
        }
    }

    private sealed record Measured(Piece Piece, double Norm, double LastNorm);
}
