using System.Collections.Immutable;
using Backflow.Experiments.Benchmarks;
using Backflow.Training;
using Xunit;

namespace Backflow.Experiments.Tests.Benchmarks;

public sealed class BenchmarkShapesTests
{
    [Theory]
    [InlineData("small")]
    [InlineData("all")]
    public void Select_Set_HasShapesThatReadTheirOwnText(string set)
    {
        ImmutableArray<BenchmarkShape> shapes = BenchmarkShapes.Select(set, cell: null, filter: null);
        Assert.True(shapes.Length >= 5, $"{shapes.Length} shapes");
        Assert.All(shapes, static shape => Assert.Equal(shape, BenchmarkShape.Parse(shape.ToString())));
        Assert.Equal(shapes.Length, shapes.Distinct().Count());
    }

    [Fact]
    public void Select_CellAndFilter_BothHold()
    {
        ImmutableArray<BenchmarkShape> shapes = BenchmarkShapes.Select("all", "GRU", ",32");
        Assert.NotEmpty(shapes);
        Assert.All(shapes, static shape => Assert.Equal("gru", shape.Cell));
        Assert.All(shapes, static shape => Assert.Contains(",32", shape.ToString(), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("lstm")]
    [InlineData("lstm,1,2,3")]
    [InlineData("lstm,1,2,3,0")]
    [InlineData("lstm,1,2,3,-4")]
    [InlineData("lstm,1,2,3,4,5")]
    [InlineData("mamba,1,2,3,4")]
    [InlineData("step:lstm,1,2,3,4")]
    [InlineData("char:lstm,99999999999")]
    [InlineData("vanish:lstm,1,2")]
    public void Parse_NoShape_SaysWhatOneLooksLike(string text)
    {
        ExperimentException mistake = Assert.Throws<ExperimentException>(() => BenchmarkShape.Parse(text));
        Assert.Contains("Shape must be CELL,H,I,T,B", mistake.Message, StringComparison.Ordinal);
        Assert.Equal("lstm,128,128,64,32", BenchmarkShape.Parse(mistake.Settings[0].Value).ToString());
    }
}
