namespace Hyperdiff.Benchmarks.Peers;

/// <summary>The equilibrium network by hand: <c>Φ(z) = tanh(zA + xB + c)</c>, <c>Jᵀ v = ((1 − Φ²) ⊙ v) Aᵀ</c>, outer loss the cross-entropy of <c>zR +
/// r</c>.</summary>
internal sealed class PlainEquilibrium(PlainMatrix x, int[] labels, PlainMatrix a, PlainMatrix b, double[] c, PlainMatrix readOut, double[] bias)
    : IPlainProblem
{
    private readonly PlainMatrix _input = (x * b).PlusRow(c);
    private readonly PlainMatrix _transposed = a.Transposed();
    private readonly PlainMatrix _xTransposed = x.Transposed();

    public double[] Step(double[] w) => Next(w).Elements;

    public double[] Product(double[] w, double[] v) => (State(v) * a).With(Next(w), (d, y) => d * (1 - (y * y))).Elements;

    public double[] TransposedProduct(double[] w, double[] v) => (Inner(w, v) * _transposed).Elements;

    // λ = (A, B, c, R, r)
    public double[] TransposedHyperProduct(double[] w, double[] v)
    {
        PlainMatrix u = Inner(w, v);
        return [.. (State(w).Transposed() * u).Elements, .. (_xTransposed * u).Elements, .. u.ColumnSums(),
            .. new double[readOut.Elements.Length + bias.Length]];
    }

    public (double[] State, double[] Hyper) OuterGradient(double[] w)
    {
        PlainMatrix z = State(w);
        PlainMatrix error = (z * readOut).PlusRow(bias).Softmax();
        for (int i = 0; i < error.Rows; i++)
        {
            error.Elements[(i * error.Columns) + labels[i]] -= 1;
        }

        error = error.Map(element => element / x.Rows);
        return (
            (error * readOut.Transposed()).Elements,
            [.. new double[a.Elements.Length + b.Elements.Length + c.Length], .. (z.Transposed() * error).Elements, .. error.ColumnSums()]);
    }

    private PlainMatrix State(double[] w) => new(x.Rows, a.Rows, w);

    private PlainMatrix Next(double[] w) => (State(w) * a).With(_input, (recurrent, input) => Math.Tanh(recurrent + input));

    private PlainMatrix Inner(double[] w, double[] v) => State(v).With(Next(w), (d, y) => d * (1 - (y * y)));
}
