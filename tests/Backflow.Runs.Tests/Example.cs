using Backflow.Runs.Manifest;

namespace Backflow.Runs.Tests;

/// <summary>A run as training describes it.</summary>
internal static class Example
{
    /// <summary>Makes a store what the first version of its format was.</summary>
    public const string ToFirstVersion =
        "ALTER TABLE run DROP COLUMN pinned;" + WithoutThird + "PRAGMA user_version = 1;";

    /// <summary>Makes a store what the second version of its format was.</summary>
    public const string ToSecondVersion = WithoutThird + "PRAGMA user_version = 2;";

    private const string WithoutThird = """
        ALTER TABLE run DROP COLUMN kind;
        ALTER TABLE run DROP COLUMN belongs_to;
        ALTER TABLE run DROP COLUMN paused;
        ALTER TABLE run DROP COLUMN tags;
        ALTER TABLE run DROP COLUMN note;
        DROP TABLE request;
        """;

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
