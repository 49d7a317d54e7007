namespace Hyperdiff.Benchmarks.Peers;

/// <summary>The perceptron by hand: <c>Φ = w − η∇f</c> with f the cross-entropy of <c>tanh(XW₁ + b₁)W₂ + b₂</c> and two penalties; products with its Hessian by
/// Pearlmutter's R-operator.</summary>
/// <remarks>Source of the operator: Pearlmutter (1994), "Fast exact multiplication by the Hessian", section 4.</remarks>
internal sealed class PlainPerceptron(PlainMatrix x, int[] labels, PlainMatrix xv, int[] labelsV, double[] lambda, double rate, int hidden) : IPlainProblem
{
    private const int Classes = 10;

    private readonly PlainMatrix _xTransposed = x.Transposed();

    public double[] Step(double[] w)
    {
        double[] gradient = Gradient(x, _xTransposed, labels, w);
        return [.. w.Select((weight, i) => weight - (rate * (gradient[i] + (Penalty(i) * weight))))];
    }

    public double[] Product(double[] w, double[] v)
    {
        (PlainMatrix w1, double[] b1, PlainMatrix w2, double[] b2) = Split(w);
        (PlainMatrix r1, double[] s1, PlainMatrix r2, double[] s2) = Split(v);
        PlainMatrix h = (x * w1).PlusRow(b1).Map(Math.Tanh);
        PlainMatrix slope = h.Map(y => 1 - (y * y));
        PlainMatrix probabilities = (h * w2).PlusRow(b2).Softmax();
        PlainMatrix error = Error(probabilities, labels);
        PlainMatrix back = error * w2.Transposed();

        // R{h} = (1 − h²) ⊙ R{a};  R{p} = p ⊙ (R{o} − pᵀR{o});  R{δ} from both
        PlainMatrix ra = (x * r1).PlusRow(s1);
        PlainMatrix rh = slope.With(ra, (d, r) => d * r);
        PlainMatrix ro = (rh * w2).With(h * r2, (first, second) => first + second).PlusRow(s2);
        var rError = new PlainMatrix(x.Rows, Classes);
        for (int i = 0; i < x.Rows; i++)
        {
            double mean = 0;
            for (int j = 0; j < Classes; j++)
            {
                mean += probabilities.Row(i)[j] * ro.Row(i)[j];
            }

            for (int j = 0; j < Classes; j++)
            {
                rError.Row(i)[j] = probabilities.Row(i)[j] * (ro.Row(i)[j] - mean) / x.Rows;
            }
        }

        PlainMatrix rBack = (rError * w2.Transposed()).With(error * r2.Transposed(), (first, second) => first + second);
        PlainMatrix rDelta = rBack.With(slope, (r, d) => r * d).With(back.With(h, (b, y) => -2 * b * y).With(rh, (b, r) => b * r),
            (first, second) => first + second);
        double[] hessian =
        [
            .. (_xTransposed * rDelta).Elements,
            .. rDelta.ColumnSums(),
            .. (h.Transposed() * rError).With(rh.Transposed() * error, (first, second) => first + second).Elements,
            .. rError.ColumnSums(),
        ];
        return [.. v.Select((element, i) => element - (rate * (hessian[i] + (Penalty(i) * element))))];
    }

    public double[] TransposedProduct(double[] w, double[] v) => Product(w, v);

    public double[] TransposedHyperProduct(double[] w, double[] v)
    {
        int first = (x.Columns + 1) * hidden;
        double Inner(int from, int to) => Enumerable.Range(from, to - from).Sum(i => w[i] * v[i]);
        return [-rate * Math.Exp(lambda[0]) * Inner(0, first), -rate * Math.Exp(lambda[1]) * Inner(first, w.Length)];
    }

    public (double[] State, double[] Hyper) OuterGradient(double[] w) => (Gradient(xv, xv.Transposed(), labelsV, w), new double[2]);

    private static PlainMatrix Error(PlainMatrix probabilities, int[] labels)
    {
        PlainMatrix error = probabilities.Map(p => p / probabilities.Rows);
        for (int i = 0; i < labels.Length; i++)
        {
            error.Row(i)[labels[i]] -= 1.0 / probabilities.Rows;
        }

        return error;
    }

    private double[] Gradient(PlainMatrix data, PlainMatrix transposed, int[] classes, double[] w)
    {
        (PlainMatrix w1, double[] b1, PlainMatrix w2, double[] b2) = Split(w);
        PlainMatrix h = (data * w1).PlusRow(b1).Map(Math.Tanh);
        PlainMatrix error = Error((h * w2).PlusRow(b2).Softmax(), classes);
        PlainMatrix delta = (error * w2.Transposed()).With(h, (b, y) => b * (1 - (y * y)));
        return [.. (transposed * delta).Elements, .. delta.ColumnSums(), .. (h.Transposed() * error).Elements, .. error.ColumnSums()];
    }

    private double Penalty(int i) => Math.Exp(i < (x.Columns + 1) * hidden ? lambda[0] : lambda[1]);

    private (PlainMatrix W1, double[] B1, PlainMatrix W2, double[] B2) Split(double[] w)
    {
        int first = x.Columns * hidden;
        int second = hidden * Classes;
        return (
            new PlainMatrix(x.Columns, hidden, w[..first]),
            w[first..(first + hidden)],
            new PlainMatrix(hidden, Classes, w[(first + hidden)..(first + hidden + second)]),
            w[(first + hidden + second)..]);
    }
}
