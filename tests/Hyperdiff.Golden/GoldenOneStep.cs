namespace Hyperdiff.Golden;

/// <summary>Problems j and k: one step of an optimizer on a network of mixed operations, whose weights in the mixture are the hyperparameters.</summary>
public static class GoldenOneStep
{
    private const double Exactly = 1e-12;
    private const double SmallStep = 1e-10;
    private const double Small = 1e-3;

    /// <summary>All comparisons of a file.</summary>
    public static IEnumerable<GoldenCase> Of(GoldenFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        GoldenMethod[] methods = [.. file.Methods];
        bool archai = file.Problem == "j";
        Optimizer rule = archai
            ? Optimizer.Sgd(file.Number("lr"), file.Number("momentum"), weightDecay: file.Number("weight_decay"))
            : Optimizer.Sgd(file.Number("lr"));
        Objective<Tensor[], Tensor[]> train = GoldenProblem.Pure("L", (w, a) => Losses.CrossEntropy(Logits(file.Data("X"), w, a), file.Data("y")));
        UnrolledProblem<Tensor[], Tensor[]> problem = Bilevel.Problem(
            train.Unroll(rule), GoldenProblem.Pure("E", (w, a) => Losses.CrossEntropy(Logits(file.Data("Xv"), w, a), file.Data("yv"))));
        Tensor[] hyper = file.List("alphas");
        OptimizerState<Tensor[]> start = problem.Inner.Start(Weights("weights"), hyper);
        start = archai ? start.WithMemory(Weights("momentum_buffers")) : start;

        yield return Case("w'", string.Empty, Weights("w_prime"), Step(MixedProduct.Exact).State.Parameters, Exactly);
        foreach (GoldenMethod method in methods)
        {
            yield return Compare(method);
        }

        // k names the scale and the point, j has them from the optimizer
        DartsHypergradient<OptimizerState<Tensor[]>, Tensor[]> Step(MixedProduct product) => Hypergradient
            .Darts(1, archai ? StepDerivative.Differentiated : StepDerivative.Scaled(file.Number("lr")), archai ? EvaluationPoint.BeforeLastStep
            : EvaluationPoint.Start, product)
            .Compute(problem.WithMemory, start, hyper);

        GoldenCase Compare(GoldenMethod method)
        {
            // with the hyperparameters among the weights that are moved, the product is no longer the mixed one: what is right is the entry without them
            GoldenMethod? right = archai && method.Flag("params_include_alphas") ? Clean(method) : method;
            if (right is null)
            {
                return new GoldenCase(file.Name, method.Name, method.Parameters, double.NaN, double.NaN,
                    "the peer moves the hyperparameters along with the weights, and there is no entry without them");
            }

            string parameters = right == method ? method.Parameters : $"{method.Parameters} (against params_include_alphas=False)";
            if (Radius(method) is not { } radius)
            {
                return Case(method.Name, parameters, right.Hypergradient, Step(MixedProduct.Exact).Gradient, Exactly);
            }

            return Case(method.Name, parameters, right.Hypergradient, Step(MixedProduct.CentralDifference(radius)).Gradient, Tolerance(radius));
        }

        GoldenMethod? Clean(GoldenMethod method) => methods.FirstOrDefault(other => !other.Flag("params_include_alphas") && Radius(other) == Radius(method));

        GoldenCase Case(string name, string parameters, Tensor[] expected, Tensor[] actual, double tolerance) =>
            new(file.Name, name, parameters, GoldenComparison.RelativeError(expected, actual), tolerance, null);

        Tensor[] Weights(string name) => file.List(name, "V1", "V2", "U1", "U2", "Wo", "bo");
    }

    /// <summary>What rounding may do to a difference with this displacement.</summary>
    internal static double Tolerance(double radius) => radius < Small ? SmallStep : Exactly;

    private static double? Radius(GoldenMethod method) => method.Has("eps_unit") ? method.Number("eps_unit") : method.Has("r") ? method.Number("r") : null;

    private static Tensor Logits(Tensor x, Tensor[] w, Tensor[] a)
    {
        (Tensor first, Tensor second) = (a[0].Softmax(-1), a[1].Softmax(-1));
        Tensor h = (first[0] * x.MatMul(w[0]).Tanh()) + (first[1] * x.MatMul(w[1]));
        Tensor z = (second[0] * h.MatMul(w[2]).Tanh()) + (second[1] * h.MatMul(w[3])) + (second[2] * h);
        return z.MatMul(w[4]) + w[5];
    }
}
