using System.CommandLine;
using Backflow.Cli.Options;
using Backflow.Cli.Output;
using Backflow.Experiments.Dynamics;
using Backflow.Runs;
using Backflow.Training;

namespace Backflow.Cli.Commands;

/// <summary>backflow dynamics: Jacobians, their products and Lyapunov exponents of a checkpoint.</summary>
internal static class DynamicsCommand
{
    public static Command Create()
    {
        Argument<string> run = StoreOption.CreateRun();
        ValueOption<long?> step = new("step", ValueRule.Whole<long>(0, "500"), "N")
        {
            Description = "The step of a checkpoint of the run.",
            DefaultWords = "the newest",
        };
        ValueOption<int?> layer = new("layer", ValueRule.Whole<int>(0, "0"), "L")
        {
            Description = "The layer, from 0, the one next to the input.",
            DefaultWords = "all",
        };
        ValueOption<int?> timestep = new("timestep", ValueRule.Whole<int>(0, "0"), "T")
        {
            Description = "The timestep, from 0, whose Jacobian ∂hₜ/∂hₜ₋₁ is shown.",
            DefaultWords = "the last",
        };
        ValueOption<string> store = StoreOption.Create();
        Option<bool> json = StoreOption.CreateJson();
        Command command = new DocumentedCommand(
            "dynamics",
            "Measure how a trained network hands its gradient back: Jacobians, their products, Lyapunov exponents.",
            """
            backflow dynamics rnn-0001                          the newest checkpoint, all layers
            backflow dynamics rnn-0001 --step 500 --layer 0
            backflow dynamics rnn-0001 --timestep 0 --json      for machines, with the matrix itself
            """)
        {
            run, step, layer, timestep, store, json,
        };
        command.SetAction(parsed =>
        {
            using Interruption interruption = new();
            using RunStore runs = RunStore.OpenExisting(parsed.GetValue(store)!);
            string runId = runs.FindRun(parsed.GetValue(run)!).Id;
            try
            {
                DynamicsReport report = NetworkDynamics.Measure(
                    runs,
                    runId,
                    parsed.GetValue(step),
                    parsed.GetValue(layer),
                    parsed.GetValue(timestep),
                    cancellation: interruption.Token);
                DynamicsPage.Write(report, parsed.GetValue(json));
                return ExitCodes.Done;
            }
            catch (OperationCanceledException)
            {
                return interruption.ExitCode;
            }
        });
        return command;
    }
}
