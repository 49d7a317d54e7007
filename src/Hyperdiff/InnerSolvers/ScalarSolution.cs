using System.Globalization;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>The derivative of one unknown that a function of it and of hyperparameters determines.</summary>
internal static class ScalarSolution
{
    /// <summary><c>dw/dλ = −r_λ / r_w</c> for <c>r(w, λ) = 0</c>, with r = Φ − w for a map and r = c for a condition.</summary>
    /// <param name="function">Φ or c.</param>
    /// <param name="state">The solution.</param>
    /// <param name="hyper">The hyperparameters.</param>
    /// <param name="isMap">Whether the function is Φ.</param>
    /// <exception cref="SolveException">The state is no solution, or the derivative does not exist.</exception>
    public static THyper Gradient<THyper>(IBoundFunction<double, THyper> function, double state, THyper hyper, bool isMap)
    {
        (FlatTree<double> w, FlatTree<THyper> h) = (function.FlattenState(state), function.FlattenHyper(hyper));
        h.RequireActive($"The gradient of the solution of {function.Name}");
        BoundGraph bound = function.Bind(w, h);
        Tensor[] results = Derivatives.Gradient(bound.Graph, [.. bound.State, .. bound.Hyper]).Call(bound.Operands(w.Tensors, h.Tensors))
            .EnsureConverged(function.Name);
        double residual = results[0].ToScalar() - (isMap ? state : 0), slope = results[1].ToScalar() - (isMap ? 1 : 0);
        Tensor[] gradient = [.. results[2..].Select(partial => partial / -slope)];
        Require(function.Name, state, (residual, slope), Scale(state, results[1].ToScalar(), gradient, h.ActiveTensors));
        return h.RebuildActive(gradient);
    }

    // by how much w would move if λ vanished, and w itself: the size of the numbers that w is made of
    private static double Scale(double state, double partial, Tensor[] gradient, Tensor[] hyper)
    {
        double scale = Math.Abs(state) * (1 + Math.Abs(partial));
        for (int i = 0; i < gradient.Length; i++)
        {
            scale += (gradient[i] * hyper[i]).Abs().Sum().ToScalar();
        }

        return scale;
    }

    // a gradient taken beside the solution is off by as much as the second derivative says: half of the digits must be there
    private static void Require(string name, double state, (double Residual, double Slope) at, double scale)
    {
        (double residual, double slope) = at;
        double error = Math.Abs(residual / slope);
        if (!double.IsFinite(slope) || slope == 0 || !double.IsFinite(scale))
        {
            throw new SolveException(string.Create(CultureInfo.InvariantCulture,
                $"The solution of {name} at {state} has no derivative: the residual's own slope is {slope}; the solution is not the only one near, or turns there."));
        }

        if (!(error <= Math.Sqrt(DType.Float64.Epsilon()) * scale))
        {
            throw new SolveException(string.Create(CultureInfo.InvariantCulture,
                $"{state} is not a solution of {name}: the residual is {residual:G3}, and w would have to move by about {error:G3}. Solve first, and pass the "
                    + $"state of the solution."));
        }
    }
}
