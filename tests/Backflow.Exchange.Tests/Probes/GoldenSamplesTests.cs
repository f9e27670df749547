using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Backflow.Engine;
using Backflow.Exchange.Probes;
using Backflow.Telemetry;

namespace Backflow.Exchange.Tests.Probes;

/// <summary>
/// Samples that the probe took of PyTorch, beside a loop over cells in double that kept every gradient itself
/// (python/tests/make_golden.py).
/// </summary>
public sealed class GoldenSamplesTests
{
    // Of the largest norm: ordinary networks in floats.
    private const double FloatTolerance = 2e-6;

    // A network whose gradient grows 10⁵-fold, in floats.
    private const double ChaoticTolerance = 2e-5;

    // Products in bfloat16, which have eight bits, computed again in floats.
    private const double NarrowTolerance = 1e-3;

    // The twin in double, on what was observed in floats or in doubles.
    private const double SampleTolerance = 2e-6;
    private const double DoubleTolerance = 1e-10;

    private const string Chaotic = "rnn-exploding";

    private static readonly JsonSerializerOptions AllNumbers =
        new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    private static readonly string Folder = Path.Combine(RepositoryRoot.Path, "python", "tests", "golden");

    private static readonly string[] Names =
    [
        .. Directory.EnumerateFiles(Folder, "*.safetensors")
            .Select(static file => Path.GetFileNameWithoutExtension(file)!)
            .Where(static name => !name.StartsWith("context-", StringComparison.Ordinal))
            .Order(),
    ];

    public static TheoryData<string> Samples => [.. Names];

    public static TheoryData<string> OrdinarySamples => [.. Names.Where(static name => name != Chaotic)];

    [Fact]
    public void Samples_OfAllKinds_AreThere() => Assert.True(Samples.Count >= 12, $"{Samples.Count} in {Folder}");

    [Theory]
    [MemberData(nameof(Samples))]
    public void Analyse_Engine_HasTheGradientsOfALoopOverCells(string name) => AssertEngine(name, Folder);

    /// <summary>Networks like the golden ones, sampled now by the PyTorch of this machine.</summary>
    [Fact]
    public async Task Analyse_SamplesOfThePyTorchThatIsHere_HasTheGradientsOfALoopOverCells()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("backflow-probe-");
        try
        {
            await OutsideProgram.RunAsync(
                folder.FullName,
                OutsideProgram.Python,
                Path.Combine(RepositoryRoot.Path, "python", "tests", "make_golden.py"),
                folder.FullName);
            Assert.All(Names, name => AssertEngine(name, folder.FullName));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Analyse_TwinOfAChaoticNetwork_SaysThatItRunsAway()
    {
        using WorkerPool pool = new(threads: 1);
        ProbedLayer layer = Assert.Single(new ProbeAnalysis(pool).Analyse(
            ProbeFile.Read(Path.Combine(Folder, "rnn-exploding.safetensors"), isDouble: true)));
        Assert.Equal(ProbeTrust.Refused, layer.Trust);
        Assert.Contains("runs away from what a chaotic network did", layer.Reason, StringComparison.Ordinal);
        Assert.Empty(layer.HiddenGradientNorm);
    }

    [Theory]
    [InlineData("lstm-batch-first")]
    [InlineData("lstm-chunks")]
    [InlineData("gru-2-layers-dropout")]
    public void Analyse_Measured_WeightGradientsByTimestepBoundThoseOfPyTorch(string name)
    {
        using WorkerPool pool = new(threads: 1);
        ProbeSample sample = ProbeFile.Read(Path.Combine(Folder, name + ".safetensors"));
        foreach (ProbedLayer layer in new ProbeAnalysis(pool, measures: true).Analyse(sample))
        {
            string gradient = $"{layer.Module}.weight_hh_l{layer.Layer}";
            double whole = Math.Sqrt(sample.ParameterGradient<double>(gradient)!.Sum(static one => one * one));
            ImmutableArray<float> row = layer.Rows["recurrent-weight-gradient-norm"];
            Assert.Equal(layer.Lengths.Max(), row.Length);

            // The norm of a sum is at most the sum of norms, and equals it where one timestep has it all.
            Assert.InRange(whole, 1e-12, row.Sum() * (1 + 1e-5));
            string gate = layer.Kind.Cell.GateNames[0];
            Assert.All(layer.Rows[$"gate-mean:{gate}"], static mean => Assert.InRange(mean, 0, 1));
        }

        Assert.All(new ProbeAnalysis(pool).Analyse(sample), static layer => Assert.Empty(layer.Rows));
    }

    [Fact]
    public void Analyse_InTheBuffersOfOtherSamples_ChangesNoBit()
    {
        using WorkerPool pool = new(threads: 1);
        ProbeAnalysis kept = new(pool, measures: true);
        string[] alone = [.. Names.Select(name => Look(new ProbeAnalysis(pool, measures: true), name))];
        Assert.Equal(alone, Names.Select(name => Look(kept, name)));
        Assert.Equal(alone.Reverse(), Names.Reverse().Select(name => Look(kept, name)));
        Assert.Equal(alone.SelectMany(static one => new[] { one, one }), Names.SelectMany(name =>
            new[] { Look(kept, name), Look(kept, name) }));
    }

    // Every number that comes out, and the reach, whose pass goes back once more.
    private static string Look(ProbeAnalysis analysis, string name)
    {
        List<object?> shown = [];
        foreach (ProbedLayer layer in analysis.Analyse(
            analysis.Read(Path.Combine(Folder, name + ".safetensors")),
            (_, pass) => shown.Add(new GradientReach(pass).MeasureKept()?.Profile)))
        {
            shown.AddRange([layer.Trust, layer.OutputDeviation, layer.WeightGradientDeviation]);
            shown.AddRange([layer.HiddenGradientNorm, layer.CellGradientNorm, layer.Rows]);
        }

        return JsonSerializer.Serialize(shown, AllNumbers);
    }

    [Fact]
    public void Analyse_MeasuredWhereSequencesEndApart_HasNoRows()
    {
        using WorkerPool pool = new(threads: 1);
        Assert.All(
            new ProbeAnalysis(pool, measures: true).Analyse(
                ProbeFile.Read(Path.Combine(Folder, "rnn-bidirectional-packed.safetensors"))),
            static layer => Assert.Empty(layer.Rows));
    }

    [Theory]
    [MemberData(nameof(OrdinarySamples))]
    public void Analyse_Twin_HasTheGradientsOfALoopOverCells(string name)
    {
        bool isDouble = name.Contains("float64", StringComparison.Ordinal);
        AssertNorms(
            name,
            Folder,
            isDouble: true,
            isDouble ? DoubleTolerance : IsNarrow(name) ? NarrowTolerance : SampleTolerance);
    }

    private static void AssertEngine(string name, string folder) =>
        AssertNorms(
            name,
            folder,
            isDouble: false,
            name == Chaotic ? ChaoticTolerance : IsNarrow(name) ? NarrowTolerance : FloatTolerance);

    private static bool IsNarrow(string name) => name.Contains("bfloat16", StringComparison.Ordinal);

    private static void AssertNorms(string name, string folder, bool isDouble, double tolerance)
    {
        using WorkerPool pool = new(threads: 1);
        ProbeSample sample = ProbeFile.Read(Path.Combine(folder, name + ".safetensors"), isDouble);
        ProbedLayer[] layers = [.. new ProbeAnalysis(pool).Analyse(sample)];
        using JsonDocument expected =
            JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, name + ".expected.json")));
        JsonElement[] calls = [.. expected.RootElement.GetProperty("calls").EnumerateArray()];
        Assert.Equal(
            calls.Sum(static call => call.GetProperty("layers").GetArrayLength()),
            layers.Sum(static layer => layer.Calls.Length));
        foreach (ProbedLayer layer in layers)
        {
            // Calls that go on from one another are one sequence.
            JsonElement[] wanted =
            [
                .. layer.Calls.Select(call => calls[call].GetProperty("layers").EnumerateArray().Single(one =>
                    one.GetProperty("layer").GetInt32() == layer.Layer
                    && one.GetProperty("direction").GetString() == (layer.IsReverse ? "reverse" : "forward"))),
            ];
            Assert.All(layer.Calls, call => Assert.Equal(layer.Module, calls[call].GetProperty("name").GetString()));
            Assert.True(layer.Trust == ProbeTrust.Confirmed, $"{name}: {layer.Trust}, {layer.Reason}");
            AssertRow(name, Row(wanted, "hiddenGradientNorm")!, [.. layer.HiddenGradientNorm], tolerance);
            double[]? cell = Row(wanted, "cellGradientNorm");
            Assert.Equal(cell is not null, layer.CellGradientNorm is not null);
            if (cell is not null)
            {
                AssertRow(name, cell, [.. layer.CellGradientNorm!.Value], tolerance);
            }
        }
    }

    private static double[]? Row(JsonElement[] calls, string name) =>
        calls[0].GetProperty(name).ValueKind == JsonValueKind.Null ? null :
        [
            .. calls.SelectMany(call => call.GetProperty(name).EnumerateArray())
                .Select(static value => value.GetDouble()),
        ];

    private static void AssertRow(string name, double[] wanted, double[] actual, double tolerance)
    {
        Assert.Equal(wanted.Length, actual.Length);
        double largest = wanted.Max();
        for (int position = 0; position < wanted.Length; position++)
        {
            Assert.True(
                Math.Abs(wanted[position] - actual[position]) <= tolerance * largest,
                $"{name}, position {position}: {actual[position]:R} beside {wanted[position]:R}, largest {largest:R}");
        }
    }
}
