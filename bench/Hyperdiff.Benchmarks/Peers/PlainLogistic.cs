using System.Numerics.Tensors;

namespace Hyperdiff.Benchmarks.Peers;

/// <summary>The logistic regression by hand: <c>∇f = Xᵀ(σ(Xw) − y)/n + e^λ ⊙ w</c>, <c>Φ = w − η∇f</c>, <c>J = I − η(Xᵀ S X/n + diag e^λ)</c> with S = σ(1 −
/// σ).</summary>
internal sealed class PlainLogistic(PlainMatrix x, double[] y, PlainMatrix xv, double[] yv, double[] lambda, double rate) : IPlainProblem
{
    private readonly double[] _penalty = Array.ConvertAll(lambda, Math.Exp);

    public double[] Step(double[] w)
    {
        double[] gradient = Gradient(x, y, w);
        return [.. w.Select((weight, i) => weight - (rate * (gradient[i] + (_penalty[i] * weight))))];
    }

    public double[] Product(double[] w, double[] v)
    {
        double[] xw = Times(x, w), u = Times(x, v);
        for (int i = 0; i < u.Length; i++)
        {
            double s = 1 / (1 + Math.Exp(-xw[i]));
            u[i] *= s * (1 - s) / x.Rows;
        }

        double[] hv = TimesTransposed(x, u);
        return [.. v.Select((element, i) => element - (rate * (hv[i] + (_penalty[i] * element))))];
    }

    public double[] TransposedProduct(double[] w, double[] v) => Product(w, v);

    public double[] TransposedHyperProduct(double[] w, double[] v) => [.. v.Select((element, i) => -rate * _penalty[i] * w[i] * element)];

    public (double[] State, double[] Hyper) OuterGradient(double[] w) => (Gradient(xv, yv, w), new double[w.Length]);

    private static double[] Gradient(PlainMatrix x, double[] y, double[] w)
    {
        double[] residual = Times(x, w);
        for (int i = 0; i < residual.Length; i++)
        {
            residual[i] = ((1 / (1 + Math.Exp(-residual[i]))) - y[i]) / x.Rows;
        }

        return TimesTransposed(x, residual);
    }

    private static double[] Times(PlainMatrix matrix, double[] vector)
    {
        var product = new double[matrix.Rows];
        for (int i = 0; i < product.Length; i++)
        {
            product[i] = TensorPrimitives.Dot<double>(matrix.Row(i), vector);
        }

        return product;
    }

    private static double[] TimesTransposed(PlainMatrix matrix, double[] vector)
    {
        var product = new double[matrix.Columns];
        for (int i = 0; i < vector.Length; i++)
        {
            TensorPrimitives.MultiplyAdd(matrix.Row(i), vector[i], product, product);
        }

        return product;
    }
}
