using Backflow.Runs.Manifest;

namespace Backflow.Runs.Tests;

/// <summary>A run as training describes it.</summary>
internal static class Example
{
    public const ulong Seed = 0xFEDC_BA98_7654_3210;

    public static RunDescription Description(string prefix = "lstm", string? name = null) => new()
    {
        Prefix = prefix,
        Name = name,
        Task = "adding",
        Cell = "lstm",
        ConfigurationJson = """{"hiddenSize":64}""",
        Seed = Seed,
        ProductVersion = "0.1.0",
        Machine = "Linux x64, 2 cores",
        CommandLine = "backflow train --task adding",
    };
}
