using System.Runtime.Intrinsics;
using Backflow.Engine.Kernels;

namespace Backflow.Engine.Tests.Kernels;

public sealed unsafe class TransposedStripsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(7)]
    [InlineData(16)]
    [InlineData(31)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(150)]
    public void Pack_EveryWidth_PutsEachWeightWhereTheStripsSay(int columns)
    {
        Check<Simd128, Vector128<float>>(columns);
        Check<Simd256, Vector256<float>>(columns);
        Check<Simd512, Vector512<float>>(columns);
    }

    // Two of three gates, two panels.
    private static void Check<TSimd, TVector>(int columns)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        const int FirstSlot = 1;
        const int Slots = 2;
        PanelLayout storage = new([0, 1, 2], units: 20, columns, unitsPerPanel: PanelLayout.UnitMultiple);
        AlignedBuffer weights = new(storage.Length);
        for (int i = 0; i < storage.Length; i++)
        {
            weights.Span[i] = i + 1;
        }

        int rows = Slots * storage.PaddedUnits;
        AlignedBuffer packed = new(rows * PanelLayout.Pad(columns));
        packed.Span.Fill(float.NaN);
        TransposedStrips.Pack<TSimd, TVector>(weights.Pointer, storage, FirstSlot, Slots, packed.Pointer);

        int index = 0;
        for (int strip = 0; strip < PanelLayout.Pad(columns); strip += TransposedStrips.StripColumns)
        {
            int width = Math.Min(TransposedStrips.StripColumns, PanelLayout.Pad(columns) - strip);
            for (int row = 0; row < rows; row++)
            {
                // Panel by panel, the slots of a panel one behind the other.
                int panel = row / (Slots * PanelLayout.UnitMultiple);
                int slot = FirstSlot + (row / PanelLayout.UnitMultiple % Slots);
                int unit = (panel * PanelLayout.UnitMultiple) + (row % PanelLayout.UnitMultiple);
                for (int column = strip; column < strip + width; column++, index++)
                {
                    float expected = column < columns ? weights.Span[storage.IndexOf(slot, unit, column)] : 0;
                    Assert.True(
                        expected == packed.Span[index],
                        $"{TSimd.Count} floats, row {row}, column {column} of {columns}: {packed.Span[index]}.");
                }
            }
        }

        Assert.Equal(packed.Span.Length, index);
    }
}
