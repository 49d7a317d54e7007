namespace Hyperdiff;

/// <content>One step of a recurrent network: state in, state out.</content>
public static partial class Layers
{
    /// <summary>One step of a gated recurrent unit.</summary>
    /// <remarks>
    /// <code>
    /// r = σ(W_r x + b_r + U_r h + c_r)          reset
    /// z = σ(W_z x + b_z + U_z h + c_z)          update
    /// n = tanh(W_n x + b_n + r (U_n h + c_n))   new
    /// h′ = (1 − z) n + z h
    /// </code>
    /// The gates lie one after the other along the first axis of the weights, in the order r, z, n. Source: Cho et al. (2014), arXiv:1406.1078, section 2.3;
    /// differs from it in that r multiplies U_n h + c_n after the product rather than h before it, as in PyTorch and cuDNN.
    /// </remarks>
    /// <param name="x"><c>[…, in]</c>.</param>
    /// <param name="state">h <c>[…, hidden]</c>.</param>
    /// <param name="weights">W <c>[3 hidden, in]</c>, U <c>[3 hidden, hidden]</c>, b and c <c>[3 hidden]</c>.</param>
    /// <returns>h′ <c>[…, hidden]</c>.</returns>
    /// <exception cref="ShapeMismatchException">The shapes do not fit.</exception>
    public static Tensor GruCell(Tensor x, Tensor state, (Tensor Input, Tensor State, Tensor InputBias, Tensor StateBias) weights)
    {
        int hidden = RequireCell(nameof(GruCell), gates: 3, state, weights.State);
        int[] sizes = [hidden, hidden, hidden];
        Tensor[] ofInput = Linear(x, weights.Input, weights.InputBias).Split(-1, sizes);
        Tensor[] ofState = Linear(state, weights.State, weights.StateBias).Split(-1, sizes);
        Tensor reset = (ofInput[0] + ofState[0]).Sigmoid();
        Tensor update = (ofInput[1] + ofState[1]).Sigmoid();
        Tensor candidate = (ofInput[2] + (reset * ofState[2])).Tanh();
        return ((1 - update) * candidate) + (update * state);
    }

    /// <summary>One step of a long short-term memory.</summary>
    /// <remarks>
    /// <code>
    /// i = σ(W_i x + b_i + U_i h + c_i)      input
    /// f = σ(W_f x + b_f + U_f h + c_f)      forget
    /// g = tanh(W_g x + b_g + U_g h + c_g)   cell
    /// o = σ(W_o x + b_o + U_o h + c_o)      output
    /// s′ = f s + i g,   h′ = o tanh s′
    /// </code>
    /// The gates lie one after the other along the first axis of the weights, in the order i, f, g, o. Source: Hochreiter and Schmidhuber (1997), Neural
    /// Computation 9(8), 1735–1780, with the forget gate of Gers, Schmidhuber and Cummins (2000), Neural Computation 12(10), 2451–2471.
    /// </remarks>
    /// <param name="x"><c>[…, in]</c>.</param>
    /// <param name="state">h and s, both <c>[…, hidden]</c>.</param>
    /// <param name="weights">W <c>[4 hidden, in]</c>, U <c>[4 hidden, hidden]</c>, b and c <c>[4 hidden]</c>.</param>
    /// <returns>h′ and s′, both <c>[…, hidden]</c>.</returns>
    /// <exception cref="ShapeMismatchException">The shapes do not fit.</exception>
    public static (Tensor Hidden, Tensor Cell) LstmCell(
        Tensor x, (Tensor Hidden, Tensor Cell) state, (Tensor Input, Tensor State, Tensor InputBias, Tensor StateBias) weights)
    {
        int hidden = RequireCell(nameof(LstmCell), gates: 4, state.Hidden, weights.State);
        ArgumentNullException.ThrowIfNull(state.Cell);
        if (state.Cell.Shape != state.Hidden.Shape)
        {
            throw new ShapeMismatchException($"LstmCell: the states h {state.Hidden.Shape} and s {state.Cell.Shape} differ in shape.");
        }

        Tensor gates = Linear(x, weights.Input, weights.InputBias) + Linear(state.Hidden, weights.State, weights.StateBias);
        Tensor[] parts = gates.Split(-1, hidden, hidden, hidden, hidden);
        Tensor cell = (parts[1].Sigmoid() * state.Cell) + (parts[0].Sigmoid() * parts[2].Tanh());
        return (parts[3].Sigmoid() * cell.Tanh(), cell);
    }

    // the rest is checked by Linear and by broadcasting
    private static int RequireCell(string layer, int gates, Tensor state, Tensor weight)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(weight);
        return weight.Rank == 2 && weight.Shape[0] == gates * weight.Shape[1] && state.Rank > 0 && state.Shape[^1] == weight.Shape[1]
            ? weight.Shape[1]
            : throw new ShapeMismatchException(
                $"{layer}: a state of shape {state.Shape} and weights of the state of shape {weight.Shape} do not fit: they are […, hidden] and "
                    + $"[{gates} hidden, hidden].");
    }
}
