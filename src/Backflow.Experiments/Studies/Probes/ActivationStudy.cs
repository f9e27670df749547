using System.Collections.Immutable;
using Backflow.Engine;
using Backflow.Experiments.Studies.Reports;
using Backflow.Telemetry;

namespace Backflow.Experiments.Studies.Probes;

/// <summary>What the activation alone does to the gradient: R is orthogonal.</summary>
internal sealed class ActivationStudy : IStudy
{
    private const int HiddenSize = 64;
    private const double QuietInput = 0.1;

    private static readonly ImmutableArray<int> Places = [10, 50];

    public string Name => "activation";

    public string Question => "What does the activation alone do to the gradient after 10 and 50 timesteps?";

    public string Method =>
        "Elman networks of 64 units with an orthogonal R, so that every singular value is 1 and nothing but the slope "
        + "of the activation changes the norm; they read small Gaussian vectors (standard deviation 0.1). Shown is "
        + "‖∂L/∂h‖ n timesteps before the last one, relative to the last: ℓ₂ norm over units, loss at the last "
        + "timestep alone, before clipping. Theory: γⁿ is the most that is possible, with γ = 1/4 for the sigmoid and "
        + "1 for tanh and ReLU; a ReLU passes a share a of the units on, which leaves a^(n/2) of the norm if they are "
        + "drawn anew at every timestep.";

    public ImmutableArray<string> Cells => ["rnn", "rnn-relu", "rnn-sigmoid"];

    public StudyResult Run(StudyOptions options, Action<StudyProgress> progress, CancellationToken cancellation)
    {
        ImmutableArray<Piece> pieces =
        [
            .. ElmanActivation.All.SelectMany(activation =>
                options.SeedsOf(2, 20, 200).Select(seed => new Piece(activation, seed))),
        ];
        ImmutableArray<Measured> done = StudyWork.Run(
            pieces,
            options,
            static _ => 1,
            static (piece, _, _) => piece.Measure(),
            static measured => $"{measured.Piece.Activation.Name}, seed {measured.Piece.Seed}",
            progress,
            cancellation,
            PartForm.Of<Piece, Measured, ProfileEnd>(
                static piece => $"{piece.Activation.Name}\n{piece.Seed}",
                static measured => new(measured.Norms, measured.ActiveUnits),
                static (piece, kept) => new Measured(piece, kept.Norms, kept.ActiveUnits),
                ProbeJson.Default.ProfileEnd));
        return done.IsEmpty ? StudyResult.Nothing : Report(done, done.Length == pieces.Length);
    }

    internal static ImmutableArray<string> Findings(ImmutableArray<Line> lines)
    {
        Line best = lines.MaxBy(static line => line.Left(50).Middle)!;
        Line worst = lines.MinBy(static line => line.Left(50).Middle)!;
        int above = lines.Sum(static line =>
            Places.Count(n => line.Left(n).High > Math.Pow(line.Activation.Slope, n) * 1.0001));
        string bound = above == 0
            ? "no network keeps more than γⁿ, the most that the slope of its activation allows"
            : $"γⁿ is exceeded in {NumberText.Count(above)} places, which should be impossible";
        return
        [
            $"Going back 10 timesteps leaves {Medians(lines, 10)} of the gradient, and going back 50 leaves "
                + $"{Medians(lines, 50)}.",
            lines.Length < 2
                ? $"Measured was {best.Activation.Name} alone, and {bound}."
                : $"{best.Activation.Name} keeps the most and {worst.Activation.Name} the least, "
                    + $"{NumberText.Of(best.Left(50).Middle / worst.Left(50).Middle)} times less after 50 timesteps, "
                    + $"and {bound}.",
        ];
    }

    private static string Medians(ImmutableArray<Line> lines, int n) => StudyFigures.List(
        [.. lines.Select(line => $"{NumberText.Of(line.Left(n).Middle)} ({line.Activation.Name})")]);

    private static StudyResult Report(ImmutableArray<Measured> done, bool isComplete)
    {
        ImmutableArray<Line> lines =
        [
            .. done.GroupBy(static one => one.Piece.Activation).Select(static seeds => new Line(
                seeds.Key,
                [
                    .. Enumerable.Range(0, Places[^1] + 1).Select(n =>
                        ChartPoint.Of(n, [.. seeds.Select(one => one.Left(n))])),
                ],
                StudyFigures.Median(seeds.Select(static one => (double)one.ActiveUnits / HiddenSize)))),
        ];
        return new StudyResult
        {
            Findings = Findings(lines),
            Figures =
            [
                new Chart(
                    "The gradient that is left, by activation",
                    "timesteps back, n",
                    "‖∂L/∂h‖ n timesteps back ÷ ‖∂L/∂h‖ of the last timestep (ℓ₂ norms, a ratio)",
                    [
                        .. lines.Select(static line => new ChartSeries(line.Activation.Name, line.Points)
                        {
                            Colour = ElmanActivation.All.IndexOf(line.Activation),
                        }),
                        Theory("γⁿ = 1 (tanh, ReLU)", 1, 6),
                        Theory("γⁿ = 0.25ⁿ (sigmoid)", 0.25, 2),
                        Theory("0.5^(n/2) (ReLU)", Math.Sqrt(0.5), 1),
                    ])
                {
                    IsLogarithmic = true,
                },
            ],
            Summary = new StudyTable(
                ["activation", "γ", "active units", "γ¹⁰", "measured, n = 10", "γ⁵⁰", "measured, n = 50"],
                [
                    .. lines.Select(static line => (ImmutableArray<string>)
                    [
                        line.Activation.Name,
                        NumberText.Of(line.Activation.Slope),
                        NumberText.Share(line.ActiveShare),
                        .. Places.SelectMany(n => (string[])
                        [
                            NumberText.Of(Math.Pow(line.Activation.Slope, n)),
                            line.Left(n).Spread(),
                        ]),
                    ]),
                ]),
            Numbers = new StudyTable(
                ["activation", "seed", "timesteps-back", "left"],
                [
                    .. done.SelectMany(static one => Enumerable.Range(0, Places[^1] + 1).Select(n =>
                        (ImmutableArray<string>)
                        [
                            one.Piece.Activation.Name,
                            StudyFigures.Exact(one.Piece.Seed),
                            StudyFigures.Exact(n),
                            StudyFigures.Exact(one.Left(n)),
                        ])),
                ]),
            IsComplete = isComplete,
        };
    }

    private static ChartSeries Theory(string name, double factor, int colour) => new(
        name,
        [.. Enumerable.Range(0, Places[^1] + 1).Select(n => ChartPoint.Exact(n, Math.Pow(factor, n)))],
        IsReference: true)
    {
        Colour = colour,
    };

    internal sealed record Line(ElmanActivation Activation, ImmutableArray<ChartPoint> Points, double ActiveShare)
    {
        public ChartPoint Left(int n) => Points[n];
    }

    private sealed record Piece(ElmanActivation Activation, ulong Seed)
    {
        public Measured Measure()
        {
            GradientProfile profile = new GradientProbe(Activation.Cell, HiddenSize, Places[^1] + 1)
            {
                Initialisation = new InitialisationOptions { Scheme = InitialisationScheme.Orthogonal },
                InputScale = QuietInput,
            }.Measure(Seed);
            return new Measured(this, [.. profile.Norms], profile.ActiveUnits);
        }
    }

    private sealed record Measured(Piece Piece, ImmutableArray<double> Norms, int ActiveUnits)
    {
        public double Left(int timestepsBack) => Norms[^(1 + timestepsBack)] / Norms[^1];
    }
}
