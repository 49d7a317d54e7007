using System.Reflection;
using Hyperdiff.Fixtures.Problems;
using Hyperdiff.Fixtures.Solvers;

namespace Hyperdiff.Tests.LinearSolvers;

/// <summary>Every solver, minimizer and iteration, as its factory makes it without numbers, solves a benign problem in both element types.</summary>
public sealed class DefaultSolverTests
{
    private const int Size = 6;

    // eigenvalues of A in [0.6, 1.4]: for solvers that start from A ≈ I as well
    private static readonly Tensor s_matrix = Dense.Of(MatrixMaker.PositiveDefinite(new Random(7), Size, 0.6, 1.4));
    private static readonly Tensor s_solution = Dense.Of(MatrixMaker.Gaussian(new Random(8), Size));

    private static readonly IReadOnlyDictionary<string, LinearSolver> s_linear = Made<LinearSolver>(typeof(LinearSolver));

    private static readonly IReadOnlyDictionary<string, InnerSolver> s_inner = Made<InnerSolver>(typeof(Minimizer), typeof(FixedPoint), typeof(Root));

    /// <summary>What stops after a number of terms, draws them, or solves another system.</summary>
    private static readonly string[] s_others = ["LinearSolver.Neumann", "LinearSolver.RandomTruncation", "LinearSolver.Ridge"];

    public static TheoryData<string, DType> LinearSolvers => InBothTypes(s_linear.Keys);

    public static TheoryData<string, DType> InnerSolvers => InBothTypes(s_inner.Keys);

    [Theory]
    [MemberData(nameof(LinearSolvers))]
    public void EveryLinearSolver_ConvergesByDefault(string name, DType type)
    {
        (Tensor a, Tensor x) = (s_matrix.To(type), s_solution.To(type));
        var matrix = LinearOperator.From(v => a.MatMul(v), x.Type);
        LinearSolution solution = s_linear[name].Solve(matrix, [a.MatMul(x)]);
        Assert.True(solution.Report.Converged, solution.Report.ToString());

        // ‖A⁻¹‖ of at most 2 amplifies the residual, and what b is rounded to
        double allowed = 4 * Math.Pow(type.Epsilon(), 2.0 / 3) * x.Norm().ToScalar();
        Assert.True(s_others.Contains(name) || (solution.Value[0] - x).Norm().ToScalar() <= allowed, $"{name}: {solution.Report}");
    }

    [Theory]
    [MemberData(nameof(InnerSolvers))]
    public void EveryInnerSolver_ConvergesByDefault(string name, DType type)
    {
        (Tensor a, Tensor x, Tensor start) = (s_matrix.To(type), s_solution.To(type), Tensor.Zeros([Size], type));
        Tensor b = a.MatMul(x);
        Solution<Tensor> solution = s_inner[name] switch
        {
            Minimizer by => Objective.From<Tensor, Tensor>((w, h) => (0.5 * w.MatMul(a.MatMul(w))) - w.MatMul(h)).MinimizedBy(by).Solve(start, b),
            FixedPointSolver by => FixedPointMap.From<Tensor, Tensor>((w, h) => w - a.MatMul(w) + h).SolvedBy(by).Solve(start, b),
            var by => RootCondition.From<Tensor, Tensor>((w, h) => a.MatMul(w) - h).SolvedBy((RootSolver)by).Solve(start, b),
        };
        Assert.True(solution.Report.Converged, solution.Report.ToString());

        // the estimate, and what the data are rounded to, through a condition of 3
        double allowed = 10 * Math.Pow(type.Epsilon(), 2.0 / 3) * x.Norm().ToScalar();
        Assert.True((solution.State - x).Norm().ToScalar() <= allowed, solution.Report.ToString());
    }

    [Theory]
    [MemberData(nameof(LinearSolvers))]
    public void ABatch_CostsTheSumOfItsItems(string name, DType type)
    {
        // products with the adjoint system, item by item: those of a batch are those that each takes alone
        (Tensor a, LinearSolver adjoint) = (s_matrix.To(type), s_linear[name]);
        Objective<Tensor, Tensor> f = Objective.From<Tensor, Tensor>(
            (w, h) => (0.5 * w.MatMul(a.MatMul(w))) + (0.02 * w.Square().Square().Sum()) - w.MatMul(h));
        Tensor Gradient(Tensor h) => Diff.Grad(
            at => Argmin.Of(f.MinimizedBy(Minimizer.NewtonCg()), Tensor.ZerosLike(at), at, adjoint).Square().Square().Sum(), h);
        Tensor[] items = [.. new[] { 1, 1e-3, 30 }.Select(scale => (scale * s_solution).To(type))];
        long Products(IEnumerable<SolveReport> reports) => reports.Sum(report => report.Products + report.TransposedProducts);
        BatchResult<Tensor> batch = Diff.VmapWithReports<Tensor, Tensor>(Gradient, Tensor.Stack(0, items));
        for (int i = 0; i < items.Length; i++)
        {
            BatchResult<Tensor> alone = Diff.VmapWithReports<Tensor, Tensor>(Gradient, items[i].Reshape(1, Size));
            Assert.InRange(Products(batch.Reports[i]), 1, Products(alone.Reports[0]));
        }
    }

    private static TheoryData<string, DType> InBothTypes(IEnumerable<string> names)
    {
        var data = new TheoryData<string, DType>();
        foreach (string name in names)
        {
            data.Add(name, DType.Float64);
            data.Add(name, DType.Float32);
        }

        return data;
    }

    private static Dictionary<string, T> Made<T>(params Type[] types)
        where T : class => types
        .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Static))
        .Where(factory => typeof(T).IsAssignableFrom(factory.ReturnType) && !factory.IsGenericMethod)
        .ToDictionary(factory => factory.DeclaringType!.Name + "." + factory.Name,
            factory => factory.Name == "From" ? (T)Own(factory.ReturnType) : (T)factory.Invoke(null, [.. factory.GetParameters().Select(Argument)])!);

    private static object Own(Type type) => type == typeof(LinearSolver) ? OwnSolvers.Linear()
        : type == typeof(Minimizer) ? OwnSolvers.Minimum() : type == typeof(FixedPointSolver) ? OwnSolvers.Map() : OwnSolvers.Zero();

    private static object? Argument(ParameterInfo parameter) => parameter switch
    {
        { IsOptional: true } => parameter.DefaultValue,
        { ParameterType: var type } when type == typeof(LinearSolver) => LinearSolver.ConjugateGradient(),
        { ParameterType: var type } when type == typeof(FixedPointSolver) => FixedPoint.Iteration(),
        { ParameterType: var type } when type == typeof(Minimizer) => Minimizer.NewtonCg(),
        { ParameterType: var type } when type == typeof(RandomKey) => RandomKey.FromSeed(1),
        { ParameterType: var type } when type == typeof(StepSize) => StepSize.FromSmoothness(1.4),
        { ParameterType: var type } when type == typeof(int) => 50,
        _ => 0.7,
    };
}
