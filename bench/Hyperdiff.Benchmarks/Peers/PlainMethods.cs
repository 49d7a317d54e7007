using System.Numerics.Tensors;

namespace Hyperdiff.Benchmarks.Peers;

/// <summary>The methods, as plain loops over a <see cref="IPlainProblem"/>.</summary>
internal static class PlainMethods
{
    /// <summary><c>v ← Jᵀ v + g</c>, so many updates from zero; then <c>h + Pᵀ v</c>.</summary>
    public static double[] FixedPoint(IPlainProblem problem, double[] w, int updates)
    {
        (double[] g, double[] h) = problem.OuterGradient(w);
        double[] v = new double[g.Length];
        for (int k = 0; k < updates; k++)
        {
            v = Sum(problem.TransposedProduct(w, v), g);
        }

        return Sum(h, problem.TransposedHyperProduct(w, v));
    }

    /// <summary>The norm of the residual at which conjugate gradients stop, as those of hypertorch do.</summary>
    public const double Enough = 1e-10;

    /// <summary>Conjugate gradients for <c>(I − Jᵀ) v = g</c> with symmetric J, so many updates at most; then <c>h + Pᵀ v</c>.</summary>
    public static double[] ConjugateGradient(IPlainProblem problem, double[] w, int updates)
    {
        (double[] g, double[] h) = problem.OuterGradient(w);
        double[] v = ConjugateGradient(x => Difference(x, problem.TransposedProduct(w, x)), g, updates);
        return Sum(h, problem.TransposedHyperProduct(w, v));
    }

    /// <summary>Conjugate gradients for <c>(I − J)(I − Jᵀ) v = (I − J) g</c>, so many updates at most; then <c>h + Pᵀ v</c>.</summary>
    public static double[] ConjugateGradientOnNormalEquations(IPlainProblem problem, double[] w, int updates)
    {
        (double[] g, double[] h) = problem.OuterGradient(w);
        double[] Forward(double[] x) => Difference(x, problem.Product(w, x));
        double[] v = ConjugateGradient(x => Forward(Difference(x, problem.TransposedProduct(w, x))), Forward(g), updates);
        return Sum(h, problem.TransposedHyperProduct(w, v));
    }

    /// <summary>So many steps from a start, and back through them.</summary>
    public static double[] Reverse(IPlainProblem problem, double[] start, int steps)
    {
        var iterates = new List<double[]> { start };
        for (int t = 0; t < steps; t++)
        {
            iterates.Add(problem.Step(iterates[t]));
        }

        (double[] alpha, double[] gradient) = problem.OuterGradient(iterates[steps]);
        for (int t = steps - 1; t >= 0; t--)
        {
            gradient = Sum(gradient, problem.TransposedHyperProduct(iterates[t], alpha));
            alpha = problem.TransposedProduct(iterates[t], alpha);
        }

        return gradient;
    }

    private static double[] ConjugateGradient(Func<double[], double[]> apply, double[] b, int updates)
    {
        double[] x = new double[b.Length], r = (double[])b.Clone(), p = (double[])b.Clone();
        double rr = TensorPrimitives.Dot<double>(r, r);
        for (int k = 0; k < updates && Math.Sqrt(rr) > Enough; k++)
        {
            double[] ap = apply(p);
            double curvature = TensorPrimitives.Dot<double>(p, ap);

            // by convention a direction of negative curvature ends the iteration before it is used
            if (curvature <= 0)
            {
                break;
            }

            double step = rr / curvature;
            TensorPrimitives.MultiplyAdd(p, step, x, x);
            TensorPrimitives.MultiplyAdd(ap, -step, r, r);
            double next = TensorPrimitives.Dot<double>(r, r);
            TensorPrimitives.MultiplyAdd(p, next / rr, r, p);
            rr = next;
        }

        return x;
    }

    private static double[] Sum(double[] x, double[] y)
    {
        var z = new double[x.Length];
        TensorPrimitives.Add<double>(x, y, z);
        return z;
    }

    private static double[] Difference(double[] x, double[] y)
    {
        var z = new double[x.Length];
        TensorPrimitives.Subtract<double>(x, y, z);
        return z;
    }
}
