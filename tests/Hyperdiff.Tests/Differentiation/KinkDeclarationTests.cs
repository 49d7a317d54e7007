using Hyperdiff.Graphs;
using Hyperdiff.Primitives;
using Hyperdiff.Testing.Samples;
using Hyperdiff.Transforms;

namespace Hyperdiff.Tests.Differentiation;

/// <summary>Every primitive whose derivative chooses, or that has none because it is constant between jumps, declares where.</summary>
public sealed class KinkDeclarationTests
{
    public static TheoryData<string> Names => [.. PrimitiveCases.All.Where(MustDeclare).Select(item => item.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void APrimitiveThatChooses_DeclaresWhere(string name)
    {
        PrimitiveCase item = PrimitiveCases.All.Single(item => item.Name == name);
        Assert.NotEmpty(KinkSearch.Of(Applied(item), item.Active).Places);
    }

    /// <summary>The cases stand away from kinks: what is counted there is nothing.</summary>
    [Fact]
    public void NothingIsCountedAwayFromThem() => Assert.All(
        PrimitiveCases.All.Where(item => item.DTypes.Contains(DType.Float64) && item.Active.Count > 0),
        item => Assert.Empty(KinkSearch.Of(Applied(item), item.Active).At(item.At(DType.Float64))));

    [Fact]
    public void TheTableIsNotEmpty() => Assert.True(Names.Count > 15, $"{Names.Count}");

    private static Graph Applied(PrimitiveCase item) =>
        TracedFunction.Of(operands => item.Primitive.Apply(operands),
            [.. item.At(item.DTypes.Contains(DType.Float64) ? DType.Float64 : item.DTypes[0]).Select(operand => operand.Type)]).Graph;

    private static bool MustDeclare(PrimitiveCase item)
    {
        // of nothing there is no kink; ties of singular values are refused, as no derivative exists; a choice is made by the comparison before it; x⁰ is
        // constant; a Gaussian and the slopes of activations choose where what follows is 0 to all digits, and a composite what it is seen from
        if (item.Active.Count == 0 || Applied(item).Inputs.Any(input => input.Type.Shape.ElementCount == 0)
            || item.Primitive is not Operation or Where or StopGradient or NumberPower { Exponent: 0 } or Gaussian or SiluSlope or GeluSlope or Composite)
        {
            return false;
        }

        Graph graph = Applied(item);
        LinearizedGraph linearized = Linearization.Of(graph, item.Active);
        bool chooses = linearized.Primal.Equations.Concat(linearized.Tangent.Equations)
            .Any(equation => !equation.Primitive.Equals(item.Primitive) && equation.Primitive is Comparison or PiecewiseConstant or ArgSort or ArgExtremum);
        bool jumps = linearized.ActiveOutputs.IsEmpty;
        return chooses || jumps;
    }
}
