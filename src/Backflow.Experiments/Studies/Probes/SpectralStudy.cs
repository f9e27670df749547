using System.Collections.Immutable;
using Backflow.Engine;
using Backflow.Experiments.Studies.Reports;
using Backflow.Telemetry;

namespace Backflow.Experiments.Studies.Probes;

/// <summary>The gradient after 50 timesteps against σ₁(R), for two kinds of R and three activations.</summary>
internal sealed class SpectralStudy : IStudy
{
    private const int HiddenSize = 64;
    private const int Back = 50;
    private const double QuietInput = 0.1;

    // Rounding: 50 float products, each exact to about 1e-7, against a bound computed in double.
    private const double BoundTolerance = 1e-4;

    private static readonly ImmutableArray<(string Name, InitialisationScheme Scheme)> Matrices =
        [("orthogonal", InitialisationScheme.Orthogonal), ("Gaussian", InitialisationScheme.SpectralNorm)];

    public string Name => "spectral";

    public string Question => "What does the largest singular value of R do to the gradient after 50 timesteps?";

    public string Method =>
        "Elman networks of 64 units read small Gaussian vectors (standard deviation 0.1). R is a random orthogonal "
        + "matrix times σ₁, whose eigenvalues all have magnitude σ₁ too, or a Gaussian matrix scaled to the same σ₁, "
        + "whose spectral radius ρ is about half of that. Shown is ‖∂L/∂h‖ 50 timesteps before the last one, relative "
        + "to the last, with a loss there alone: ℓ₂ norms over units, before clipping. Theory: no network can be above "
        + "(γσ₁)^50, with γ = 1 for tanh and ReLU and 1/4 for the sigmoid (Pascanu, Mikolov & Bengio 2013, section "
        + "2.1).";

    public ImmutableArray<string> Cells => ["rnn", "rnn-relu", "rnn-sigmoid"];

    public StudyResult Run(StudyOptions options, Action<StudyProgress> progress, CancellationToken cancellation)
    {
        double[] norms = options.Size == StudySize.Quick
            ? [0.8, 1, 1.2]
            : [0.6, 0.8, 0.9, 1, 1.1, 1.2, 1.5, 2, 2.5, 3, 4, 5];
        ImmutableArray<Piece> pieces =
        [
            .. norms.SelectMany(norm => Matrices.SelectMany(matrix => ElmanActivation.All.SelectMany(activation =>
                options.SeedsOf(2, 10, 100)
                    .Select(seed => new Piece(matrix.Name, matrix.Scheme, activation, norm, seed))))),
        ];
        ImmutableArray<Measured> done = StudyWork.Run(
            pieces,
            options,
            static _ => 1,
            static (piece, _, _) => piece.Measure(),
            static measured => $"{measured.Piece.Matrix}, {measured.Piece.Activation.Name}, "
                + $"σ₁ = {NumberText.Of(measured.Piece.Norm)}",
            progress,
            cancellation,
            PartForm.Of<Piece, Measured, ImmutableArray<double>>(
                static piece => FormattableString.Invariant(
                    $"{piece.Matrix}\n{piece.Activation.Name}\n{piece.Norm}\n{piece.Seed}"),
                static measured => [measured.Left, measured.Radius, measured.Bound],
                static (piece, kept) => new Measured(piece, kept[0], kept[1], kept[2]),
                ProbeJson.Default.ImmutableArrayDouble));
        return done.IsEmpty ? StudyResult.Nothing : Report(done, done.Length == pieces.Length);
    }

    /// <summary>Two sentences from the medians and from every single network.</summary>
    internal static ImmutableArray<string> Findings(ImmutableArray<Measured> done)
    {
        string Crossing(string matrix, ElmanActivation activation)
        {
            double[] grown =
            [
                .. done.Where(one => one.Piece.Matrix == matrix && one.Piece.Activation == activation)
                    .GroupBy(static one => one.Piece.Norm)
                    .Where(static seeds => StudyFigures.Median(seeds.Select(static one => one.Left)) >= 1)
                    .Select(static seeds => seeds.Key).Order(),
            ];
            return $"{(grown.Length == 0 ? "none of those tried" : NumberText.Of(grown[0]))} ({activation.Name})";
        }

        IEnumerable<string> crossings = Matrices.Select(static matrix => matrix.Name)
            .Where(name => done.Any(one => one.Piece.Matrix == name))
            .Select(matrix =>
            {
                string places =
                    StudyFigures.List([.. ElmanActivation.All.Select(activation => Crossing(matrix, activation))]);
                return $"{places} with {(matrix == "orthogonal" ? "an" : "a")} {matrix} R";
            });
        int above = done.Count(static one => one.Left > one.Bound * (1 + BoundTolerance));
        string count = NumberText.Count(done.Length);
        string bound = above == 0
            ? $"None of the {count} networks is above the bound (γσ₁)^{Back}, so that a γσ₁ below 1 makes every "
                + "gradient vanish"
            : $"{NumberText.Count(above)} of the {count} networks are above the bound (γσ₁)^{Back}, which should be "
                + "impossible";
        return
        [
            $"The smallest σ₁ at which the median gradient is as large {Back} timesteps back as at the last timestep: "
                + $"{string.Join("; ", crossings)}.",
            $"{bound}; {GaussianBesideOrthogonal(done)}.",
        ];
    }

    private static string GaussianBesideOrthogonal(ImmutableArray<Measured> done)
    {
        double[] radii =
        [
            .. done.Where(static one => one.Piece.Scheme == InitialisationScheme.SpectralNorm)
                .Select(static one => one.Radius / one.Piece.Norm),
        ];
        if (radii.Length == 0)
        {
            return "a Gaussian R was not measured";
        }

        int places = 0;
        int less = 0;
        foreach (IGrouping<(string, double), Measured> place in
            done.GroupBy(static one => (one.Piece.Activation.Name, one.Piece.Norm)))
        {
            double gaussian = Median(place, InitialisationScheme.SpectralNorm);
            double orthogonal = Median(place, InitialisationScheme.Orthogonal);
            places += double.IsNaN(gaussian) || double.IsNaN(orthogonal) ? 0 : 1;
            less += gaussian < orthogonal ? 1 : 0;
        }

        string radius = NumberText.Of(StudyFigures.Median(radii));
        return $"a Gaussian R, whose largest eigenvalue has only ρ = {radius}·σ₁, loses more than an orthogonal one in "
            + $"{NumberText.Count(less)} of {NumberText.Count(places)} combinations of activation and σ₁";
    }

    private static double Median(IEnumerable<Measured> place, InitialisationScheme scheme) =>
        StudyFigures.Median(place.Where(one => one.Piece.Scheme == scheme).Select(static one => one.Left));

    private static StudyResult Report(ImmutableArray<Measured> done, bool isComplete)
    {
        double[] norms = [.. done.Select(static one => one.Piece.Norm).Distinct().Order()];
        return new StudyResult
        {
            Findings = Findings(done),
            Figures = [.. Matrices.Select(matrix => Draw(matrix.Name, done, norms))],
            Summary = new StudyTable(
                ["R, activation", .. norms.Select(static norm => $"σ₁ = {NumberText.Of(norm)}")],
                [
                    .. done.GroupBy(static one => (one.Piece.Matrix, one.Piece.Activation.Name))
                        .OrderBy(static line => line.Key.Matrix != "orthogonal")
                        .Select(line =>
                            Row($"{line.Key.Matrix}, {line.Key.Name}", norms, norm => MedianAt(line, norm))),
                    Row("bound, γ = 1", norms, static norm => Math.Pow(norm, Back)),
                    Row("bound, γ = 1/4", norms, static norm => Math.Pow(norm / 4, Back)),
                ]),
            Numbers = new StudyTable(
                ["matrix", "activation", "spectral-norm", "spectral-radius", "seed", "left", "bound"],
                [
                    .. done.Select(static one => (ImmutableArray<string>)
                    [
                        one.Piece.Matrix,
                        one.Piece.Activation.Name,
                        StudyFigures.Exact(one.Piece.Norm),
                        StudyFigures.Exact(one.Radius),
                        StudyFigures.Exact(one.Piece.Seed),
                        StudyFigures.Exact(one.Left),
                        StudyFigures.Exact(one.Bound),
                    ]),
                ]),
            IsComplete = isComplete,
        };
    }

    private static Chart Draw(string matrix, ImmutableArray<Measured> done, double[] norms) => new(
        $"{(matrix == "orthogonal" ? "Orthogonal R, ρ = σ₁" : "Gaussian R, ρ ≈ σ₁/2")}: the gradient that is left",
        "σ₁(R), the largest singular value",
        $"‖∂L/∂h‖ {Back} timesteps back ÷ ‖∂L/∂h‖ of the last timestep (ℓ₂ norms, a ratio)",
        [
            .. ElmanActivation.All.Select((activation, colour) => new ChartSeries(
                activation.Name,
                [
                    .. done.Where(one => one.Piece.Matrix == matrix && one.Piece.Activation == activation)
                        .GroupBy(static one => one.Piece.Norm)
                        .Select(static seeds => ChartPoint.Of(seeds.Key, [.. seeds.Select(static one => one.Left)])),
                ])
            {
                Colour = colour,
            }).Where(static line => line.Points.Length > 0),
            Bound("bound σ₁⁵⁰", norms, slope: 1, colour: 6),
            Bound("bound (σ₁/4)⁵⁰", norms, slope: 0.25, colour: 2),
        ])
    {
        IsLogarithmic = true,
        Floor = 1e-60,
    };

    private static ChartSeries Bound(string name, double[] norms, double slope, int colour) => new(
        name,
        [.. norms.Select(norm => ChartPoint.Exact(norm, Math.Pow(slope * norm, Back)))],
        IsReference: true)
    {
        Colour = colour,
    };

    // An interrupted study may lack a place.
    private static double? MedianAt(IEnumerable<Measured> line, double norm)
    {
        double[] left = [.. line.Where(one => one.Piece.Norm == norm).Select(static one => one.Left)];
        return left.Length == 0 ? null : StudyFigures.Median(left);
    }

    private static ImmutableArray<string> Row(string name, double[] norms, Func<double, double?> value) =>
        [name, .. norms.Select(norm => NumberText.Of(value(norm)))];

    internal sealed record Piece(
        string Matrix, InitialisationScheme Scheme, ElmanActivation Activation, double Norm, ulong Seed)
    {
        public Measured Measure()
        {
            GradientProfile profile = new GradientProbe(Activation.Cell, HiddenSize, Back + 1)
            {
                Initialisation = new InitialisationOptions { Scheme = Scheme, Gain = Norm },
                InputScale = QuietInput,
            }.Measure(Seed);
            return new Measured(
                this,
                profile.Left(Back),
                profile.Recurrent.Radius,
                Math.Pow(Activation.Slope * profile.Recurrent.Norm, Back));
        }
    }

    internal sealed record Measured(Piece Piece, double Left, double Radius, double Bound);
}
