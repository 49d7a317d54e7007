using Hyperdiff.Graphs;
using Hyperdiff.Testing.Samples;
using Hyperdiff.Transforms;

namespace Hyperdiff.Tests.Primitives;

/// <summary>The laws of derivatives, for every primitive of the registry in both floating types.</summary>
public sealed class PrimitiveLawsTests
{
    /// <summary>A rule is a chain of at most this many roundings of numbers that are no greater than the scale of the case.</summary>
    private const double Roundings = 32;

    public static TheoryData<string, DType> Cases => PrimitiveTheory.InBothTypes(PrimitiveCases.All);

    public static TheoryData<string, DType> DifferentiableCases => PrimitiveTheory.InBothTypes(PrimitiveCases.All.Where(item => item.Active.Count > 0));

    [Theory]
    [MemberData(nameof(DifferentiableCases))]
    public void Tangent_AgreesWithCentralDifferences(string name, DType dtype)
    {
        PrimitiveCase item = PrimitiveTheory.Find(name);
        Tensor[] point = item.At(dtype);
        Graph graph = PrimitiveTheory.Graph(item, dtype);
        foreach (Axes active in PrimitiveTheory.Subsets(item.Active))
        {
            Tensor[] direction = PrimitiveTheory.Directions(active.Items.Select(i => point[i].Type), seed: 11);
            Tensor[] result = LinearMap.At(graph, point, active).Apply(direction).Tangents.Select(
                (tangent, i) => tangent ?? Tensor.ZerosLike(Zero(graph.Outputs[i]))).ToArray();
            PrimitiveTheory.AssertDerivative(item, result, dtype, point, active, direction,
                values => PrimitiveTheory.Graph(item, DType.Float64).Call(values).Outputs);
        }
    }

    [Theory]
    [MemberData(nameof(DifferentiableCases))]
    public void TransposedTangent_HasTheSameInnerProducts(string name, DType dtype)
    {
        PrimitiveCase item = PrimitiveTheory.Find(name);
        LinearMap map = LinearMap.At(PrimitiveTheory.Graph(item, dtype), item.At(dtype), item.Active);
        PrimitiveTheory.AssertAdjoint(map, item.Active.Items.Select(i => item.At(dtype)[i].Type), Roundings);
    }

    [Theory]
    [MemberData(nameof(DifferentiableCases))]
    public void SecondDerivative_AgreesWithCentralDifferencesOfTheGradient(string name, DType dtype)
    {
        PrimitiveCase item = PrimitiveTheory.Find(name);
        Tensor[] point = item.At(dtype);
        Tensor[] cotangents = Cotangents(PrimitiveTheory.Graph(item, dtype));
        Tensor[] direction = PrimitiveTheory.Directions(item.Active.Items.Select(i => point[i].Type), seed: 12);
        Graph reverse = Derivatives.Reverse(PrimitiveTheory.Graph(item, dtype), item.Active);
        LinearMap map = LinearMap.At(reverse, [.. point, .. cotangents], item.Active);
        Tensor[] result = map.Apply(direction).Tangents.Select((tangent, i) => tangent ?? Tensor.ZerosLike(map.Outputs[i])).ToArray();

        Graph exact = PrimitiveTheory.Graph(item, DType.Float64);
        Tensor[] seeds = [.. cotangents.Select((cotangent, i) => cotangent.To(exact.Outputs[i].Type.DType))];
        PrimitiveTheory.AssertDerivative(
            item, result, dtype, point, item.Active, direction, values => Derivatives.Reverse(exact, item.Active).Call([.. values, .. seeds]).Outputs);
    }

    [Theory]
    [MemberData(nameof(DifferentiableCases))]
    public void SecondDerivative_ReverseOverReverse_HasTheSameInnerProducts(string name, DType dtype)
    {
        PrimitiveCase item = PrimitiveTheory.Find(name);
        Graph graph = PrimitiveTheory.Graph(item, dtype);
        Graph reverse = Derivatives.Reverse(graph, item.Active);
        LinearMap map = LinearMap.At(reverse, [.. item.At(dtype), .. Cotangents(graph)], item.Active);
        PrimitiveTheory.AssertAdjoint(map, item.Active.Items.Select(i => item.At(dtype)[i].Type), Roundings);
    }

    [Theory]
    [MemberData(nameof(DifferentiableCases))]
    public void SecondDerivative_ReverseOverForward_HasTheSameInnerProducts(string name, DType dtype)
    {
        PrimitiveCase item = PrimitiveTheory.Find(name);
        Tensor[] point = item.At(dtype);
        TensorType[] types = [.. item.Active.Items.Select(i => point[i].Type)];
        Graph forward = Derivatives.Forward(PrimitiveTheory.Graph(item, dtype), item.Active);
        LinearMap map = LinearMap.At(forward, [.. point, .. PrimitiveTheory.Directions(types, seed: 13)], item.Active);
        PrimitiveTheory.AssertAdjoint(map, types, Roundings);
    }

    [Theory]
    [MemberData(nameof(DifferentiableCases))]
    public void SecondDerivative_ForwardOverForward_IsThatOfForwardOverReverse(string name, DType dtype)
    {
        PrimitiveCase item = PrimitiveTheory.Find(name);
        Tensor[] point = item.At(dtype);
        Graph graph = PrimitiveTheory.Graph(item, dtype);
        TensorType[] types = [.. item.Active.Items.Select(i => point[i].Type)];
        Tensor[] cotangents = Cotangents(graph);
        Tensor[] u = PrimitiveTheory.Directions(types, seed: 16);
        Tensor[] v = PrimitiveTheory.Directions(types, seed: 17);

        // ⟨c, D²f[u, v]⟩ in both ways
        LinearMap forward = LinearMap.At(Derivatives.Forward(graph, item.Active), [.. point, .. u], item.Active);
        LinearMap reverse = LinearMap.At(Derivatives.Reverse(graph, item.Active), [.. point, .. cotangents], item.Active);
        Tensor[] ofForward = [.. forward.Apply(v).Tangents.Select((tangent, i) => tangent ?? Tensor.ZerosLike(forward.Outputs[i]))];
        Tensor[] ofReverse = [.. reverse.Apply(v).Tangents.Select((tangent, i) => tangent ?? Tensor.ZerosLike(reverse.Outputs[i]))];
        double scale = PrimitiveTheory.Numbers(forward.Outputs[^graph.Outputs.Length..]).Sum(Math.Abs);
        PrimitiveTheory.AssertSameInnerProduct(cotangents, ofForward[^graph.Outputs.Length..], ofReverse[^types.Length..], u, Roundings, scale);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Tangent_OfAnOperandWithoutDerivative_IsStructurallyZero(string name, DType dtype)
    {
        PrimitiveCase item = PrimitiveTheory.Find(name);
        Graph graph = PrimitiveTheory.Graph(item, dtype);

        if (graph.Outputs.All(output => !output.Type.DType.IsFloating()))
        {
            Assert.All(LinearMap.At(graph, item.At(dtype), item.Active)
                .Apply(PrimitiveTheory.Directions(item.Active.Items.Select(i => item.At(dtype)[i].Type), 14)).Tangents, Assert.Null);
        }
    }

    private static Tensor Zero(Value value) => Tensor.Zeros(value.Type.Shape, value.Type.DType);

    private static Tensor[] Cotangents(Graph graph) => PrimitiveTheory.Directions(graph.Outputs.Select(output => output.Type), seed: 15);
}
