using System.Collections.Immutable;
using System.Globalization;

namespace Backflow.Training;

/// <summary>What an option's value may be, and how a text becomes one.</summary>
public sealed class ValueRule
{
    private readonly Func<string, bool> _accepts = static _ => true;
    private readonly string _words = "a text";
    private Func<ImmutableArray<string>> _choices = static () => [];

    private ValueRule(Type type, string example)
    {
        Type = type;
        Example = example;
    }

    private ValueRule(string words, Func<string, bool> accepts, string example)
        : this(typeof(string), example)
    {
        _words = words;
        _accepts = accepts;
    }

    /// <summary>There or not: an option without a value.</summary>
    public static ValueRule Flag { get; } = new(typeof(bool), string.Empty);

    /// <summary>The type of a value: bool, int, long, ulong, double or string.</summary>
    public Type Type { get; }

    /// <summary>A value that works.</summary>
    public string Example { get; }

    /// <summary>The numbers that are allowed; null for other values.</summary>
    public OptionRange? Range { get; private init; }

    /// <summary>The words that are allowed; empty for other values.</summary>
    public ImmutableArray<string> Choices => _choices();

    /// <summary>Whether the value is a file or a folder.</summary>
    public bool IsPath { get; private init; }

    private bool AllowsNothing { get; init; }

    /// <summary>Words beyond <see cref="Choices"/>, too many to be listed.</summary>
    private Func<string, bool> IsOneMore { get; init; } = static _ => false;

    /// <summary>The allowed values as a part of a sentence: "from 1 to 64", "one of sgd, adam".</summary>
    public string Words => Range is OptionRange range ? range.Words
        : Choices.IsEmpty ? _words
        : $"one of {string.Join(", ", Choices)}";

    private bool IsWhole => Type == typeof(int) || Type == typeof(long) || Type == typeof(ulong);

    /// <summary>Whole numbers.</summary>
    /// <typeparam name="T">int, long or ulong.</typeparam>
    /// <param name="least">The smallest.</param>
    /// <param name="example">A value that works.</param>
    /// <param name="most">The largest; infinity for the type's own.</param>
    /// <returns>The rule.</returns>
    public static ValueRule Whole<T>(long least, string example, double most = double.PositiveInfinity)
        where T : struct => new(typeof(T), example) { Range = new OptionRange(least, most) };

    /// <summary>Real numbers.</summary>
    /// <param name="range">Which.</param>
    /// <param name="example">A value that works.</param>
    /// <returns>The rule.</returns>
    public static ValueRule Real(OptionRange range, string example) => new(typeof(double), example) { Range = range };

    /// <summary>One of several words.</summary>
    /// <param name="choices">The words.</param>
    /// <param name="example">One of them.</param>
    /// <returns>The rule.</returns>
    public static ValueRule OneOf(ImmutableArray<string> choices, string example) =>
        OneOf(() => choices, example);

    /// <summary>One of several words that may become more.</summary>
    /// <param name="choices">The words as they are now.</param>
    /// <param name="example">One of them.</param>
    /// <returns>The rule.</returns>
    public static ValueRule OneOf(Func<ImmutableArray<string>> choices, string example) =>
        new(typeof(string), example) { _choices = choices };

    /// <summary>One of several words, or of more than can be listed.</summary>
    /// <param name="choices">The words that are listed, as they are now.</param>
    /// <param name="isOneMore">Whether a word that is not listed is one all the same.</param>
    /// <param name="example">One of them.</param>
    /// <returns>The rule.</returns>
    public static ValueRule OneOf(
        Func<ImmutableArray<string>> choices, Func<string, bool> isOneMore, string example) =>
        new(typeof(string), example) { _choices = choices, IsOneMore = isOneMore };

    /// <summary>Any text.</summary>
    /// <param name="example">A value that works.</param>
    /// <returns>The rule.</returns>
    public static ValueRule Text(string example) => new(typeof(string), example);

    /// <summary>Any text, and none.</summary>
    /// <param name="example">A value that works.</param>
    /// <returns>The rule.</returns>
    public static ValueRule AnyText(string example) => new(typeof(string), example) { AllowsNothing = true };

    /// <summary>A text of some form.</summary>
    /// <param name="words">The form, as "a time such as 90s".</param>
    /// <param name="accepts">Whether a text has it.</param>
    /// <param name="example">A value that works.</param>
    /// <returns>The rule.</returns>
    public static ValueRule Form(string words, Func<string, bool> accepts, string example) =>
        new(words, accepts, example);

    /// <summary>A file or a folder.</summary>
    /// <param name="example">A value that works.</param>
    /// <returns>The rule.</returns>
    public static ValueRule Path(string example) => new(typeof(string), example) { IsPath = true };

    /// <summary>A value as text, written the same on every machine.</summary>
    /// <param name="value">A bool, a number or a string.</param>
    /// <returns>The text.</returns>
    public static string TextOf(object value) => Convert.ToString(value, CultureInfo.InvariantCulture)!;

    /// <summary>Reads a value.</summary>
    /// <param name="text">What was typed.</param>
    /// <param name="value">The value, of <see cref="Type"/>.</param>
    /// <param name="refusal">Why it is none.</param>
    /// <returns>Whether it is one.</returns>
    public bool TryRead(string text, out object value, out Refusal refusal)
    {
        refusal = default;
        value = text;
        if (Type == typeof(bool))
        {
            bool isTruth = text is "true" or "false";
            value = text == "true";
            refusal = isTruth ? default : new Refusal($"must be true or false, got '{text}'", "true");
            return isTruth;
        }

        if (IsWhole && StrictNumber.TryWhole(text, out Int128 whole))
        {
            if (TryNarrow(whole, out value))
            {
                return IsAllowed(value, text, out refusal);
            }

            refusal = new Refusal($"must be {Limits()}, got {text}", Example);
            return false;
        }

        if (Type == typeof(double) && StrictNumber.TryReal(text, out double real))
        {
            value = real;
            return IsAllowed(value, text, out refusal);
        }

        if (Range is not null)
        {
            refusal = NoNumber(text);
            return false;
        }

        return IsAllowed(value, $"'{text}'", out refusal);
    }

    /// <summary>Checks a value.</summary>
    /// <param name="value">A value of <see cref="Type"/>.</param>
    /// <param name="shown">The value as a message shows it.</param>
    /// <param name="refusal">Why it is not allowed.</param>
    /// <returns>Whether it is allowed.</returns>
    public bool IsAllowed(object value, string shown, out Refusal refusal)
    {
        bool isAllowed = Range is OptionRange range
            ? range.Contains(Convert.ToDouble(value, CultureInfo.InvariantCulture))
            : value is not string text
                || ((Choices.IsEmpty || Choices.Contains(text) || IsOneMore(text))
                    && (AllowsNothing || !IsEmpty(text)) && _accepts(text));
        string got = value is string typed && IsEmpty(typed) ? "an empty value" : shown;
        refusal = isAllowed ? default : new Refusal($"must be {Words}, got {got}", Example);
        return isAllowed;
    }

    // A file whose name is blanks is one that a script forgot.
    private bool IsEmpty(string text) => IsPath ? string.IsNullOrWhiteSpace(text) : text.Length == 0;

    private Refusal NoNumber(string text)
    {
        string[] guesses = [.. StrictNumber.Guesses(text, IsWhole).Where(guess => TryRead(guess, out _, out _))];
        string kind = !IsWhole ? "a number" : Type == typeof(ulong) ? "a whole number from 0" : "a whole number";
        string got = text.Trim().Length == 0 ? "an empty value" : $"'{text}'";
        return guesses.Length == 0
            ? new Refusal($"must be {kind}, got {got}", Example)
            : new Refusal($"must be {kind}, got {got}: write {string.Join(" or ", guesses)}", guesses[0]);
    }

    private bool TryNarrow(Int128 whole, out object value)
    {
        (Int128 least, Int128 most) = Type == typeof(int) ? (int.MinValue, int.MaxValue)
            : Type == typeof(long) ? (long.MinValue, long.MaxValue)
            : ((Int128)ulong.MinValue, (Int128)ulong.MaxValue);
        bool fits = whole >= least && whole <= most;
        value = !fits ? 0
            : Type == typeof(int) ? (int)whole
            : Type == typeof(long) ? (long)whole
            : (object)(ulong)whole;
        return fits;
    }

    private string Limits() => !double.IsPositiveInfinity(Range!.Most) ? Range.Words
        : Type == typeof(int) ? $"from {Range.Least} to {int.MaxValue}"
        : Type == typeof(long) ? $"from {Range.Least} to {long.MaxValue}"
        : $"from 0 to {ulong.MaxValue}";
}

/// <summary>Why a value is refused.</summary>
/// <param name="Problem">What follows the option's name: "must be at least 1, got 0".</param>
/// <param name="Suggestion">A value that works.</param>
public readonly record struct Refusal(string Problem, string Suggestion);
