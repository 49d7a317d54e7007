using System.Diagnostics;
using Hyperdiff.Graphs;
using Hyperdiff.Primitives;

namespace Hyperdiff.Testing.Samples;

/// <summary>How far a value that a backend computes may be from the exact one: running error analysis, equation by equation.</summary>
/// <remarks>
/// With u the unit roundoff and E(x) the bound of an operand, to first order: <c>E(f(x)) = Σ |∂f/∂xᵢ| E(xᵢ) + c·u·|f|</c>, c = 1 for arithmetic and
/// <see cref="FunctionUlps"/> for functions; <c>E(Σx) = Σ E(x) + n·u·Σ|x|</c> with the number n of terms, which covers every order of summation; a product of
/// matrices likewise. (Higham 2002, Accuracy and Stability of Numerical Algorithms, sections 3.3, 3.5 and 4.2.) Two evaluations are within twice the bound.
/// </remarks>
internal static class ErrorBound
{
    /// <summary>The vectorized functions are within 4 units in the last place, which are 8 u.</summary>
    private const double FunctionUlps = 8;

    /// <summary>Covers what is of second order, and the rounding of the bound itself.</summary>
    private const double Safety = 2;

    /// <summary>The bound for every value of a graph; <paramref name="values"/> are the values themselves, in double precision.</summary>
    public static Dictionary<Value, double[]> Of(Graph graph, Dictionary<Value, double[]> values)
    {
        var bounds = new Dictionary<Value, double[]>();
        foreach (Value input in graph.Inputs)
        {
            bounds[input] = new double[input.Type.Shape.ElementCount];
        }

        foreach (Equation equation in graph.Equations)
        {
            Value result = equation.Results[0];
            double u = result.Type.DType.Epsilon() / 2;
            bounds[result] = Of(equation, u, values, bounds);
        }

        return bounds;
    }

    private static double[] Of(Equation equation, double u, Dictionary<Value, double[]> values, Dictionary<Value, double[]> bounds)
    {
        double[][] x = [.. equation.Operands.Select(operand => values[operand])];
        double[][] e = [.. equation.Operands.Select(operand => bounds[operand])];
        double[] y = values[equation.Results[0]];
        double Round(int i, double ulps = 1) => Safety * ulps * u * Math.Abs(y[i]);
        double[] Each(Func<int, double> bound) => [.. Enumerable.Range(0, y.Length).Select(bound)];
        return equation.Primitive switch
        {
            Fill fill => Each(i => u * Math.Abs(fill.Scalar)),
            Add or Subtract => Each(i => e[0][i] + e[1][i] + Round(i)),
            Multiply => Each(i => (Math.Abs(x[0][i]) * e[1][i]) + (Math.Abs(x[1][i]) * e[0][i]) + (e[0][i] * e[1][i]) + Round(i)),
            Divide => Each(i => ((e[0][i] + (Math.Abs(y[i]) * e[1][i])) / (Math.Abs(x[1][i]) - e[1][i])) + Round(i)),
            Negate => e[0],
            Exp => Each(i => (Math.Abs(y[i]) * (Math.Exp(e[0][i]) - 1)) + Round(i, FunctionUlps)),
            Log => Each(i => (e[0][i] / (Math.Abs(x[0][i]) - e[0][i])) + Round(i, FunctionUlps)),
            Tanh => Each(i => e[0][i] + Round(i, FunctionUlps)),
            SechSquared => Each(i => e[0][i] + Round(i, FunctionUlps)),
            EuclideanNorm norm => Normed(norm, equation, e[0], u, y),
            Reshape => e[0],
            BroadcastTo or Permute or Slice or Pad or Windows => Moved((Operation)equation.Primitive, equation, e[0]),
            Max or Min => Picked((Operation)equation.Primitive, equation, e[0]),
            Sum or OverlapAdd => Folded((Operation)equation.Primitive, equation, e[0], x[0], u),
            MatMul product => Multiplied(product, equation, e, x, u),
            _ => throw new UnreachableException($"no error bound for {equation.Primitive}"),
        };
    }

    private static double[] Moved(Operation operation, Equation equation, double[] bound) => Evaluated(operation, equation, bound);

    // the greatest of numbers is off by no more than the most any of them is
    private static double[] Picked(Operation operation, Equation equation, double[] bound) =>
        Evaluated(new Max(((Reduction)operation).Reduced), equation, bound);

    private static double[] Folded(Operation operation, Equation equation, double[] bound, double[] x, double u)
    {
        // windows add up to all elements of the kernel, a sum as many elements as there are for one of the result
        Shape shape = equation.Operands[0].Type.Shape;
        int terms = operation is OverlapAdd windows
            ? new Shape(shape.Sizes.AsSpan()[^(2 * windows.Sizes.Count)..^windows.Sizes.Count]).ElementCount
            : shape.ElementCount / Math.Max(1, equation.Results[0].Type.Shape.ElementCount);
        double[] errors = Evaluated(operation, equation, bound);
        double[] magnitudes = Evaluated(operation, equation, [.. x.Select(Math.Abs)]);
        return [.. errors.Zip(magnitudes, (error, magnitude) => error + (Safety * terms * u * magnitude))];
    }

    // a norm is off by no more than the norm of what its elements are off by, and half of the roundings of a sum of squares
    private static double[] Normed(EuclideanNorm norm, Equation equation, double[] bound, double u, double[] y)
    {
        int terms = equation.Operands[0].Type.Shape.ElementCount / Math.Max(1, y.Length);
        return [.. Evaluated(norm, equation, bound).Zip(y, (error, value) => error + (Safety * (terms + 2) * u * value))];
    }

    private static double[] Multiplied(MatMul product, Equation equation, double[][] e, double[][] x, double u)
    {
        int terms = equation.Operands[0].Type.Shape[product.TransposeLeft ? ^2 : ^1];
        double[] a = [.. x[0].Select(Math.Abs)], b = [.. x[1].Select(Math.Abs)];
        double[] wideA = [.. a.Zip(e[0], (value, error) => value + error)], wideB = [.. b.Zip(e[1], (value, error) => value + error)];

        // (|A| + E_A)(|B| + E_B) − |A||B| without the cancellation
        double[] left = Evaluated(product, equation, a, e[1]), right = Evaluated(product, equation, e[0], wideB), all = Evaluated(product, equation,
            wideA, wideB);
        return [.. left.Select((error, i) => error + right[i] + (Safety * (terms + 1) * u * all[i]))];
    }

    private static double[] Evaluated(Operation operation, Equation equation, params double[][] operands)
    {
        HostArray[] arrays = [.. operands.Select((operand, i) => new HostArray(new TensorType(DType.Float64, equation.Operands[i].Type.Shape), operand))];
        HostArray result = HostArray.Allocate(new TensorType(DType.Float64, equation.Results[0].Type.Shape));
        operation.Evaluate(arrays, result);
        return (double[])result.Data;
    }
}
