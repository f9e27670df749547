namespace Backflow.Exchange.Onnx;

/// <summary>
/// RNN, LSTM and GRU as the specification writes them, in double, one number after the other: what the engine has not,
/// peepholes, limits, coupled gates and foreign activations, included.
/// </summary>
/// <remarks>
/// The specification of the three operators, version 14. Where it leaves a question open, ONNX Runtime's answer holds,
/// and a test compares: the limit applies to the whole pre-activation, peephole included; i and f see the old cell
/// state, o the new one. A sequence without timesteps keeps its initial state, which the runtime forgets; Softplus of
/// a large number is finite, which the runtime's is not.
/// </remarks>
internal sealed class OnnxRecurrence
{
    private readonly OnnxRecurrentNode _node;
    private readonly OnnxRecurrenceInputs _inputs;
    private readonly int _direction;
    private readonly int _hidden;

    private OnnxRecurrence(OnnxRecurrentNode node, OnnxRecurrenceInputs inputs, int direction)
    {
        _node = node;
        _inputs = inputs;
        _direction = direction;
        _hidden = node.HiddenSize;
    }

    /// <summary>Computes a node.</summary>
    /// <returns>Y, Y_h and, of an LSTM, Y_c, in the axes of the node's layout.</returns>
    public static OnnxRecurrenceOutputs Compute(OnnxRecurrentNode node, OnnxRecurrenceInputs inputs)
    {
        OnnxRecurrenceOutputs outputs = new(node, inputs.Timesteps, inputs.Sequences);
        for (int direction = 0; direction < node.Directions; direction++)
        {
            OnnxRecurrence recurrence = new(node, inputs, direction);
            for (int sequence = 0; sequence < inputs.Sequences; sequence++)
            {
                recurrence.Compute(sequence, outputs);
            }
        }

        return outputs;
    }

    private void Compute(int sequence, OnnxRecurrenceOutputs outputs)
    {
        double[] h = _inputs.InitialHidden(_direction, sequence);
        double[] c = _inputs.InitialCell(_direction, sequence);
        int length = _inputs.LengthOf(sequence);
        bool isReverse = _node.IsReverse || _direction == 1;
        for (int step = 0; step < length; step++)
        {
            int t = isReverse ? length - 1 - step : step;
            (h, c) = _node.Operator switch
            {
                "LSTM" => Lstm(t, sequence, h, c),
                "GRU" => (Gru(t, sequence, h), c),
                _ => (Elman(t, sequence, h), c),
            };
            outputs.SetState(t, _direction, sequence, h);
        }

        outputs.SetFinal(_direction, sequence, h, c);
    }

    // hₜ = f(W·xₜ + Wb + R·hₜ₋₁ + Rb)
    private double[] Elman(int t, int sequence, double[] h) =>
        Each(unit => Activation(0, Limited(Input(0, unit, t, sequence) + Recurrent(0, unit, h))));

    // zₜ = f(…), rₜ = f(…); ñ = g(Wₕ·xₜ + Wbₕ + Rₕ·(r ⊙ h) + Rbₕ), or r ⊙ (Rₕ·h + Rbₕ) with the reset after;
    // hₜ = (1 − z) ⊙ ñ + z ⊙ hₜ₋₁. Gates lie as z, r, h.
    private double[] Gru(int t, int sequence, double[] h)
    {
        double[] z = Each(unit => Activation(0, Limited(Input(0, unit, t, sequence) + Recurrent(0, unit, h))));
        double[] r = Each(unit => Activation(0, Limited(Input(1, unit, t, sequence) + Recurrent(1, unit, h))));
        double[] masked = Each(unit => r[unit] * h[unit]);
        return Each(unit =>
        {
            double recurrent = _node.IsResetAfter ? r[unit] * Recurrent(2, unit, h) : Recurrent(2, unit, masked);
            double candidate = Activation(1, Limited(Input(2, unit, t, sequence) + recurrent));
            return ((1 - z[unit]) * candidate) + (z[unit] * h[unit]);
        });
    }

    // i, f = f(… + P ⊙ cₜ₋₁); c̃ = g(…); cₜ = f ⊙ cₜ₋₁ + i ⊙ c̃; o = f(… + P ⊙ cₜ); hₜ = o ⊙ h(cₜ).
    // Gates lie as i, o, f, c, peepholes as i, o, f.
    private (double[] Hidden, double[] Cell) Lstm(int t, int sequence, double[] h, double[] c)
    {
        double Gate(int gate, int unit, double[] cell) => Activation(0, Limited(
            Input(gate, unit, t, sequence)
            + Recurrent(gate, unit, h)
            + (_inputs.Peephole(_direction, gate, unit) * cell[unit])));

        double[] i = Each(unit => Gate(0, unit, c));
        double[] f = Each(unit => _node.CouplesForget ? 1 - i[unit] : Gate(2, unit, c));
        double[] cell = Each(unit => (f[unit] * c[unit])
            + (i[unit] * Activation(1, Limited(Input(3, unit, t, sequence) + Recurrent(3, unit, h)))));
        return (Each(unit => Gate(1, unit, cell) * Activation(2, cell[unit])), cell);
    }

    private double[] Each(Func<int, double> value)
    {
        double[] values = new double[_hidden];
        for (int unit = 0; unit < _hidden; unit++)
        {
            values[unit] = value(unit);
        }

        return values;
    }

    private double Input(int gate, int unit, int t, int sequence) =>
        _inputs.InputProduct(_direction, (gate * _hidden) + unit, t, sequence);

    private double Recurrent(int gate, int unit, double[] state) =>
        _inputs.RecurrentProduct(_direction, (gate * _hidden) + unit, state);

    private double Limited(double value) => _node.Clip is double limit ? Math.Clamp(value, -limit, limit) : value;

    private double Activation(int place, double value) =>
        _node.Activations[(_direction * (_node.Activations.Length / _node.Directions)) + place].Value(value);
}
