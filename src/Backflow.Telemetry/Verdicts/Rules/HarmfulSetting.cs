using System.Collections.Immutable;

namespace Backflow.Telemetry;

/// <summary>Rule <c>harmful-setting</c>: a setting takes away what is learnt or seen, whatever the data.</summary>
/// <remarks>
/// Read from the settings with the first loss: nothing has to be measured for it, and no measurement names the setting.
/// </remarks>
internal sealed class HarmfulSetting(MeasuredColumn column, VerdictState state)
    : VerdictRule(Description, column, state)
{
    private ImmutableArray<SettingHarm>? _harms;

    public static RuleDescription Description { get; } = new()
    {
        Name = "harmful-setting",
        Severity = VerdictSeverity.Warning,
        Metric = LossExploding.MetricName,
        FiresWhen = "at the first loss: one of 0.1 ÷ the share of units that dropout leaves; the share of a weight "
            + "that weight decay takes in one step ÷ 0.05 (Adam, RMSprop: λ ÷ 1); 5 ÷ timesteps of a text's window "
            + "without carried state > θ",
        Defaults = new RuleOptions(1, 0, RuleOptions.Forever),
        Source = "own: far outside what is used (dropout 0.2 to 0.5, decay 0 to 0.1, windows of 35 and more)",
        Proposes = "dropout 0.2, weight decay 0.01 (Adam, RMSprop: 0.0001), windows of 64",
        Create = static (column, state) => column is { IsRow: false, Metric: LossExploding.MetricName }
            ? new HarmfulSetting(column, state) : null,
    };

    // Settings do not change while a run is judged: once is enough, and later steps allocate nothing.
    private ImmutableArray<SettingHarm> Harms => _harms ??= SettingHarm.Of(Context, Threshold);

    protected override Finding Judge(long step, double value) =>
        Harms.IsEmpty ? Finding.Healthy : Finding.Unhealthy(Harms[0].Excess);

    protected override string Meaning(in Finding finding) =>
        string.Join(' ', Harms.Select(static harm => harm.Meaning));

    protected override ImmutableArray<Remedy> Proposals() => Harms.Length < 2
        ? [.. Harms.Select(static harm => harm.Remedy)]
        :
        [
            new(
                string.Join(", ", Harms.Select(static harm => harm.Remedy.Text)),
                [.. Harms.SelectMany(static harm => harm.Remedy.Settings)]),
        ];
}
