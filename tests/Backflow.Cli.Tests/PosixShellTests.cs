using System.Diagnostics;
using System.Text;
using Backflow.Engine;
using Xunit;

namespace Backflow.Cli.Tests;

/// <summary>Quoted words against a real shell.</summary>
public sealed class PosixShellTests
{
    private const int Words = 2000;
    private const int LongestWord = 12;
    private const string Letters = "ab -_=~!#$%^&*()[]{}<>|;:'\"`\\/?,.\n\t@+éλ🙂";

    [Fact]
    public void Quote_AnyWord_ArrivesAsItIs()
    {
        string[] words = [.. Edges(), .. Drawn()];
        using Process shell = Process.Start(new ProcessStartInfo("sh", "-s")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            StandardInputEncoding = new UTF8Encoding(false),
            StandardOutputEncoding = Encoding.UTF8,
        })!;
        shell.StandardInput.Write($"printf '%s\\036' {PosixShell.Quote(words)}\n");
        shell.StandardInput.Close();
        string[] arrived = shell.StandardOutput.ReadToEnd().Split('\u001e');
        shell.WaitForExit();

        Assert.Equal(0, shell.ExitCode);
        Assert.Equal([.. words, string.Empty], arrived);
    }

    [Fact]
    public void Words_OfAQuotedCommand_AreThoseThatWereQuoted()
    {
        string[] words = [.. Edges(), .. Drawn()];
        Assert.Equal(words, PosixShell.Words(PosixShell.Quote(words)));
    }

    [Theory]
    [InlineData("--name", "plain", "--name plain")]
    [InlineData("--name", "--steps", "--name=--steps")]
    [InlineData("--name", "-h", "--name=-h")]
    [InlineData("--forget-bias", "-3", "--forget-bias -3")]
    [InlineData("--store", "-a b.db", "'--store=-a b.db'")]
    public void Option_ValueThatCouldBeAnOption_IsJoined(string option, string value, string words) =>
        Assert.Equal(words, PosixShell.Quote(PosixShell.Option(option, value)));

    [Theory]
    [InlineData("--store x.db", true)]
    [InlineData("'--store=-a b.db'", true)]
    [InlineData("--name 'my --store x'", false)]
    [InlineData("--name=--store", false)]
    [InlineData("--stores 3", false)]
    public void NamesAStore_Command_LooksAtItsWords(string end, bool named) =>
        Assert.Equal(named, CommandName.NamesAStore($"backflow train {end}"));

    [Theory]
    [InlineData("runs/backflow.db")]
    [InlineData("--learning-rate")]
    [InlineData("vanishing-over-time.threshold=1e-5")]
    [InlineData("rnn,lstm")]
    public void Quote_PlainWord_StaysReadable(string word) => Assert.Equal(word, PosixShell.Quote(word));

    private static IEnumerable<string> Edges() =>
        ["", " ", "'", "''", "\"", "\\", "\n", "~", "~root", "=ls", "a=b", "-n", "$(exit 3)", "`exit 3`", "a;b.db",
            "!!", "*", "#a"];

    private static IEnumerable<string> Drawn()
    {
        SplittableRandom random = new(12);
        Rune[] letters = [.. Letters.EnumerateRunes()];
        for (int i = 0; i < Words; i++)
        {
            yield return string.Concat(Enumerable.Range(0, random.NextInt32(LongestWord))
                .Select(_ => letters[random.NextInt32(letters.Length)]));
        }
    }
}
