using Backflow.Exchange.Onnx;
using Backflow.Exchange.Onnx.Protobuf;

namespace Backflow.Exchange.Tests.Onnx;

/// <summary>A folder with a model, recorded inputs and recorded outputs, in ONNX Runtime.</summary>
internal static class RecordedFolder
{
    public static void AssertRuntime(string folder)
    {
        byte[] bytes = File.ReadAllBytes(Path.Combine(folder, OnnxCheck.ModelFile));
        OnnxRefusal refusal = new(folder);
        ModelProto model = OnnxModel.Parse(bytes, refusal);
        OnnxCheckFolder files = new(folder, model.Graph, refusal);
        using OnnxSession session = new(bytes);
        foreach ((string name, OnnxTensor tensor) in files.GraphInputs())
        {
            int[] shape = [.. tensor.Shape.Select(static size => (int)size)];
            if (tensor.Type == OnnxTensors.Int64)
            {
                session.Set(name, tensor.Int64s(), shape);
            }
            else if (tensor.IsWhole)
            {
                session.Set(name, Array.ConvertAll(tensor.Int64s(), static value => (int)value), shape);
            }
            else
            {
                session.Set(name, tensor.Singles(), shape);
            }
        }

        Dictionary<string, float[]> outputs = session.Run();
        foreach (string name in files.Outputs)
        {
            Deviation.AssertNear($"{folder} {name}", files.Output(name), outputs[name]);
        }
    }
}
