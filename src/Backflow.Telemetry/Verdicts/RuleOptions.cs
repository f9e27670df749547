namespace Backflow.Telemetry;

/// <summary>What can be set of one rule.</summary>
/// <param name="Threshold">What the rule compares with; its meaning is the rule's.</param>
/// <param name="Patience">Steps for which every measurement must be bad before the rule speaks.</param>
/// <param name="CoolDown">Steps of silence after it has spoken, for the same layer and gate; while nothing changes it
/// stays silent for longer.</param>
public sealed record RuleOptions(double Threshold, long Patience, long CoolDown = 500)
{
    /// <summary>The cool-down of a rule that speaks once.</summary>
    public const long Forever = long.MaxValue / 2;

    /// <summary>Whether the rule judges at all.</summary>
    public bool IsEnabled { get; init; } = true;
}
