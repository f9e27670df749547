using System.Globalization;
using System.Runtime.CompilerServices;

namespace Backflow.Training;

/// <summary>A sentence that names settings: by their property here, and by another name where a person knows
/// one.</summary>
/// <remarks>
/// Written as an interpolated string in which a setting has the format <c>setting</c>:
/// <code>
/// $"{nameof(Dropout):setting} must be below 1, got {dropout}."
/// </code>
/// Numbers are written the same on every machine.
/// </remarks>
[InterpolatedStringHandler]
public sealed class Sentence
{
    private const string SettingFormat = "setting";

    private readonly List<(string Text, bool IsSetting)> _parts;

    /// <summary>Begins a sentence; the compiler calls it for an interpolated string.</summary>
    /// <param name="literalLength">Characters outside the braces.</param>
    /// <param name="formattedCount">Pairs of braces.</param>
    public Sentence(int literalLength, int formattedCount) =>
        _parts = new List<(string Text, bool IsSetting)>((2 * formattedCount) + (literalLength > 0 ? 1 : 0));

    /// <summary>A sentence that names no setting.</summary>
    /// <param name="text">The sentence.</param>
    public static implicit operator Sentence(string text) => FromString(text);

    /// <summary>The properties of the settings that the sentence names, in their order.</summary>
    public IEnumerable<string> Settings =>
        _parts.Where(static part => part.IsSetting).Select(static part => part.Text);

    /// <summary>A sentence that names no setting.</summary>
    /// <param name="text">The sentence.</param>
    /// <returns>The sentence.</returns>
    public static Sentence FromString(string text)
    {
        Sentence sentence = new(text.Length, 0);
        sentence.AppendLiteral(text);
        return sentence;
    }

    /// <summary>Settings with commas between them.</summary>
    /// <param name="properties">Their properties.</param>
    /// <returns>The list, as a part of a sentence.</returns>
    public static Sentence ListOf(IEnumerable<string> properties)
    {
        Sentence list = new(0, 0);
        foreach (string property in properties)
        {
            list.AppendLiteral(list._parts.Count == 0 ? string.Empty : ", ");
            list.AppendFormatted(property, SettingFormat);
        }

        return list;
    }

    /// <summary>Adds what stands outside the braces.</summary>
    /// <param name="text">Plain text, in which no setting is named.</param>
    public void AppendLiteral(string text) => _parts.Add((text, false));

    /// <summary>Adds a text, or the name of a setting.</summary>
    /// <param name="text">The text, or a property.</param>
    /// <param name="format">"setting" for a property.</param>
    public void AppendFormatted(string? text, string? format = null) =>
        _parts.Add((text ?? string.Empty, format == SettingFormat));

    /// <summary>Adds another sentence as a part of this one.</summary>
    /// <param name="sentence">The other sentence.</param>
    public void AppendFormatted(Sentence sentence) => _parts.AddRange(sentence._parts);

    /// <summary>Adds a number.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <param name="value">The number.</param>
    /// <param name="format">A format of .NET.</param>
    public void AppendFormatted<T>(T value, string? format = null)
        where T : IFormattable => AppendLiteral(value.ToString(format, CultureInfo.InvariantCulture));

    /// <summary>Adds a number that may be missing.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <param name="value">The number; null adds nothing.</param>
    /// <param name="format">A format of .NET.</param>
    public void AppendFormatted<T>(T? value, string? format = null)
        where T : struct, IFormattable =>
            AppendLiteral(value?.ToString(format, CultureInfo.InvariantCulture) ?? string.Empty);

    /// <summary>The sentence with names that a person knows.</summary>
    /// <param name="nameOf">The name of a property.</param>
    /// <returns>The text.</returns>
    public string Say(Func<string, string> nameOf) =>
        string.Concat(_parts.Select(part => part.IsSetting ? nameOf(part.Text) : part.Text));

    /// <summary>The sentence with the names of properties.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => Say(static property => property);
}
