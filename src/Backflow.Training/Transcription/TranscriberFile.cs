using System.Collections.Immutable;
using Backflow.Engine;
using Backflow.Tensors;

namespace Backflow.Training.Transcription;

/// <summary>A transcriber as named tensors: <c>encoder.weight_ih_l0</c>, <c>attention.combine.weight</c>, ….</summary>
public static class TranscriberFile
{
    /// <summary>Writes the parameters as safetensors.</summary>
    /// <param name="model">The parameters.</param>
    /// <param name="stream">Written from its present position on; not closed.</param>
    public static void Write(Transcriber model, Stream stream)
    {
        List<Tensor> tensors = [];
        foreach (TranscriberPart part in model.Parts)
        {
            foreach (Parameter parameter in part.Layout.Parameters)
            {
                float[] values = new float[parameter.Count];
                parameter.Export(part.Parameters.Span, values);
                ImmutableArray<long> shape = [.. parameter.Shape.Select(static size => (long)size)];
                tensors.Add(Tensor.FromSingles($"{part.Name}.{parameter.Name}", shape, values));
            }
        }

        SafetensorsFile.Write(stream, tensors);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <param name="model">A transcriber of the same sizes, overwritten.</param>
    /// <param name="stream">The content of a file, read to its end.</param>
    /// <param name="file">What messages call it.</param>
    /// <exception cref="TensorFileException">The file is damaged, or has other parts or sizes.</exception>
    public static void Read(Transcriber model, Stream stream, string file)
    {
        SafetensorsFile content = SafetensorsFile.Read(stream, stream.Length, file);
        foreach (TranscriberPart part in model.Parts)
        {
            foreach (Parameter parameter in part.Layout.Parameters)
            {
                string name = $"{part.Name}.{parameter.Name}";
                float[] values = content.Find(name).ToSingles();
                if (values.Length != parameter.Count)
                {
                    throw new TensorFileException(
                        $"{file}: {name} has {values.Length} elements; expected {parameter.Count}. It is of another "
                        + "size.");
                }

                parameter.Import(values, part.Parameters.Span);
            }
        }
    }
}
