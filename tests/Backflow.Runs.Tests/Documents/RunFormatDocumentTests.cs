using System.Text.RegularExpressions;
using Backflow.Runs.Store;

namespace Backflow.Runs.Tests.Documents;

public sealed partial class RunFormatDocumentTests
{
    private static readonly string Document =
        File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "run-format.md"));

    [Fact]
    public void Schema_Document_IsTheSchemaOfTheCode() => Assert.Equal(
        StoreSchema.Sql.ReplaceLineEndings("\n"),
        SqlBlock().Match(Document).Groups["sql"].Value.ReplaceLineEndings("\n"));

    [Fact]
    public void Version_Document_IsTheVersionOfTheCode()
    {
        Assert.Contains($"is the version of the format: {StoreSchema.Version}.", Document, StringComparison.Ordinal);
        Assert.Contains($"is 0x{StoreSchema.ApplicationId:X}", Document, StringComparison.Ordinal);
    }

    [Fact]
    public void Schema_Code_IsTheSchemaOfANewStore()
    {
        using TemporaryFolder folder = new();
        folder.Open().Dispose();
        string stored = (string)folder.Sql(
            """
            SELECT group_concat(sql || ';', char(10, 10)) FROM
                (SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY rowid);
            """)!;
        Assert.Equal(StoreSchema.Sql.ReplaceLineEndings("\n"), stored.ReplaceLineEndings("\n"));
    }

    [GeneratedRegex("```sql\n(?<sql>.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex SqlBlock();
}
