using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;

namespace Backflow.Benchmarks;

/// <summary>
/// A second for each benchmark, inside this process: the repository's build rules are not for generated projects.
/// </summary>
public sealed class ShortConfig : ManualConfig
{
    private const int WarmUps = 5;
    private const int Iterations = 9;
    private const int IterationMs = 100;

    /// <summary>Fills the configuration.</summary>
    public ShortConfig()
    {
        AddJob(Job.Default
            .WithToolchain(InProcessEmitToolchain.Instance)
            .WithWarmupCount(WarmUps)
            .WithIterationCount(Iterations)
            .WithIterationTime(TimeInterval.FromMilliseconds(IterationMs)));
        AddDiagnoser(MemoryDiagnoser.Default);
        AddColumnProvider(DefaultColumnProviders.Instance);
        AddExporter(MarkdownExporter.GitHub);
        AddLogger(ConsoleLogger.Default);
        HideColumns("Job", "Toolchain", "IterationCount", "IterationTime", "WarmupCount", "Error");
    }
}
