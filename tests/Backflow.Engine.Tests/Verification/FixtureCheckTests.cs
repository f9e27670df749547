using System.Collections.Immutable;
using Backflow.Engine.Kernels;
using Backflow.Engine.Tests.Fixtures;
using Backflow.Engine.Verification;

namespace Backflow.Engine.Tests.Verification;

public sealed class FixtureCheckTests
{
    private const string LstmName = "lstm_L2_I3_H5_T7_B2";

    public static TheoryData<string> Names => [.. FixtureFile.Names];

    [Fact]
    public void Names_RecordedCases_AreAllThere() => Assert.Equal(15, Names.Count);

    [Theory]
    [MemberData(nameof(Names))]
    public void Run_RecordedByPyTorch_TwinAndEngineAgree(string name)
    {
        FixtureFile file = FixtureFile.Read(name);
        FixtureCheckResult result = FixtureCheck.Run(file.Tensors, file.Metadata);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"| {name} | {result.WorstDouble.Deviation:E1} ({result.WorstDouble.Tensor}) "
            + $"| {result.WorstSingle.Deviation:E1} ({result.WorstSingle.Tensor}) |");
        AllWithinTolerance(name, result);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Run_NarrowerVectors_EngineAgrees(string name)
    {
        FixtureFile file = FixtureFile.Read(name);
        foreach (KernelSet kernels in KernelSet.All)
        {
            AllWithinTolerance(
                $"{name}, {kernels.VectorBits} bits", FixtureCheck.Run(file.Tensors, file.Metadata, kernels));
        }
    }

    [Fact]
    public void Run_Lstm_ComparesStatesAndTotalGradientsOfEveryLayer()
    {
        FixtureFile file = FixtureFile.Read(LstmName);
        ImmutableArray<string> compared =
            [.. FixtureCheck.Run(file.Tensors, file.Metadata).Tensors.Select(tensor => tensor.Name)];
        string[] inputs = ["x", "h0", "c0", "dy", "dhT", "dcT"];
        IEnumerable<string> parameters = file.Tensors.Keys.Where(
            name => name.StartsWith("weight", StringComparison.Ordinal)
                || name.StartsWith("bias", StringComparison.Ordinal));
        Assert.Equal(file.Tensors.Keys.Except(inputs).Except(parameters).Order(), compared.Order());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Run_OneExpectedEntryChanged_Fails(string name)
    {
        FixtureFile file = FixtureFile.Read(name);
        string changed = file.Tensors.Keys.Last(key =>
            key.StartsWith("grad.", StringComparison.Ordinal) || key == "jacobian");
        double[] values = file.Tensors[changed].Values.ToArray();
        values[^1] += 1e-4;
        FixtureCheckResult result = FixtureCheck.Run(
            With(file.Tensors, changed, file.Tensors[changed] with { Values = values }), file.Metadata);
        Assert.False(result.Passed);
        Assert.Equal((changed, values.Length - 1), (result.WorstDouble.Tensor, result.WorstDouble.Index));
    }

    [Theory]
    [InlineData("rnn-sigmoid", "rnn_sigmoid", 3, 17, 9, 4)]
    [InlineData("lstm", "lstm", 4, 33, 3, 1)]
    [InlineData("gru", "gru", 1, 1, 1, 1)]
    public void Run_OtherSizes_Passes(string cellName, string kind, int layers, int h, int t, int b)
    {
        CellDescription cell = Cells.Named(cellName);
        FixtureFile file = SyntheticFixture.Make(cell, kind, layers, inputSize: 6, h, t, b);
        FixtureCheckResult result = FixtureCheck.Run(file.Tensors, file.Metadata);
        AllWithinTolerance(kind, result);
        Assert.Equal((layers, h, t, b), (result.Layers, result.HiddenSize, result.SequenceLength, result.BatchSize));
    }

    [Fact]
    public void Run_AnyTensorMissing_NamesIt()
    {
        FixtureFile file = FixtureFile.Read(LstmName);
        foreach (string name in file.Tensors.Keys.Where(name => !IsOptional(name)))
        {
            Dictionary<string, FixtureTensor> tensors = new(file.Tensors);
            tensors.Remove(name);
            InvalidDataException exception =
                Assert.Throws<InvalidDataException>(() => FixtureCheck.Run(tensors, file.Metadata));
            Assert.Equal($"The tensor '{name}' is missing.", exception.Message);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Run_AnyShapeWrong_NamesTensorAndShape(string name)
    {
        FixtureFile file = FixtureFile.Read(name);
        foreach ((string key, FixtureTensor tensor) in file.Tensors.Where(entry => !IsUnread(entry.Key)))
        {
            FixtureTensor wrong = tensor with { Shape = [.. tensor.Shape, 1] };
            InvalidDataException exception = Assert.Throws<InvalidDataException>(
                () => FixtureCheck.Run(With(file.Tensors, key, wrong), file.Metadata));
            Assert.StartsWith($"The tensor '{key}' has shape [", exception.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("kind", "elman", "There is no fixture kind 'elman'.")]
    [InlineData("H", "-5", "The metadata say H = '-5'")]
    [InlineData("H", "five", "The metadata say H = 'five'")]
    [InlineData("T", "0", "The metadata say T = '0'")]
    [InlineData("B", "99999999999999999999", "The metadata say B = '99999999999999999999'")]
    [InlineData("H", "2000000000", "layers = 2, T = 7")]
    [InlineData("T", "2000000000", "layers = 2, T = 2000000000")]
    [InlineData("layers", "2000000000", "layers = 2000000000")]
    [InlineData("layers", "3", "The tensor 'weight_ih_l2' is missing.")]
    [InlineData("H", "6", "The tensor 'weight_ih_l0' has shape [20, 3]; expected [24, 3].")]
    public void Run_WrongMetadata_SaysWhat(string key, string value, string message)
    {
        FixtureFile file = FixtureFile.Read(LstmName);
        Dictionary<string, string> metadata = new(file.Metadata) { [key] = value };
        InvalidDataException exception =
            Assert.Throws<InvalidDataException>(() => FixtureCheck.Run(file.Tensors, metadata));
        Assert.StartsWith(message, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("kind")]
    [InlineData("H")]
    [InlineData("T")]
    [InlineData("I")]
    public void Run_MetadataMissing_NamesTheKey(string key)
    {
        FixtureFile file = FixtureFile.Read(LstmName);
        Dictionary<string, string> metadata = new(file.Metadata);
        metadata.Remove(key);
        InvalidDataException exception =
            Assert.Throws<InvalidDataException>(() => FixtureCheck.Run(file.Tensors, metadata));
        Assert.Equal($"The metadata lack '{key}'.", exception.Message);
    }

    [Fact]
    public void Run_FewerEntriesThanTheShape_SaysSo()
    {
        FixtureFile file = FixtureFile.Read(LstmName);
        FixtureTensor cut = file.Tensors["x"] with { Values = new double[3] };
        InvalidDataException exception =
            Assert.Throws<InvalidDataException>(() => FixtureCheck.Run(With(file.Tensors, "x", cut), file.Metadata));
        Assert.Equal("The tensor 'x' has 3 entries; its shape has 42.", exception.Message);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("grad.x")]
    public void Run_NotANumber_SaysWhere(string name)
    {
        FixtureFile file = FixtureFile.Read(LstmName);
        double[] values = file.Tensors[name].Values.ToArray();
        values[4] = double.NaN;
        FixtureTensor poisoned = file.Tensors[name] with { Values = values };
        InvalidDataException exception =
            Assert.Throws<InvalidDataException>(() =>
                FixtureCheck.Run(With(file.Tensors, name, poisoned), file.Metadata));
        Assert.StartsWith($"The tensor '{name}' holds NaN at entry 4", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("seedgru_L1_I3_H5_T7_B2")]
    [InlineData("jacobian_rnn_tanh_I8_H16_T20")]
    public void Run_TwoLayersWhereThereIsOne_SaysSo(string name)
    {
        FixtureFile file = FixtureFile.Read(name);
        Dictionary<string, string> metadata = new(file.Metadata) { ["layers"] = "2" };
        InvalidDataException exception =
            Assert.Throws<InvalidDataException>(() => FixtureCheck.Run(file.Tensors, metadata));
        Assert.Contains("has one layer", exception.Message, StringComparison.Ordinal);
    }

    // Trajectories are compared where they are there.
    private static bool IsOptional(string name) =>
        name.StartsWith("h_l", StringComparison.Ordinal) || name.StartsWith("c_l", StringComparison.Ordinal);

    // Singular values need a decomposition, which the engine does not have.
    private static bool IsUnread(string name) => name.StartsWith("singular_values", StringComparison.Ordinal);

    private static Dictionary<string, FixtureTensor> With(
        IReadOnlyDictionary<string, FixtureTensor> tensors, string name, FixtureTensor tensor) =>
        new(tensors) { [name] = tensor };

    private static void AllWithinTolerance(string name, FixtureCheckResult result)
    {
        foreach (FixtureComparison tensor in result.Tensors)
        {
            Assert.True(
                tensor.Double.Deviation <= FixtureCheck.DoubleTolerance, $"{name}, double twin: {tensor.Double}");
            Assert.True(
                tensor.Single.Deviation <= FixtureCheck.SingleTolerance, $"{name}, float engine: {tensor.Single}");
        }

        Assert.True(result.Passed);
    }
}
