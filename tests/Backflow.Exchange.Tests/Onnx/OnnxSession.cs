using Backflow.Exchange.Onnx.Protobuf;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Backflow.Exchange.Tests.Onnx;

/// <summary>A model in ONNX Runtime, on one thread.</summary>
internal sealed class OnnxSession : IDisposable
{
    private readonly InferenceSession _session;
    private readonly List<NamedOnnxValue> _inputs = [];

    public OnnxSession(byte[] model)
    {
        using SessionOptions options = new()
        {
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        _session = new InferenceSession(model, options);
    }

    public OnnxSession(ModelProto model)
        : this(model.ToByteArray())
    {
    }

    public OnnxSession Set(string name, float[] values, params int[] shape)
    {
        _inputs.Add(NamedOnnxValue.CreateFromTensor(name, new DenseTensor<float>(values, shape)));
        return this;
    }

    public OnnxSession Set(string name, long[] values, params int[] shape)
    {
        _inputs.Add(NamedOnnxValue.CreateFromTensor(name, new DenseTensor<long>(values, shape)));
        return this;
    }

    public OnnxSession Set(string name, int[] values, params int[] shape)
    {
        _inputs.Add(NamedOnnxValue.CreateFromTensor(name, new DenseTensor<int>(values, shape)));
        return this;
    }

    /// <summary>Runs the model on what was set, which is then forgotten.</summary>
    public Dictionary<string, float[]> Run()
    {
        using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> outputs = _session.Run(_inputs);
        _inputs.Clear();
        return outputs.ToDictionary(static one => one.Name, static one => one.AsTensor<float>().ToArray());
    }

    public void Dispose() => _session.Dispose();
}
