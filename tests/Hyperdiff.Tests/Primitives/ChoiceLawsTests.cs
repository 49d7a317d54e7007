using Hyperdiff.Testing.Samples;

namespace Hyperdiff.Tests.Primitives;

/// <summary>The law of choices, for every primitive of the registry that has a derivative: what is not taken has no part in derivatives, though its slope is
/// infinite.</summary>
public sealed class ChoiceLawsTests
{
    public static TheoryData<string, DType> Cases => PrimitiveTheory.InBothTypes(PrimitiveCases.All.Where(item => item.Active.Count > 0));

    /// <summary>f(x + √z) at z = 0, in a branch that is not taken: what comes back through f is 0, and stays so at the infinite slope.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void AnInfiniteSlopeBefore_InABranchNotTaken_HasNoPart(string name, DType dtype) =>
        AssertNoPart(name, dtype, (z, f) => Tensor.Where(z.Sum() > 0, Sum(f(z.Sqrt()), dtype), 0));

    /// <summary>√(f(x + z) − f(x)) at z = 0, in a branch that is not taken.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void AnInfiniteSlopeAfter_InABranchNotTaken_HasNoPart(string name, DType dtype) =>
        AssertNoPart(name, dtype, (z, f) => Tensor.Where(z.Sum() > 0, Sum(f(z).Select(Root), dtype), 0));

    /// <summary>√(f(x + c) − f(x)) where c is chosen to be 0: f sees a constant, and so does the infinite slope behind it.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void AnInfiniteSlopeAfterAConstantThatWasTaken_HasNoPart(string name, DType dtype) =>
        AssertNoPart(name, dtype, (z, f) => Sum(f(Tensor.Where(z > 0, z.Sqrt(), 0)).Select(Root), dtype));

    // of F(z) + ½ Σ (z − 1)² at z = 0 only the second part is left, in every mode
    private static void AssertNoPart(string name, DType dtype, Func<Tensor, Func<Tensor, IEnumerable<Tensor>>, Tensor> function)
    {
        PrimitiveCase item = PrimitiveTheory.Find(name);
        Tensor[] point = item.At(dtype);
        foreach (int active in item.Active.Items.Where(i => point[i].Count > 0))
        {
            IEnumerable<Tensor> f(Tensor moved) => item.Primitive.Apply([.. point.Select((operand, i) => i == active ? operand + moved : operand)])
                .Where((result, i) => i != item.Primitive.ReportResult && result.DType.IsFloating());
            Tensor F(Tensor z) => function(z, f) + (0.5 * (z - 1).Square().Sum());
            Tensor zero = Tensor.ZerosLike(point[active]), v = PrimitiveTheory.Directions([zero.Type], seed: 41)[0];
            Tensor slope = Differentiate.Tangent(F, zero, v);

            Assert.All(PrimitiveTheory.Numbers([Differentiate.Gradient(F, zero)]), element => Assert.Equal(-1, element));
            Assert.Equal(-PrimitiveTheory.Numbers([v]).Sum(), slope.To(DType.Float64).ToScalar(), zero.Count * dtype.Epsilon());
            double[] direction = PrimitiveTheory.Numbers([v]);
            Assert.Equal(direction, PrimitiveTheory.Numbers([Differentiate.Tangent(x => Differentiate.Gradient(F, x), zero, v)]));
            Assert.Equal(direction, PrimitiveTheory.Numbers([Differentiate.Gradient(x => (Differentiate.Gradient(F, x) * v).Sum(), zero)]));
            Assert.Equal(direction, PrimitiveTheory.Numbers([Differentiate.Gradient(x => Differentiate.Tangent(F, x, v), zero)]));
        }
    }

    private static Tensor Root(Tensor y) => (y - y.StopGradient()).Sqrt();

    private static Tensor Sum(IEnumerable<Tensor> results, DType dtype) =>
        results.Aggregate(Tensor.Zeros([], dtype), (sum, result) => sum + result.Sum().To(dtype));
}
