using Backflow.Runs.Tests.Children;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace Backflow.Runs.Tests;

/// <summary>Runs the tests, or is the other process in one of them.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] arguments) => arguments switch
    {
        ["child", string job, string path] => Child.Run(job, path),
        _ when arguments.Contains("--server") || arguments.Contains("--internal-msbuild-node") =>
            await TestPlatformTestFramework.RunAsync(arguments, SelfRegisteredExtensions.AddSelfRegisteredExtensions),
        _ => await ConsoleRunner.Run(arguments),
    };
}
