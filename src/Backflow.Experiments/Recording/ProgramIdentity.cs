using System.Reflection;
using Backflow.Engine;
using Backflow.Runs;
using Backflow.Telemetry;
using Backflow.Tensors;
using Backflow.Training;

namespace Backflow.Experiments.Recording;

/// <summary>What of the program and the machine decides the bits of a result.</summary>
internal static class ProgramIdentity
{
    /// <summary>One line that differs where any code that computes differs, or the processor does.</summary>
    public static string Current { get; } = string.Join(' ', Assemblies().Select(static assembly =>
        assembly.ManifestModule.ModuleVersionId.ToString("N")).Append(MachineDescription.Current));

    // The entry assembly may bring cells of its own.
    private static IEnumerable<Assembly> Assemblies() =>
    [
        typeof(Tensor).Assembly,
        typeof(NetworkPass).Assembly,
        typeof(MetricRegistry).Assembly,
        typeof(TrainingConfiguration).Assembly,
        typeof(RunStore).Assembly,
        typeof(ProgramIdentity).Assembly,
        .. Assembly.GetEntryAssembly() is Assembly entry ? (ReadOnlySpan<Assembly>)[entry] : [],
    ];
}
