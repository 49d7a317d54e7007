using Hyperdiff.Fixtures;
using Hyperdiff.Graphs;
using Hyperdiff.Tests.Primitives;
using Hyperdiff.Transforms;

namespace Hyperdiff.Tests.InnerSolvers;

/// <summary>The laws of derivatives for solves: they are exact to the tolerance of the solves times the conditioning.</summary>
public sealed class SolveLawsTests
{
    // Solves are accurate to 1e-14 times a conditioning below 10, and a derivative adds up to a few of them; differences of solves lose the step, 1/128, on
    // top.
    private const double SolveError = 1e-12;
    private const double DifferenceError = 1e-10;

    public static TheoryData<string> Cases => new(SolveProblems.All.Select(item => item.Name));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Report_SaysConverged_AndTheResidualIsWithinTheTolerance(string name)
    {
        (_, Primitive primitive, Tensor[] operands, _) = Find(name);
        var report = SolveReport.FromTensor(primitive.Name, primitive.Apply(operands)[primitive.ReportResult!.Value]);

        Assert.True(report.Converged, report.ToString());
        Assert.InRange(report.Residual, 0, report.Tolerance);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Tangent_AgreesWithCentralDifferences(string name)
    {
        (_, _, Tensor[] point, Axes active) = Find(name);
        Graph graph = Solution(name);
        foreach (Axes subset in PrimitiveTheory.Subsets(active))
        {
            Tensor[] direction = PrimitiveTheory.Directions(subset.Items.Select(i => point[i].Type), seed: 31);
            Tensor[] result = LinearMap.At(graph, point, subset).Apply(direction).Tangents.Select(tangent => tangent!).ToArray();
            AssertDerivative(result, point, subset, direction, values => graph.Call(values).Outputs);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void TransposedTangent_HasTheSameInnerProducts(string name)
    {
        (_, _, Tensor[] point, Axes active) = Find(name);
        PrimitiveTheory.AssertAdjoint(LinearMap.At(Solution(name), point, active), active.Items.Select(i => point[i].Type),
            SolveError / DType.Float64.Epsilon());
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void SecondDerivative_ForwardOverReverse_AgreesWithCentralDifferencesOfTheGradient(string name)
    {
        (_, _, Tensor[] point, Axes active) = Find(name);
        Graph reverse = Derivatives.Reverse(Solution(name), active);
        Tensor[] cotangents = PrimitiveTheory.Directions(Solution(name).Outputs.Select(output => output.Type), seed: 32);
        Tensor[] direction = PrimitiveTheory.Directions(active.Items.Select(i => point[i].Type), seed: 33);
        Tensor[] result = LinearMap.At(reverse, [.. point, .. cotangents], active).Apply(direction).Tangents.Select(tangent => tangent!).ToArray();
        AssertDerivative(result, point, active, direction, values => reverse.Call([.. values, .. cotangents]).Outputs);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void SecondDerivative_ReverseOverReverse_HasTheSameInnerProducts(string name)
    {
        (_, _, Tensor[] point, Axes active) = Find(name);
        Graph reverse = Derivatives.Reverse(Solution(name), active);
        Tensor[] cotangents = PrimitiveTheory.Directions(Solution(name).Outputs.Select(output => output.Type), seed: 34);
        PrimitiveTheory.AssertAdjoint(LinearMap.At(reverse, [.. point, .. cotangents], active), active.Items.Select(i => point[i].Type),
            SolveError / DType.Float64.Epsilon());
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Reports_OfAllSolves_TravelWithTheDerivative(string name)
    {
        (_, _, Tensor[] point, Axes active) = Find(name);
        Graph reverse = Derivatives.Reverse(Solution(name), active);
        Tensor[] cotangents = PrimitiveTheory.Directions(Solution(name).Outputs.Select(output => output.Type), seed: 35);
        GraphResult result = reverse.Call([.. point, .. cotangents]);

        Assert.Equal(2, result.Reports.Length);
        Assert.Contains(result.Reports, report => report.Solver.StartsWith("adjoint", StringComparison.Ordinal));
        Assert.All(result.Reports, report => Assert.True(report.Converged, report.ToString()));
    }

    private static (string Name, Primitive Primitive, Tensor[] Operands, Axes Active) Find(string name) => SolveProblems.All.Single(item => item.Name == name);

    // without the report, which is not differentiated
    private static Graph Solution(string name)
    {
        (_, Primitive primitive, Tensor[] operands, _) = Find(name);
        return TracedFunction.Of(inputs => primitive.Apply(inputs)[..^1], operands.Select(operand => operand.Type).ToArray()).Graph;
    }

    private static void AssertDerivative(Tensor[] actual, Tensor[] point, Axes active, Tensor[] direction, Func<Tensor[], Tensor[]> function)
    {
        (double[] expected, double[] bound) = Richardson.Derivative(t =>
        {
            Tensor[] moved = [.. point];
            for (int i = 0; i < active.Count; i++)
            {
                moved[active[i]] = point[active[i]] + (t * direction[i]);
            }

            return PrimitiveTheory.Numbers(function(moved));
        });
        double[] numbers = PrimitiveTheory.Numbers(actual);
        double scale = Math.Max(1, expected.Select(Math.Abs).Max());
        Assert.Equal(expected.Length, numbers.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(Math.Abs(expected[i] - numbers[i]) <= bound[i] + (DifferenceError * scale),
                $"[{i}]: expected {expected[i]} ± {bound[i]}, got {numbers[i]}");
        }
    }
}
