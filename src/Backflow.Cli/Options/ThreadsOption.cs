using Backflow.Experiments.Benchmarks;
using Backflow.Training;

namespace Backflow.Cli.Options;

/// <summary>The threads of commands that compute without training.</summary>
internal static class ThreadsOption
{
    public static ValueOption<int> Create() =>
        new("threads", ValueRule.Whole<int>(1, "1", BenchmarkOptions.MaximumThreads), "N")
        {
            Description = "Threads that share the work, from 1.",
            DefaultValueFactory = static _ => 1,
        };
}
