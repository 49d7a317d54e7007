namespace Hyperdiff.Fixtures.ReferenceProblems;

/// <summary>ADBench's character model: layers of LSTM cells whose gates have one weight per element, over a sequence.</summary>
/// <remarks>
/// gates = (x, h, x, h) ∘ w + b; forget, in and out by the sigmoid, change by tanh; c′ = c ∘ forget + in ∘ change, h′ = out ∘ tanh c′; the loss is −mean(y ∘ (ŷ
/// − log(2 + Σ exp ŷ))). Source: as in <see cref="GaussianMixture"/>.
/// </remarks>
public static class CharacterModel
{
    /// <summary>The loss, by a loop over the sequence.</summary>
    /// <param name="main">w and b by layers, of shape [2 layers, 4 width].</param>
    /// <param name="extra">The weights of the input, then those and the bias of the prediction, of shape [3, width].</param>
    /// <param name="state">The first h and c by layers, of shape [2 layers, width].</param>
    /// <param name="sequence">The characters, of shape [length, width].</param>
    public static Tensor Loss(Tensor main, Tensor extra, Tensor state, Tensor sequence)
    {
        (int length, int width) = (sequence.Shape[0], sequence.Shape[1]);
        Tensor pairs = Tensor.Concat(1, sequence.Slice(0, 0, length - 1, 1), sequence.Slice(0, 1, length, 1));
        (_, Tensor losses) = Loop.Scan(
            (Tensor s, Tensor pair) => Step((main, extra), s, pair.Slice(0, 0, width, 1), pair.Slice(0, width, 2 * width, 1)), state, pairs);
        return losses.Sum() / ((length - 1) * width);
    }

    /// <summary>The next state, and the loss of the prediction.</summary>
    /// <param name="weights">As in <see cref="Loss"/>.</param>
    /// <param name="state">h and c by layers, of shape [2 layers, width].</param>
    /// <param name="input">The character x, of shape [width].</param>
    /// <param name="next">The character y that follows it, of shape [width].</param>
    public static (Tensor State, Tensor Loss) Step((Tensor Main, Tensor Extra) weights, Tensor state, Tensor input, Tensor next)
    {
        (int layers, int width) = (state.Shape[0] / 2, state.Shape[1]);
        var states = new Tensor[2 * layers];
        Tensor x = input * weights.Extra[0];
        for (int layer = 0; layer < layers; layer++)
        {
            (Tensor hidden, Tensor cell) = (state[2 * layer], state[(2 * layer) + 1]);
            Tensor gates = ((Tensor.Concat(0, x, hidden, x, hidden) * weights.Main[2 * layer]) + weights.Main[(2 * layer) + 1]).Reshape(4, width);
            cell = (cell * gates[0].Sigmoid()) + (gates[1].Sigmoid() * gates[3].Tanh());
            hidden = gates[2].Sigmoid() * cell.Tanh();
            (states[2 * layer], states[(2 * layer) + 1], x) = (hidden, cell, hidden);
        }

        Tensor prediction = (x * weights.Extra[1]) + weights.Extra[2];
        Tensor normal = prediction - (2 + prediction.Exp().Sum()).Log();
        return (Tensor.Stack(0, states), -(next * normal).Sum());
    }
}
