using static Hyperdiff.Benchmarks.Objectives.ObjectiveNumbers;

namespace Hyperdiff.Benchmarks.Objectives;

/// <summary>Objectives of gradbench: a polynomial fitted by least squares, the logarithm of a sum of exponentials, k-means, an ordinary differential equation.
/// </summary>
internal static class ElementaryObjectives
{
    private static readonly FunctionForm<Tensor, (Tensor T, Tensor S, Tensor Powers)> s_fit = DifferentiableFunction.OfData(
        ((Tensor T, Tensor S, Tensor Powers) d, Tensor x) => 0.5 * (d.S - d.T.Unsqueeze(1).Pow(d.Powers).MatMul(x)).Square().Sum());

    private static readonly DifferentiableFunction<Tensor> s_logSumExp = DifferentiableFunction.OfPure((Tensor x) =>
    {
        // the shift is no part of the derivative: of 1 − Σ exp(x − m)/Σ exp(x − m) nothing but rounding is left, beside which 1/n is small
        Tensor greatest = x.Max().StopGradient();
        return greatest + (x - greatest).Exp().Sum().Log();
    });

    private static readonly DifferentiableFunction<Tensor> s_builtin = DifferentiableFunction.OfPure((Tensor x) => x.LogSumExp());

    private static readonly FunctionForm<Tensor, Tensor> s_cost = DifferentiableFunction.OfData((Tensor points, Tensor centroids) => Cost(points, centroids));

    // the Hessian is diagonal, so that its product with ones is its diagonal
    private static readonly FunctionForm<Tensor, Tensor> s_direction = DifferentiableFunction.OfData((Tensor points, Tensor centroids) =>
    {
        (Tensor slope, Tensor curvature) = Diff.Jvp((Tensor c) => Diff.Grad((Tensor at) => Cost(points, at), c), centroids, Tensor.OnesLike(centroids));
        return slope / curvature;
    });

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ObjectiveCase> All { get; } =
    [
        Fit(256),
        Fit(16392),
        LogSumExp(2500),
        LogSumExp(1_280_000),
        LogSumExp(1_280_000) with
        {
            Name = "lse, built in",
            Peer = "lse_builtin",
            Modes = [new ObjectiveMode(ObjectiveCase.Gradient, data => () => Of(s_builtin.ValueAndGrad(data[0])))],
        },
        Clusters(10, 10_000, 8),
        Clusters(100, 10_000, 16),
        Equation(1000, 10),
        Equation(1000, 100),
    ];

    private static ObjectiveCase Fit(int count)
    {
        const int Terms = 128;
        return new("llsq", $"n = {count}, m = {Terms}", "llsq", Data, new ObjectiveMode(ObjectiveCase.Gradient, data =>
        {
            DifferentiableFunction<Tensor> fit = s_fit.Bind((data[1], data[2], data[3]));
            return () => Of(fit.ValueAndGrad(data[0]));
        }));

        Tensor[] Data(DType dtype)
        {
            Tensor t = (Tensor.Arange(count).To(DType.Float64) * (2.0 / (count - 1))) - 1;
            return [Uniform(dtype, 1, Terms), t.To(dtype), t.Sign().To(dtype), Tensor.Arange(Terms).To(dtype)];
        }
    }

    private static ObjectiveCase LogSumExp(int count) => new(
        "lse", $"n = {count}", "lse", dtype => [Uniform(dtype, 2, count)],
        new ObjectiveMode(ObjectiveCase.Gradient, data => () => Of(s_logSumExp.ValueAndGrad(data[0]))));

    private static ObjectiveCase Clusters(int clusters, int count, int width)
    {
        return new("kmeans", $"k = {clusters}, n = {count}, d = {width}", "kmeans", Data,
            new ObjectiveMode(ObjectiveCase.Gradient, data =>
            {
                DifferentiableFunction<Tensor> cost = s_cost.Bind(data[1]);
                return () => Of(cost.ValueAndGrad(data[0]));
            }),
            new ObjectiveMode("direction", data =>
            {
                DifferentiableFunction<Tensor> direction = s_direction.Bind(data[1]);
                return () => [direction.Evaluate(data[0])];
            }));

        Tensor[] Data(DType dtype)
        {
            Tensor points = Uniform(dtype, 3, count, width);
            return [points[(count - clusters)..], points];
        }
    }

    private static Tensor Cost(Tensor points, Tensor c) =>
        (points.Square().Sum(1).Unsqueeze(0) + c.Square().Sum(1).Unsqueeze(1) - (2 * c.MatMul(points.Transpose()))).Min(0).Sum();

    // y₀′ = x₀, y_i′ = x_i y_{i−1} from 0 to 2 by Runge and Kutta's method of order 4: all of y, and the gradient of its last
    private static ObjectiveCase Equation(int count, int steps)
    {
        DifferentiableFunction<Tensor, (Tensor, Tensor)> solved = DifferentiableFunction.OfPure((Tensor x) =>
        {
            (Tensor last, Tensor all) = Ends(x, steps);
            return (last, all);
        });
        return new("ode", $"n = {count}, s = {steps}", "ode", Data, new ObjectiveMode(ObjectiveCase.Gradient, data =>
        {
            Tensor one = Tensor.Scalar(1, data[0].DType);
            return () =>
            {
                ((_, Tensor all), Tensor gradient) = solved.Vjp(data[0], (one, Tensor.ZerosLike(data[0])));
                return [all, gradient];
            };
        }));

        Tensor[] Data(DType dtype) => [Uniform(dtype, 4, count), Tensor.Scalar(steps)];
    }

    private static (Tensor Last, Tensor All) Ends(Tensor x, int steps)
    {
        double h = 2.0 / steps;
        int count = x.Shape[0];
        Tensor one = Tensor.Ones([1], x.DType);
        Tensor end = Loop.Iterate(
            steps,
            (Tensor y) =>
            {
                Tensor k1 = Slope(y), k2 = Slope(y + (h / 2 * k1)), k3 = Slope(y + (h / 2 * k2)), k4 = Slope(y + (h * k3));
                return y + (h / 6 * (k1 + (2 * k2) + (2 * k3) + k4));
            },
            Tensor.ZerosLike(x));
        return (end[count - 1], end);

        Tensor Slope(Tensor y) => x * Tensor.Concat(0, one, y[..(count - 1)]);
    }
}
