using System.Collections.Immutable;
using System.Reflection;
using System.Text.RegularExpressions;
using Backflow.Engine;
using Backflow.Telemetry;
using Xunit;

namespace Backflow.Training.Tests.Options;

public sealed partial class TrainingOptionsTests
{
    // SentenceCharacters: the size of the generated text, which tests make small; TaskOptions: a row for each of them;
    // Characters: what an imported network knows.
    private static readonly ImmutableArray<string> WithoutRow =
    [
        nameof(TrainingConfiguration.SentenceCharacters), nameof(TrainingConfiguration.TaskOptions),
        nameof(TrainingConfiguration.Characters),
    ];

    public static TheoryData<string> Rows => [.. TrainingOptions.All.Select(static row => row.Name)];

    [Fact]
    public void All_EveryPropertyHasOneRow() => Assert.Equal(
        typeof(TrainingConfiguration).GetProperties(BindingFlags.Instance | BindingFlags.Public)
            .Select(static property => property.Name).Except(WithoutRow).Order(StringComparer.Ordinal),
        TrainingOptions.All.Where(static row => !row.IsOfTasks).Select(static row => row.Property)
            .Order(StringComparer.Ordinal));

    [Fact]
    public void All_NamesAndAliases_AreUnique()
    {
        string[] names = [.. TrainingOptions.All.SelectMany(static row => row.Aliases.Append(row.Name))];
        Assert.Equal(names.Length, names.Distinct().Count());
        Assert.All(names, static name => Assert.Matches(Name(), name));
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Row_ItsExample_IsAllowedAndKept(string name)
    {
        TrainingOption row = TrainingOptions.Named(name)!;
        if (row.Values.Type == typeof(bool))
        {
            Assert.Equal(true, row.ValueIn(row.With(new TrainingConfiguration(), true)));
            return;
        }

        TrainingConfiguration changed = row.With(new TrainingConfiguration(), row.Read(row.Values.Example));
        Assert.Equal([row.Values.Example], row.TextsIn(changed));
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Row_Help_IsSentences(string name) =>
        Assert.Matches(HelpText(), TrainingOptions.Named(name)!.Help.ToString());

    [Fact]
    public void Validate_PropertyOutOfRange_NamesTheProperty()
    {
        ExperimentException refused = Assert.Throws<ExperimentException>(
            static () => TrainingOptions.Validate(new TrainingConfiguration { LearningRate = -1 }));
        Assert.Equal("LearningRate must be above 0, got -1.", refused.Message);
        Assert.Equal("Set LearningRate = 0.003.", refused.Remedy);
        Assert.Equal("the rate must be above 0, got -1.", refused.SaidMessage.Say(static _ => "the rate"));
    }

    [Theory]
    [InlineData(nameof(TrainingConfiguration.LearningRate), double.NaN, "LearningRate must be above 0, got NaN.")]
    [InlineData(nameof(TrainingConfiguration.Dropout), 1.0, "Dropout must be at least 0 and below 1, got 1.")]
    [InlineData(nameof(TrainingConfiguration.Chrono), 1.0, "Chrono must be at least 2, got 1.")]
    [InlineData(nameof(TrainingConfiguration.ForgetBias), double.PositiveInfinity,
        "ForgetBias must be a finite number, got Infinity.")]
    [InlineData(nameof(TrainingConfiguration.Optimizer), "adamax",
        "Optimizer must be one of sgd, rmsprop, adam, adamw, got 'adamax'.")]
    [InlineData(nameof(TrainingConfiguration.Flossing), 200,
        "Flossing must be from 0 to 128, the units of a layer, got 200.")]
    [InlineData(nameof(TrainingConfiguration.Task), "copy",
        "Task must be one of text, sentences, copy-memory, adding, ")]
    public void Validate_WrongValue_SaysWhatIsAllowed(string property, object value, string sentence)
    {
        TrainingConfiguration wrong = TrainingOptions.OfProperty(property)!.With(new TrainingConfiguration(), value);
        Assert.StartsWith(
            sentence, Assert.Throws<ExperimentException>(() => TrainingOptions.Validate(wrong)).Message,
                StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_DefaultsOfEveryTask_AreFine() => Assert.All(
        Backflow.Training.Tasks.Sequences.TaskCatalogue.Names.Append(null), static task =>
            TrainingOptions.Validate(TrainingOptions.DefaultsOf(task)));

    // What rules propose is of another project, which knows properties by their name alone.
    [Fact]
    public void Remedies_EverySetting_IsARowAndAllowed()
    {
        VerdictContext context = new() { Cells = [Cells.Lstm], SequenceLength = 20 };
        IEnumerable<MethodInfo> makers = typeof(Remedy)
            .Assembly.GetType("Backflow.Telemetry.Remedies", throwOnError: true)!
            .GetMethods(BindingFlags.Static | BindingFlags.Public)
            .Where(static method => method.ReturnType == typeof(Remedy) && method.GetParameters().All(
                static one => one.ParameterType == typeof(double) || one.ParameterType == typeof(VerdictContext)));
        Setting[] settings = [.. makers.SelectMany(maker => ((Remedy)maker.Invoke(
            null,
            [.. maker.GetParameters()
                .Select(parameter => parameter.ParameterType == typeof(double) ? 3.0 : (object)context)])!).Settings)];
        Assert.True(settings.Length > 10, "The remedies were not found.");
        Assert.All(settings, static setting => TrainingOptions.With(new TrainingConfiguration(), setting));
    }

    [GeneratedRegex("^[a-z]+(-[a-z]+)*$")]
    private static partial Regex Name();

    [GeneratedRegex(@"^\p{L}.+\.$")]
    private static partial Regex HelpText();
}
