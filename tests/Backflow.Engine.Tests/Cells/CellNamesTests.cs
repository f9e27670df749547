namespace Backflow.Engine.Tests.Cells;

public sealed class CellNamesTests
{
    [Fact]
    public void All_EveryKind_IsRegisteredOnce() =>
        Assert.Equal(Enum.GetValues<CellKind>().Order(), CellNames.All.Order());

    [Fact]
    public void Parse_EveryName_GivesItsCell() =>
        Assert.All(CellNames.All, cell => Assert.Equal(cell, CellNames.Parse(CellNames.NameOf(cell))));

    [Theory]
    [InlineData("rnn", CellKind.RnnTanh)]
    [InlineData("RNN-ReLU", CellKind.RnnRelu)]
    [InlineData("rnn-sigmoid", CellKind.RnnSigmoid)]
    [InlineData("LSTM", CellKind.Lstm)]
    [InlineData("gru", CellKind.Gru)]
    [InlineData("gru-reset-before", CellKind.GruResetBefore)]
    public void Parse_CommandLineName_GivesTheCell(string name, CellKind cell) =>
        Assert.Equal(cell, CellNames.Parse(name));

    [Theory]
    [InlineData("lstmm")]
    [InlineData("")]
    public void Parse_UnknownName_ListsAllNames(string name)
    {
        ArgumentException exception = Assert.Throws<ArgumentException>(() => CellNames.Parse(name));
        Assert.StartsWith(
            $"There is no cell '{name}'. Cells are: rnn, rnn-relu, rnn-sigmoid, lstm, gru, gru-reset-before.",
            exception.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void NameOf_UnknownKind_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => CellNames.NameOf((CellKind)99));
}
