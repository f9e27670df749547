using System.Text;
using Backflow.Exchange.TensorFlowJs;

namespace Backflow.Exchange.Tests.TensorFlowJs;

/// <content>Models that are refused.</content>
public sealed partial class LayersModelFileTests
{
    public static TheoryData<string, string> Wrong => new()
    {
        { "graph", "its format is 'graph-model', and 'layers-model' can be read" },
        { "class", "its class is 'Other', and Sequential, Model and Functional can be read" },
        { "hard sigmoid", "has the recurrent_activation 'hard_sigmoid', and sigmoid can be read" },
        { "no activation", "has the recurrent_activation 'hard_sigmoid', and sigmoid can be read" },
        { "activation", "has the activation 'relu', and tanh can be read" },
        { "backwards", "is not recurrent, or goes backwards" },
        { "state", "also returns its states" },
        { "mask", "masks the symbol 0" },
        { "merge", "merges by 'sum'" },
        { "head", "has the activation 'sigmoid', and a Dense with linear or softmax can be read" },
        { "layer", "is of the class 'LayerNormalization', which has no place where it stands" },
        { "masking", "is of the class 'Masking', which has no place where it stands" },
        { "quantized", "is quantized" },
        { "type", "is of type 'int32', and float32 is read" },
        { "path", "its weights lie in '../weights.bin', which is no plain file name" },
        { "absolute", "its weights lie in '/etc/passwd', which is no plain file name" },
        { "short", "its files end before the weight" },
        { "long", "its weights take" },
        { "shape", "has the shape [12, 4], and its layer needs [12, 16]" },
        { "no weight", "it has 0 weights 'dense_Dense1/kernel', and one is expected" },
        { "units", "'units' is no whole number from 1 to 1000000" },
        { "branch", "its layers are no chain from one input to one output" },
        { "twice", "has several inputs, arguments or calls" },
        { "nothing", "it has no recurrent layer" },
        { "json", "it is no JSON" },
        { "list", "it has no list 'weightsManifest' where one belongs" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Read_SomethingElse_IsRefusedByNameWithARemedy(string what, string said)
    {
        (string json, byte[] weights) = Changed(what);
        ExchangeException refusal = Assert.Throws<ExchangeException>(
            () => LayersModelFile.Read(Encoding.UTF8.GetBytes(json), _ => weights, "model.json"));
        Assert.StartsWith("model.json", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(said, refusal.Message, StringComparison.Ordinal);
        Assert.EndsWith(".", refusal.Remedy, StringComparison.Ordinal);
    }

    private static (string Json, byte[] Weights) Changed(string what)
    {
        string name = what switch
        {
            "mask" or "branch" or "twice" => "text",
            "merge" => "lstm-bidirectional",
            "masking" => "gru-stack",
            _ => "lstm",
        };
        string json = File.ReadAllText(Path.Combine(Folder, name, "model.json"));
        byte[] weights = Weights(name);
        string Replaced(string from, string to)
        {
            Assert.Contains(from, json, StringComparison.Ordinal);
            return json.Replace(from, to, StringComparison.Ordinal);
        }

        json = what switch
        {
            "graph" => Replaced("\"layers-model\"", "\"graph-model\""),
            "class" => Replaced("\"class_name\":\"Sequential\"", "\"class_name\":\"Other\""),
            "hard sigmoid" => Replaced("_activation\":\"sigmoid\"", "_activation\":\"hard_sigmoid\""),
            "no activation" => Replaced("\"recurrent_activation\":\"sigmoid\",", ""),
            "activation" => Replaced("\"activation\":\"tanh\"", "\"activation\":\"relu\""),
            "backwards" => Replaced("\"go_backwards\":false", "\"go_backwards\":true"),
            "state" => Replaced("\"return_state\":false", "\"return_state\":true"),
            "mask" => Replaced("\"mask_zero\":null", "\"mask_zero\":true"),
            "merge" => Replaced("\"merge_mode\":\"concat\"", "\"merge_mode\":\"sum\""),
            "head" => Replaced("\"activation\":\"linear\"", "\"activation\":\"sigmoid\""),
            "layer" => Replaced("\"class_name\":\"Dense\"", "\"class_name\":\"LayerNormalization\""),
            "masking" => Replaced("\"class_name\":\"Dropout\"", "\"class_name\":\"Masking\""),
            "quantized" => Replaced("\"float32\"}]", "\"float32\",\"quantization\":{\"dtype\":\"uint8\"}}]"),
            "type" => Replaced("\"dtype\":\"float32\"}]", "\"dtype\":\"int32\"}]"),
            "path" => Replaced("\"weights.bin\"", "\"../weights.bin\""),
            "absolute" => Replaced("\"weights.bin\"", "\"/etc/passwd\""),
            "shape" => Replaced("\"shape\":[3,16]", "\"shape\":[12,4]"),
            "no weight" => Replaced("Dense1/kernel", "Dense1/other"),
            "units" => Replaced("\"units\":4", "\"units\":0"),
            "branch" => Replaced("\"output_layers\":[[\"dense", "\"output_layers\":[[\"lstm"),
            "twice" => Replaced("Embedding1\",0,0,{}]]]", "Embedding1\",0,0,{}]],[]]"),
            "nothing" => Replaced("\"LSTM\"", "\"Dropout\"")
                .Replace("\"Dense\"", "\"Dropout\"", StringComparison.Ordinal),
            "json" => json[..^10],
            "list" => Replaced("\"weightsManifest\"", "\"weights\""),
            _ => json,
        };
        weights = what == "short" ? weights[..^4] : what == "long" ? [.. weights, 0, 0, 0, 0] : weights;
        return (json, weights);
    }
}
