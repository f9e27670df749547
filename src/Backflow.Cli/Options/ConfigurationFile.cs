using System.Collections.Immutable;
using System.Text;
using Backflow.Telemetry;
using Backflow.Training;
using Backflow.Training.Texts;
using Tomlyn;
using Tomlyn.Model;

namespace Backflow.Cli.Options;

/// <summary>A training's options as a TOML file: one key per option, under its name on the command line.</summary>
internal static class ConfigurationFile
{
    private const int NearNames = 3;
    private const int MaximumLength = 1_000_000;

    /// <summary>An option and its value in a file.</summary>
    /// <param name="Row">The option.</param>
    /// <param name="Value">The value, of the type that the option takes.</param>
    internal sealed record Entry(TrainingOption Row, object Value);

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>What it sets, in the order of the rows.</returns>
    /// <exception cref="ExperimentException">It cannot be read, or says something that no option takes.</exception>
    public static ImmutableArray<Entry> Read(string path) => EntriesOf(ReadTable(path), path);

    /// <summary>Reads a file of TOML.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Its keys and values.</returns>
    /// <exception cref="ExperimentException">It cannot be read, or is none.</exception>
    public static TomlTable ReadTable(string path)
    {
        string text;
        try
        {
            text = ReadBounded(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ExperimentException(
                $"{path} cannot be read: {failure.Message}", "Make one with 'backflow train --print-config'.", failure);
        }

        return TableOf(text, path);
    }

    // A device or a text that was named by mistake is not read to its end.
    private static string ReadBounded(string path)
    {
        using StreamReader reader = new(InputFile.Open(path));
        char[] content = new char[MaximumLength + 1];
        int length = reader.ReadBlock(content);
        return length <= MaximumLength ? new string(content, 0, length)
            : throw new ExperimentException(
                $"{path} has more than {NumberText.Count(MaximumLength)} characters, which no file of options has.",
                "Make one with 'backflow train --print-config'.");
    }

    /// <summary>Reads the text of a file.</summary>
    /// <param name="text">Lines of TOML.</param>
    /// <param name="name">The file's name in messages.</param>
    public static ImmutableArray<Entry> Parse(string text, string name) => EntriesOf(TableOf(text, name), name);

    /// <summary>Reads options with a value each.</summary>
    /// <param name="pairs">Keys and values of TOML.</param>
    /// <param name="name">The file's name in messages.</param>
    /// <returns>What they set, in the order of the rows.</returns>
    public static ImmutableArray<Entry> EntriesOf(IEnumerable<KeyValuePair<string, object>> pairs, string name) =>
    [
        .. pairs.Select(pair => new Entry(RowOf(pair.Key, name), ValueOf(RowOf(pair.Key, name), pair.Value, name)))
            .OrderBy(static entry => TrainingOptions.All.IndexOf(entry.Row)),
    ];

    /// <summary>The option of a name.</summary>
    /// <param name="key">The name.</param>
    /// <param name="name">The file's name in messages.</param>
    /// <exception cref="ExperimentException">There is none; the message lists the nearest.</exception>
    public static TrainingOption RowOf(string key, string name) => TrainingOptions.Named(key)
        ?? throw new ExperimentException(
        $"{name}: '{key}' is no option of a training; nearest are {string.Join(", ", NamesNear(key))}.",
        "'backflow train --help' lists the options; a file has them without the dashes.");

    private static TomlTable TableOf(string text, string name)
    {
        try
        {
            return TomlSerializer.Deserialize<TomlTable>(text) ?? [];
        }
        catch (TomlException failure)
        {
            throw new ExperimentException(
                $"{name} is no TOML: {failure.Message}", "Write one option a line, such as: hidden-size = 64", failure);
        }
    }

    /// <summary>Writes a configuration: what differs from a default, and every option that has an effect.</summary>
    /// <param name="configuration">What a command with the file is to train.</param>
    /// <param name="isAsked">Whether an option belongs to the command.</param>
    public static string Write(TrainingConfiguration configuration, Func<TrainingOption, bool> isAsked)
    {
        StringBuilder file = new();
        string? group = null;
        foreach (TrainingOption row in TrainingOptions.All.Where(isAsked))
        {
            ImmutableArray<string> texts = row.TextsIn(configuration);
            bool isDefaultOfMachine = row.IsOfTheMachine && texts is [string count]
                && count == Text(Environment.ProcessorCount);
            bool isSilent = row.Values.Type == typeof(bool) && !(bool)row.ValueIn(configuration)!;
            if (texts.IsEmpty || isDefaultOfMachine || isSilent
                || (TrainingOptions.WhyIdle(row, configuration) is not null
                && !TrainingOptions.IsChanged(configuration, row)))
            {
                continue;
            }

            if (row.Group != group)
            {
                file.Append(group is null ? string.Empty : "\n").Append("# ").Append(row.Group).Append('\n');
                group = row.Group;
            }

            file.Append(row.Name).Append(" = ").Append(Toml(row, texts)).Append('\n');
        }

        return file.ToString();
    }

    private static object ValueOf(TrainingOption row, object value, string name)
    {
        if (row.Values.Type == typeof(bool))
        {
            return value is bool ? value
                : throw Misfit($"{name}: {row.Name} must be true or false.", $"{row.Name} = true");
        }

        string[] texts = value is TomlArray list
            ? [.. list.Select(static one => Text(one!))]
            : [Text(value)];
        if (texts.Length == 0 && row.IsList)
        {
            return ImmutableArray<string>.Empty;
        }

        if (value is bool or TomlTable or TomlTableArray || (value is TomlArray && !row.IsList) || texts.Length == 0)
        {
            throw Misfit($"{name}: {row.Name} must be {row.Values.Words}.",
                $"{row.Name} = {Toml(row, [row.Values.Example])}");
        }

        try
        {
            return row.Read(row.IsList && !row.IsRepeated ? [string.Join(',', texts)] : texts);
        }
        catch (ExperimentException refused)
        {
            throw Misfit(
                $"{name}: {refused.SaidMessage.Say(_ => row.Name)}",
                $"{row.Name} = {Toml(row, [refused.Settings[0].Value])}");
        }
    }

    private static ExperimentException Misfit(string message, string line) => new(message, $"Write: {line}");

    private static IEnumerable<string> NamesNear(string key) => TrainingOptions.All
        .Select(static row => row.Name)
        .OrderBy(name => Spelling.Distance(name, key))
        .Take(NearNames);

    private static string Toml(TrainingOption row, ImmutableArray<string> texts) =>
        row.IsRepeated ? $"[{string.Join(", ", texts.Select(Quoted))}]"
        : row.Values.Type == typeof(string) ? Quoted(texts[0])
        : row.Values.Type == typeof(bool) ? "true"
        : row.Values.Type == typeof(ulong) && texts[0].Length > 18 ? Quoted(texts[0])
        : texts[0];

    // A basic string of TOML.
    private static string Quoted(string text)
    {
        StringBuilder quoted = new("\"");
        foreach (char c in text)
        {
            quoted.Append(c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                < ' ' or '\u007f' => $"\\u{(int)c:x4}",
                _ => c.ToString(),
            });
        }

        return quoted.Append('"').ToString();
    }

    private static string Text(object value) => ValueRule.TextOf(value);
}
