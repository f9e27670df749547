using System.Collections.Immutable;

namespace Backflow.Telemetry;

/// <summary>Every rule, in the order of the table in docs/verdicts.md.</summary>
public static class VerdictCatalogue
{
    /// <summary>Every rule.</summary>
    public static ImmutableArray<RuleDescription> All { get; } =
    [
        NonFiniteOrigin.Description,
        VanishingOverTime.Description,
        VanishingGradient.Description,
        VanishingThroughLayers.Description,
        ExplodingOverTime.Description,
        ExplodingGradient.Description,
        GradientSpike.Description,
        LossExploding.Description,
        SaturatedGate.Description,
        SaturatedUnits.Description,
        DeadUnits.Description,
        ClosedForgetGate.Description,
        HorizonTooShort.Description,
        UpdateTooSmall.Description,
        UpdateTooLarge.Description,
        LossNotDecreasing.Description,
        LossRising.Description,
        AlwaysClipping.Description,
        SpectralRegime.Description,
        PoorInitialisation.Description,
        HarmfulSetting.Description,
    ];
}
