using Backflow.FormatFuzz;

namespace Backflow.Exchange.Tests;

/// <summary>A small count of what a million damaged files of each format are read for.</summary>
public sealed class DamagedFilesTests
{
    private const int Mutations = 10_000;

    public static TheoryData<string> Formats => [.. FuzzedFormat.All.Select(static format => format.Name)];

    [Theory]
    [MemberData(nameof(Formats))]
    public void Read_DamagedFiles_GivesAValueOrARefusal(string name)
    {
        FuzzedFormat format = FuzzedFormat.All.Single(format => format.Name == name);
        FuzzedFormat.Outcome outcome = format.Run(format.Files(RepositoryRoot.Path), Mutations, seed: 1);
        Assert.Equal(Mutations, outcome.Read + outcome.Refused);
        Assert.True(outcome.Read > 0 && outcome.Refused > 0, $"{outcome}");
    }
}
