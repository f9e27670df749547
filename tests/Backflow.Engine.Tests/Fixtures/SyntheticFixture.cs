using Backflow.Engine.Verification;

namespace Backflow.Engine.Tests.Fixtures;

/// <summary>
/// Fixtures of other sizes than the recorded ones, with the twin's own values: they test the reading.
/// </summary>
internal static class SyntheticFixture
{
    public static FixtureFile Make(CellDescription cell, string kind, int layers, int inputSize, int h, int t, int b)
    {
        PassInputs inputs = RandomInputs.Draw(GradientCheckOptions.ForCell(cell, layers, t, b, inputSize, h, seed: 11));
        PassResults results = PassResults.OfTwin(inputs);
        Dictionary<string, FixtureTensor> tensors = new()
        {
            ["x"] = new([t, b, inputSize], inputs.Input),
            ["dy"] = new([t, b, h], inputs.OutputGradient),
            ["y"] = new([t, b, h], results[$"h_l{layers - 1}"]),
            ["loss"] = new([1], results["loss"]),
            ["grad.x"] = new([t, b, inputSize], results["grad.x"]),
        };
        foreach (Parameter parameter in new RecurrentNetwork(inputs.Options).Layout.Parameters)
        {
            tensors[parameter.Name] = new([.. parameter.Shape], inputs.Parameters[parameter.Name]);
            tensors[$"grad.{parameter.Name}"] = new([.. parameter.Shape], results[$"grad.{parameter.Name}"]);
        }

        AddStates("h", inputs.InitialHidden, inputs.FinalHiddenGradient);
        if (cell.HasCellState)
        {
            AddStates("c", inputs.InitialCell, inputs.FinalCellGradient);
        }

        Dictionary<string, string> metadata = new()
        {
            ["kind"] = kind,
            ["layers"] = $"{layers}",
            ["I"] = $"{inputSize}",
            ["H"] = $"{h}",
            ["T"] = $"{t}",
            ["B"] = $"{b}",
        };
        return new FixtureFile(tensors, metadata);

        void AddStates(string state, double[][] initial, double[][] finalGradient)
        {
            FixtureTensor Stacked(IEnumerable<double[]> perLayer) =>
                new([layers, b, h], perLayer.SelectMany(v => v).ToArray());

            IEnumerable<string> names = Enumerable.Range(0, layers).Select(k => $"{state}_l{k}");
            tensors[$"{state}0"] = Stacked(initial);
            tensors[$"d{state}T"] = Stacked(finalGradient);
            tensors[$"{state}T"] = Stacked(names.Select(name => results[name][^(b * h)..]));
            tensors[$"grad.{state}0"] = Stacked(
                Enumerable.Range(0, layers).Select(k => results[$"grad.{state}0_l{k}"]));
            foreach (string name in names)
            {
                tensors[name] = new([t, b, h], results[name]);
                tensors[$"grad.{name}"] = new([t, b, h], results[$"grad.{name}"]);
            }
        }
    }
}
