using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Backflow.Engine;

namespace Backflow.Training;

/// <summary>What a run's manifest says about where it ran.</summary>
public static class MachineDescription
{
    private const string ProcessorFile = "/proc/cpuinfo";

    private static readonly string ProcessorName = Processor();

    /// <summary>Processor, cores, vector width, whether tiles are used, system and runtime in a line.</summary>
    public static string Current =>
        $"{ProcessorName}, {Environment.ProcessorCount} cores, {VectorBits}-bit vectors{Tiles}, "
        + $"{RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}";

    /// <summary>Backflow's version.</summary>
    public static string ProductVersion { get; } =
        typeof(MachineDescription).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?
            .InformationalVersion ?? "unknown";

    private static string Tiles => Amx.IsUsed ? " and tiles" : string.Empty;

    private static int VectorBits =>
        Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;

    private static string Processor()
    {
        try
        {
            const string Key = "model name";
            string? line = File.Exists(ProcessorFile)
                ? File.ReadLines(ProcessorFile)
                    .FirstOrDefault(static line => line.StartsWith(Key, StringComparison.Ordinal))
                : null;
            return line?[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim()
                ?? RuntimeInformation.ProcessArchitecture.ToString();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return RuntimeInformation.ProcessArchitecture.ToString();
        }
    }
}
