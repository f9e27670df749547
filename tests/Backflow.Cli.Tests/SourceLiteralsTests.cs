using Xunit;

namespace Backflow.Cli.Tests;

public sealed class SourceLiteralsTests
{
    [Fact]
    public void Of_EveryKindOfLiteral_IsFoundAndCommentsAreNot() => Assert.Equal(
        ["a", "b \\\" c", "d \"\" e", "f", "\n    g \"h\"\n    ", "--i {j}"],
        SourceLiterals.Of("""""
            // "comment"
            /// <summary>"doc" --x</summary>
            string one = "a" + "b \" c" + @"d "" e" + $@"f"; /* "no" */
            char quote = '"';
            string raw = """
                g "h"
                """;
            string option = $"--i {j}";
            """"").Select(static text => text.Replace("            ", string.Empty, StringComparison.Ordinal)));
}
