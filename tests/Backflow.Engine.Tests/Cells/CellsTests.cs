using Backflow.Engine.Kernels;
using Backflow.Engine.Kernels.Reference;

namespace Backflow.Engine.Tests;

public sealed class CellsTests
{
    [Fact]
    public void All_EveryName_GivesItsCell() =>
        Assert.All(Cells.All, static cell =>
        {
            Assert.Same(cell, Cells.Named(cell.Name));
            Assert.All(cell.Aliases, alias => Assert.Same(cell, Cells.Named(alias)));
        });

    [Theory]
    [InlineData("rnn", "RNN")]
    [InlineData("rnn-tanh", "RNN")]
    [InlineData("RNN-ReLU", "RNN, ReLU")]
    [InlineData("LSTM", "LSTM")]
    [InlineData("gru-reset-before", "GRU, reset before")]
    public void Named_CommandLineName_GivesTheCell(string name, string title) =>
        Assert.Equal(title, Cells.Named(name).Title);

    [Theory]
    [InlineData("lstmm")]
    [InlineData("")]
    public void Named_UnknownName_ListsAllNames(string name)
    {
        ArgumentException exception = Assert.Throws<ArgumentException>(() => Cells.Named(name));
        Assert.StartsWith(
            $"There is no cell '{name}'. Cells are: rnn, rnn-relu, rnn-sigmoid, lstm, gru, gru-reset-before.",
            exception.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void ParameterCount_EveryCell_IsThatOfItsNetwork() =>
        Assert.All(Cells.All, static cell =>
        {
            NetworkOptions options = new()
            {
                VocabularySize = 11,
                InputSize = 5,
                Layers = [new LayerOptions(cell, 17), new LayerOptions(cell, 3)],
                OutputSize = 11,
            };
            Assert.Equal(new RecurrentNetwork(options).Layout.Count, options.ParameterCount);
        });

    [Fact]
    public void HasCellState_EveryCell_IsThatOfItsKernelsAndItsTwin() =>
        Assert.All(Cells.All, static cell =>
        {
            CellKernels kernels = KernelSet.Widest.For(cell);
            Assert.Equal((cell.HasCellState, cell.Gates.Length), (kernels.HasCellState, kernels.Gates.Gates));
            ReferenceCell twin = cell.CreateTwin();
            Assert.Equal((cell.HasCellState, cell.Gates.Length), (twin.HasCellState, twin.Gates));
        });

    [Theory]
    [InlineData("Big")]
    [InlineData("")]
    [InlineData("a,b")]
    public void Register_NameThatNoOptionCouldHave_IsRefused(string name) =>
        Assert.Throws<ArgumentException>(() => Cells.Register(Described(name)));

    [Theory]
    [InlineData("lstm")]
    [InlineData("rnn-tanh")]
    public void Register_NameOfAnotherCell_IsRefused(string name) =>
        Assert.Contains(
            "is taken",
            Assert.Throws<ArgumentException>(() => Cells.Register(Described(name))).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Register_MaskedGateWithoutMask_IsRefused() =>
        Assert.Throws<ArgumentException>(() => Cells.Register(new CellDescription(new NoEquations())
        {
            Name = "x",
            Title = "X",
            Gates = [new CellGate("n", "n", CellActivation.Tanh) { ReadsMaskedState = true }],
        }));

    private static CellDescription Described(string name) => new(new NoEquations())
    {
        Name = name,
        Title = name,
        Gates = [new CellGate("state", "h", CellActivation.Tanh)],
    };

    private sealed class NoEquations : ICellEquations<float>
    {
        public void Forward(in CellForward<float> step) => step.HiddenBefore.CopyTo(step.Hidden);

        public void Backward(in CellBackward<float> step) => step.DHidden.CopyTo(step.DHiddenBefore);
    }
}
