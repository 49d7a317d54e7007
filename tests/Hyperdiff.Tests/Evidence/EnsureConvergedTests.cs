using System.Collections.Immutable;
using System.Reflection;

namespace Hyperdiff.Tests.Evidence;

/// <summary>Whatever rests on solves says so in one word, and gives its value in the same.</summary>
public sealed class EnsureConvergedTests
{
    // an exception, what graphs say of themselves, an estimate, which has a status of its own, and what watchers are told
    private static readonly Type[] s_others = [typeof(SolveException), typeof(Hyperdiff.Graphs.GraphResult), typeof(ErrorEstimate<>), typeof(StepRecord)];

    [Fact]
    public void EveryResultWithReports_ReturnsItsValue_OrThrows()
    {
        Type[] results = [.. typeof(SolveReport).Assembly.GetExportedTypes().Where(type => type.GetProperties().Any(HoldsReports)).Except(s_others)];

        Assert.True(results.Length > 8, $"{results.Length} types");
        Assert.All(results, type => Assert.NotEqual(typeof(void), type.GetMethod("EnsureConverged", Type.EmptyTypes)?.ReturnType ?? typeof(void)));
    }

    [Fact]
    public void LinearSolutions_AndValuesWithGradients_GiveThemselves()
    {
        LinearOperator twice = LinearOperator.From((Tensor x) => 2 * x, new TensorType(DType.Float64, [2]));
        LinearSolution solution = LinearSolver.Gmres().Solve(twice, [Tensor.Ones([2])]);
        ValueAndGradient<Tensor> square = Diff.ValueAndGrad(x => x.Square().Sum(), Tensor.Ones([2]));

        Assert.Same(solution.Value, solution.EnsureConverged());
        Assert.Equal(square, square.EnsureConverged());
        Assert.Throws<SolveException>(LinearSolver.FixedPoint(maxIterations: 1).Solve(twice, [Tensor.Ones([2])]).EnsureConverged);
    }

    private static bool HoldsReports(PropertyInfo property) => property.PropertyType == typeof(SolveReport)
        || property.PropertyType == typeof(ImmutableArray<SolveReport>)
        || property.PropertyType == typeof(ImmutableArray<ImmutableArray<SolveReport>>);
}
