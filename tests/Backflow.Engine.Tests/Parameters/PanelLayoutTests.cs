namespace Backflow.Engine.Tests.Parameters;

public sealed class PanelLayoutTests
{
    public static TheoryData<int[], int, int, int> Layouts
    {
        get
        {
            TheoryData<int[], int, int, int> data = [];
            foreach (int[] gates in (int[][])[[0], [2, 0, 1], [0, 1, 2, 3]])
            {
                foreach (int units in (int[])[1, 3, 15, 16, 17, 33, 64, 65, 100, 130])
                {
                    foreach (int columns in (int[])[1, 2, 16, 19])
                    {
                        data.Add(gates, units, columns, gates.Length == 1 ? 64 : 16);
                    }
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Export_AfterImport_GivesTheSameMatrix(int[] gates, int units, int columns, int unitsPerPanel)
    {
        PanelLayout layout = new(gates, units, columns, unitsPerPanel);
        float[] matrix = [.. Enumerable.Range(1, gates.Length * units * columns).Select(i => (float)i)];
        float[] storage = [.. Enumerable.Repeat(float.NaN, layout.Length)];
        layout.Import(matrix, storage);
        float[] exported = new float[matrix.Length];
        layout.Export(storage, exported);
        Assert.Equal(matrix, exported);

        // Every entry lies somewhere once, and the rest is zero: the numbers sum up and nothing is left over.
        Assert.Equal(matrix.Length, storage.Count(value => value != 0));
        Assert.Equal(matrix.Order(), storage.Where(value => value != 0).Order());
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void IndexOf_AllPlaces_CoversTheStorageOnce(int[] gates, int units, int columns, int unitsPerPanel)
    {
        PanelLayout layout = new(gates, units, columns, unitsPerPanel);
        HashSet<int> places = [];
        for (int slot = 0; slot < layout.Gates; slot++)
        {
            for (int unit = 0; unit < layout.PaddedUnits; unit++)
            {
                for (int k = 0; k < columns; k++)
                {
                    Assert.True(places.Add(layout.IndexOf(slot, unit, k)));
                }
            }
        }

        Assert.Equal(layout.Length, places.Count);
        Assert.Equal((0, layout.Length - 1), (places.Min(), places.Max()));
    }

    [Fact]
    public void Export_EveryParameterOfAMixedNetwork_IsWhatWasImported()
    {
        RecurrentNetwork network = new(new NetworkOptions
        {
            VocabularySize = 21,
            InputSize = 10,
            Layers = [.. Cells.All.Select((cell, i) => new LayerOptions(cell, 13 + (9 * i)))],
            OutputSize = 70,
        });
        Dictionary<string, float[]> imported = [];
        SplittableRandom random = new(1);
        foreach (Parameter parameter in network.Layout.Parameters)
        {
            float[] values = [.. Enumerable.Range(0, parameter.Count).Select(_ => (float)random.NextGaussian())];
            parameter.Import(values, network.Parameters.Span);
            imported[parameter.Name] = values;
        }

        foreach (Parameter parameter in network.Layout.Parameters)
        {
            float[] values = new float[parameter.Count];
            parameter.Export(network.Parameters.Span, values);
            Assert.Equal(imported[parameter.Name], values);
        }

        Assert.Equal(imported.Values.Sum(values => (long)values.Length), network.Layout.Count);
    }

    [Fact]
    public void Import_WrongLength_NamesTheParameter()
    {
        RecurrentNetwork network = new(new NetworkOptions { InputSize = 2, Layers = [new(Cells.Lstm, 3)] });
        Parameter weights = network.Layout.Find("weight_hh_l0")!;
        ArgumentException exception =
            Assert.Throws<ArgumentException>(() => weights.Import(new float[35], network.Parameters.Span));
        Assert.StartsWith(
            "values has 35 elements; expected weight_hh_l0 = 36.", exception.Message, StringComparison.Ordinal);
    }
}
