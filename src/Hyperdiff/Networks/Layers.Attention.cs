namespace Hyperdiff;

/// <content>Attention.</content>
public static partial class Layers
{
    /// <summary><c>softmax(Q Kᵀ/√d) V</c>: for each query the mean of the values, weighted by how well their keys fit.</summary>
    /// <remarks>Source: Vaswani et al. (2017), "Attention is all you need", arXiv:1706.03762, equation (1). A query that may attend to nothing gives NaN.
    /// Memory: the weights <c>[…, m, n]</c>.</remarks>
    /// <param name="queries">Q <c>[…, m, d]</c>.</param>
    /// <param name="keys">K <c>[…, n, d]</c>.</param>
    /// <param name="values">V <c>[…, n, features]</c>.</param>
    /// <param name="mask">Where a query may attend to a key: <c>bool</c>, broadcast to <c>[…, m, n]</c>; everywhere if absent.</param>
    /// <returns><c>[…, m, features]</c>.</returns>
    /// <exception cref="ShapeMismatchException">The shapes do not fit.</exception>
    /// <exception cref="DTypeMismatchException">The mask is not <c>bool</c>.</exception>
    public static Tensor Attention(Tensor queries, Tensor keys, Tensor values, Tensor? mask = null)
    {
        ArgumentNullException.ThrowIfNull(queries);
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(values);
        if (queries.Rank < 2 || keys.Rank < 2 || values.Rank < 2 || queries.Shape[^1] != keys.Shape[^1] || keys.Shape[^2] != values.Shape[^2])
        {
            throw new ShapeMismatchException(
                $"Attention: queries "
                    + $"{queries.Shape}, keys {keys.Shape} and values {values.Shape} do not fit: they are […, m, d], […, n, d] and […, n, features].");
        }

        if (mask is { DType: not DType.Bool })
        {
            throw new DTypeMismatchException($"Attention: a mask is bool, not {mask.Type}; compare it: mask > 0.");
        }

        Tensor fit = queries.MatMul(keys.Transpose()) / Math.Sqrt(keys.Shape[^1]);
        return (mask is null ? fit : Tensor.Where(mask, fit, double.NegativeInfinity)).Softmax().MatMul(values);
    }
}
