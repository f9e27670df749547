using Backflow.Experiments.Benchmarks;

namespace Backflow.Cli;

/// <summary>How a user asks for AMX: in the environment, as it belongs to the machine and not to a run.</summary>
internal static class TileRequest
{
    private const string Variable = "BACKFLOW_TILES";

    private const string Yes = "1";

    /// <summary>What stands before a command that is to use AMX.</summary>
    public const string Text = $"{Variable}={Yes}";

    /// <summary>Passes on what the environment says.</summary>
    public static void Apply()
    {
        if (Environment.GetEnvironmentVariable(Variable) == Yes)
        {
            TileUse.Request();
        }
    }
}
