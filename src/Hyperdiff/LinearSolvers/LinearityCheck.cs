using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>Whether a function is linear: its derivative must not depend on where it is taken, and must be the function itself.</summary>
/// <remarks>
/// The first is read from the graph, where it is exact: nothing that the derivative needs may depend on v. The second, which a constant term or a rounding to
/// integers violates, shows at one random v, if the function's captured tensors have values.
/// </remarks>
internal static class LinearityCheck
{
    private const int Seed = 1;

    // a thousandth of what random vectors show of a transpose that is not one, and thousands of times what products in float32 round
    private const double Overlooked = 1e-3;

    /// <summary>Refuses a function that is not linear.</summary>
    /// <param name="graph"><c>(v, captures) → A v</c>.</param>
    /// <param name="captures">The captured tensors.</param>
    /// <exception cref="ArgumentException">It is not linear.</exception>
    public static void Require(Graph graph, Tensor[] captures)
    {
        Axes vector = [.. Enumerable.Range(0, graph.Inputs.Length - captures.Length)];
        LinearizedGraph linearized = Linearization.Of(graph, vector);
        if (DependsOnVector(linearized, captures.Length))
        {
            throw Refusal("its derivative depends on v");
        }

        if (graph.Reports.IsEmpty && !Array.Exists(captures, capture => capture.IsTraced))
        {
            RequireThatItIsItsDerivative(graph, captures, vector);
        }
    }

    /// <summary>Refuses an operator that is not linear, or whose transpose is another's, on random vectors.</summary>
    /// <exception cref="ArgumentException">It is so.</exception>
    public static void Require(LinearOperator given)
    {
        var random = new Random(Seed);
        LeafVector u = given.InputTypes.Select(type => Draw(type, random)).ToArray(), v = given.InputTypes.Select(type => Draw(type, random)).ToArray();
        (LeafVector au, LeafVector av, LeafVector back) = (given * u, given * v, given.Transpose() * v);
        double precision = Math.Sqrt(given.InputTypes.Select(type => type.DType.Epsilon()).DefaultIfEmpty(0).Max());
        double size = (2 * Size(au)) + Size(av);
        if (Size((given * ((2.0 * u) - v)) - ((2.0 * au) - av)) > precision * size)
        {
            throw Refusal("A (2 u − v) is not 2 A u − A v");
        }

        double difference = Math.Abs(LeafVector.Dot(v, au).ToScalar() - LeafVector.Dot(back, u).ToScalar());
        if (difference > RandomVector.Allowed(precision, Overlooked, DenseMatrix.Size(given)) * ((Size(v) * Size(au)) + (Size(back) * Size(u))))
        {
            throw new ArgumentException("LinearOperator.From: the second function is not the transpose of the first: vᵀ(A u) is not (Aᵀ v)ᵀu.");
        }

        static double Size(LeafVector vector) => vector.Magnitude();
    }

    private static bool DependsOnVector(LinearizedGraph linearized, int captures)
    {
        var depending = new HashSet<Value>(linearized.Primal.Inputs.SkipLast(captures));
        foreach (Equation equation in linearized.Primal.Equations.Where(equation => equation.Operands.Any(depending.Contains)))
        {
            depending.UnionWith(equation.Results);
        }

        return linearized.Primal.Outputs.Skip(linearized.OutputCount).Any(depending.Contains);
    }

    private static void RequireThatItIsItsDerivative(Graph graph, Tensor[] captures, Axes vector)
    {
        var random = new Random(Seed);
        Tensor[] v = [.. graph.Inputs.SkipLast(captures.Length).Select(input => Draw(input.Type, random))];
        Tensor[] point = [.. v, .. captures];
        var map = LinearMap.At(graph, point, vector);
        Tensor?[] derivative = map.Apply(v).Tangents;
        double within = graph.ComputesInFloat32 ? DType.Float32.Epsilon() : 0;
        for (int i = 0; i < derivative.Length; i++)
        {
            LeafVector image = new([map.Outputs[i]]);
            LeafVector expected = new([derivative[i] ?? Tensor.ZerosLike(map.Outputs[i])]);
            double difference = (image - expected).Magnitude();

            // rounding of sums of n products is far below √ε; a NaN in a captured matrix is not a matter of linearity
            if (difference > Math.Sqrt(Math.Max(map.Outputs[i].DType.Epsilon(), within)) * (image.Magnitude() + expected.Magnitude()))
            {
                throw Refusal("it has a part that is constant, or piecewise constant, in v");
            }
        }
    }

    private static Tensor Draw(TensorType type, Random random) =>
        Tensor.Wrap([.. Enumerable.Range(0, type.Shape.ElementCount).Select(_ => (2 * random.NextDouble()) - 1)], type.Shape).To(type.DType);

    private static ArgumentException Refusal(string why) =>
        new($"LinearOperator.From: the function is not linear: {why}. Give its linear part alone; a constant belongs to the right-hand side.");
}
