using System.Collections.Immutable;
using Backflow.Experiments.Verification;
using Backflow.Tensors;
using Xunit;

namespace Backflow.Experiments.Tests.Verification;

public sealed class GradientChecksTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("backflow-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void CheckFixtures_FilesThatCannotBeRead_AreRowsThatFailedAndSayWhy()
    {
        File.WriteAllBytes(PathOf("damaged"), [1, 2, 3]);
        Write("other", Tensor.FromDoubles("x", [1], [0.5]), kind: "elman");
        Write("whole", Tensor.FromInt64s("x", [1], [1]), kind: "lstm");

        ImmutableArray<string> files = GradientChecks.FindFixtures(_folder);
        GradientCheckRow[] rows =
            [.. GradientChecks.CheckFixtures(files, TestContext.Current.CancellationToken)];

        Assert.Equal(["damaged", "other", "whole"], rows.Select(static row => row.Subject));
        Assert.All(rows, static row => Assert.False(row.Passed));
        Assert.Contains("damaged.safetensors", rows[0].Failure, StringComparison.Ordinal);
        Assert.Contains("There is no fixture kind 'elman'.", rows[1].Failure, StringComparison.Ordinal);
        Assert.Contains("Tensor x is of type I64", rows[2].Failure, StringComparison.Ordinal);
    }

    private void Write(string name, Tensor tensor, string kind)
    {
        using FileStream stream = File.Create(PathOf(name));
        SafetensorsFile.Write(stream, [tensor], new Dictionary<string, string> { ["kind"] = kind });
    }

    private string PathOf(string name) => Path.Combine(_folder, $"{name}.safetensors");
}
