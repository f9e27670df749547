using System.CommandLine;
using Backflow.Cli.Options;
using Backflow.Cli.Output;
using Xunit;

namespace Backflow.Cli.Tests.Options;

/// <summary>Every option with a value, of every command, refuses the same things in a sentence.</summary>
public sealed class StrictValueTests
{
    private static readonly string[] NoNumbers =
        ["0,004", "1,000", "NaN", "Infinity", "-inf", "0x10", " 5", "5 ", "1 000", "1_000", "+5", "", " ", "1e999",
            "5.", "٥", "1.2.3", "--"];

    public static TheoryData<string, string> NumericOptions
    {
        get
        {
            TheoryData<string, string> data = [];
            foreach ((string path, Option option) in ValueOptions().Where(static pair => IsNumeric(pair.Option)))
            {
                data.Add(path, option.Name);
            }

            return data;
        }
    }

    [Fact]
    public void Options_WithAValue_AreAllReadStrictly() => Assert.All(
        ValueOptions().Where(static pair => pair.Option.ValueType != typeof(string[])), static pair =>
            Assert.True(pair.Option is IListedOption, $"{pair.Path} {pair.Option.Name}"));

    [Theory]
    [MemberData(nameof(NumericOptions))]
    public void NumericOption_NoNumber_IsRefusedInASentence(string path, string option)
    {
        RootCommand root = Program.CreateRoot();
        foreach (string text in NoNumbers.Where(static text => text is not "5." and not "--"))
        {
            ParseResult parsed = root.Parse([.. Words(path, option), text]);
            Assert.True(
                parsed.Errors.Any(error => error.Message.StartsWith($"{option} must be ", StringComparison.Ordinal)
                    && error.Message.EndsWith('.')),
                $"{path} {option} '{text}': {string.Join(" | ", parsed.Errors)}");
        }
    }

    [Theory]
    [MemberData(nameof(NumericOptions))]
    public void NumericOption_GivenTwice_IsRefusedInASentence(string path, string option)
    {
        ParseResult parsed = Program.CreateRoot().Parse([.. Words(path, option), "5", option, "9"]);
        Assert.Contains(parsed.Errors, error => ErrorReport.Say(error) == $"{option} was given 2 times; give it once.");
    }

    [Theory]
    [InlineData("0,004", "write 0.004")]
    [InlineData("1,000", "write 1.000 or 1000")]
    [InlineData("12,5", "write 12.5")]
    [InlineData("1,234.5", "write 1234.5")]
    [InlineData("+5", "write 5")]
    [InlineData("1_000", "write 1000")]
    [InlineData("0x10", "write 16")]
    public void RealOption_NearlyANumber_SaysWhatToWrite(string text, string advice)
    {
        ParseResult parsed = Program.CreateRoot().Parse(["train", "--lr", text]);
        Assert.Contains(parsed.Errors, error =>
            error.Message == $"--learning-rate must be a number, got '{text}': {advice}.");
    }

    [Theory]
    [InlineData("1,000", "write 1000")]
    [InlineData("1e3", "write 1000")]
    [InlineData("64.0", "write 64")]
    public void WholeOption_NearlyANumber_SaysWhatToWrite(string text, string advice)
    {
        ParseResult parsed = Program.CreateRoot().Parse(["train", "--steps", text]);
        Assert.Contains(parsed.Errors, error =>
            error.Message == $"--steps must be a whole number, got '{text}': {advice}.");
    }

    [Theory]
    [InlineData("-0", "--weight-decay")]
    [InlineData("-0.0", "--dropout")]
    [InlineData("-0", "--flossing")]
    public void Option_MinusZero_IsZero(string text, string option) =>
        Assert.Equal(0, Convert.ToDouble(
            Program.CreateRoot().Parse(["train", option, text]).GetValue<object?>(option),
            System.Globalization.CultureInfo.InvariantCulture));

    // A port is asked for together with a dashboard.
    private static string[] Words(string path, string option) =>
        [.. path.Split(' '), .. option == "--port" && path != "dashboard" ? (string[])["--dashboard"] : [], option];

    private static bool IsNumeric(Option option)
    {
        Type type = option is RowOption row ? row.Row.Values.Type
            : Nullable.GetUnderlyingType(option.ValueType) ?? option.ValueType;
        return type == typeof(int) || type == typeof(long) || type == typeof(ulong) || type == typeof(double);
    }

    private static IEnumerable<(string Path, Option Option)> ValueOptions() =>
        Below(Program.CreateRoot(), string.Empty);

    private static IEnumerable<(string Path, Option Option)> Below(Command command, string path) => command.Options
        .Where(static option => option.Arity.MaximumNumberOfValues > 0 && option.ValueType != typeof(bool))
        .Select(option => (path, option))
        .Concat(command.Subcommands.SelectMany(child => Below(child, $"{path} {child.Name}".Trim())));
}
