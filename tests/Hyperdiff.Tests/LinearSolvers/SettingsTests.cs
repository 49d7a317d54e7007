using System.Reflection;
using Hyperdiff.Fixtures.Problems;

namespace Hyperdiff.Tests.LinearSolvers;

/// <summary>Settings of solvers are checked wherever they come from: constructors, factories, and <c>with</c>.</summary>
public sealed class SettingsTests
{
    private static readonly Dictionary<Type, object> s_good = new()
    {
        [typeof(int)] = 3,
        [typeof(double)] = 0.5,
        [typeof(double?)] = 0.5,
        [typeof(Tolerance)] = new Tolerance(1e-6, 0),
        [typeof(LinearSolver)] = LinearSolver.ConjugateGradient(),
        [typeof(Preconditioner)] = Preconditioner.Diagonal(),
        [typeof(RandomKey)] = RandomKey.FromSeed(1),
        [typeof(string)] = "of one's own",
        [typeof(bool)] = true,
        [typeof(MatrixClass)] = MatrixClass.Symmetric,
        [typeof(Func<LinearSystem, LinearSolution>)] = (LinearSystem system) => system.Solution(system.Start),
        [typeof(Func<LinearOperator, LinearOperator>)] = (LinearOperator matrix) => matrix,
    };

    private static readonly Dictionary<Type, object?[]> s_bad = new()
    {
        [typeof(int)] = [-1, int.MinValue],
        [typeof(double)] = [double.NaN, double.NegativeInfinity, double.PositiveInfinity, -1.0],
        [typeof(double?)] = [double.NaN, double.NegativeInfinity, double.PositiveInfinity, -1.0],
        [typeof(LinearSolver)] = [null],
        [typeof(Preconditioner)] = [null],
        [typeof(RandomKey)] = [null],
    };

    public static TheoryData<Type> Records => new(typeof(LinearSolver).Assembly.GetTypes().Where(type =>
        (type.IsSubclassOf(typeof(LinearSolver)) || type.IsSubclassOf(typeof(Preconditioner))) && !type.IsAbstract).Append(typeof(Tolerance)));

    [Theory]
    [MemberData(nameof(Records))]
    public void Constructors_AndWith_RefuseWhatFactoriesRefuse(Type record)
    {
        ConstructorInfo constructor = record.GetConstructors().Single(item => item.GetParameters().Length > 0);
        ParameterInfo[] parameters = constructor.GetParameters();
        object?[] good = [.. parameters.Select(parameter => s_good[parameter.ParameterType])];
        object made = constructor.Invoke(good);
        for (int i = 0; i < parameters.Length; i++)
        {
            foreach (object? bad in s_bad.GetValueOrDefault(parameters[i].ParameterType, []))
            {
                // any seed is a seed; nothing is asked for where a tolerance is infinite
                if (parameters[i].Name == "Seed" || (record == typeof(Tolerance) && parameters[i].Name == "Absolute" && bad is double.PositiveInfinity))
                {
                    continue;
                }

                object?[] arguments = [.. good];
                arguments[i] = bad;
                AssertRefused(() => constructor.Invoke(arguments), $"{record.Name}.{parameters[i].Name} = {bad}");
                AssertRefused(() => record.GetProperty(parameters[i].Name!)!.SetValue(made, bad), $"{record.Name} with {parameters[i].Name} = {bad}");
            }
        }
    }

    [Fact]
    public void Zero_IsRefused_WhereNothingWouldBeDone()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new GmresSolver(0, default, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => LinearSolver.Anderson(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => LinearSolver.Broyden(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => LinearSolver.Descent(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => LinearSolver.Descent(1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => LinearSolver.Neumann(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Preconditioner.Diagonal(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Preconditioner.Nystrom(1));
        Assert.Throws<ShapeMismatchException>(() => new RandomTruncationSolver(1, 1, RandomKey.FromSeed(1).SplitBatch(2)));
    }

    [Fact]
    public void Windows_AreCutToWhatASpaceHolds()
    {
        // as they stand they would take gigabytes, or overflow
        Tensor diagonal = Tensor.From([.. Enumerable.Range(0, 20).Select(i => 0.5 + (0.05 * i))]);
        LinearOperator matrix = LinearOperator.From(v => diagonal * v, new TensorType(DType.Float64, [20]));
        foreach (LinearSolver solver in new[]
        {
            LinearSolver.Gmres(int.MaxValue), LinearSolver.Anderson(int.MaxValue), LinearSolver.Broyden(int.MaxValue),
            LinearSolver.Preconditioned(LinearSolver.Gmres(int.MaxValue), Preconditioner.Nystrom(int.MaxValue)),
            LinearSolver.Preconditioned(LinearSolver.ConjugateGradient(), Preconditioner.Diagonal(int.MaxValue)),
            LinearSolver.Gmres(int.MaxValue, maxIterations: int.MaxValue),
            LinearSolver.Anderson(int.MaxValue, maxIterations: int.MaxValue),
        })
        {
            SolveReport report = solver.Solve(matrix, [Tensor.Ones([20])]).Report;

            Assert.True(report.Converged, report.ToString());
        }
    }

    public static TheoryData<string, Func<Tensor, Tensor>> NotLinear => new()
    {
        { "constant", x => x + 1 },
        { "constant of a captured tensor", x => (2 * x) - Tensor.From([1.0, 2, 3]) },
        { "square", x => x.Square() },
        { "product of outputs", x => x * x.Sum() },
        { "absolute value", x => x.Abs() },
        { "rectifier", x => x.Relu() },
        { "choice", x => Tensor.Where(x > 0, x, 2 * x) },
        { "sine", x => x.Sin() },
        { "norm", x => x / x.Norm() },
        { "rounding", x => x + x.Floor() },
        { "rounding alone", x => x.Floor() },
        { "constant alone", _ => Tensor.Ones([3]) },
        { "sorted", x => x.Sort() },
        { "loop", x => Loop.Iterate(3, y => y * y, x) },
    };

    [Fact]
    public void Operator_OnWholeNumbers_IsRefused()
    {
        TensorType whole = new(DType.Int32, [3]), real = new(DType.Float32, [2]);
        Action[] makes =
        [
            () => LinearOperator.From(v => v + v, whole), () => LinearOperator.From(v => v, real, whole),
            () => LinearOperator.From((LeafVector v) => v, (LeafVector v) => v, real, whole),
        ];
        Assert.All(makes, make => Assert.Contains("is int32 [3]; operators act on float32 or float64", Assert.Throws<DTypeMismatchException>(make).Message,
            StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(NotLinear))]
    public void Operator_OfAFunctionThatIsNotLinear_IsRefused(string name, Func<Tensor, Tensor> function)
    {
        ArgumentException exception = Assert.Throws<ArgumentException>(() => LinearOperator.From(function, new TensorType(DType.Float64, [3])));

        Assert.True(exception.Message.Contains("not linear", StringComparison.Ordinal), name);
    }

    public static TheoryData<string, Func<Tensor, Tensor>> Linear => new()
    {
        { "identity", x => x },
        { "zero", Tensor.ZerosLike },
        { "matrix", x => Dense.Of(MatrixMaker.Gaussian(new Random(1), 3, 3)).MatMul(x) },
        { "quotient", x => x / Tensor.From([1.0, 2, 4]) },
        { "flip and sum", x => x.Flip(0) + x.Sum() },
        { "loop", x => Loop.Iterate(3, y => 0.5 * y, x) },
        { "gradient of a quadratic form", x => Diff.Grad(y => y.Square().Sum() + (y.Sum() * y.Sum()), x) },
        { "Hessian product", x => Diff.Hvp(y => y.Sin().Sum(), Tensor.From([1.0, 2, 3]), x) },
        { "NaN", x => x * double.NaN },
        { "tiny", x => x * 1e-300 },
    };

    [Theory]
    [MemberData(nameof(Linear))]
    public void Operator_OfALinearFunction_IsTaken(string name, Func<Tensor, Tensor> function)
    {
        LinearOperator matrix = LinearOperator.From(function, new TensorType(DType.Float64, [3]));

        Assert.True(matrix.Transpose().Apply(Tensor.Ones([3])).Length == 1, name);
    }

    [Fact]
    public void SeriesThatGrow_AreNotConverged_HoweverTheyStart()
    {
        LinearOperator matrix = LinearOperator.From(v => -2 * v, new TensorType(DType.Float64, [2]));
        Tensor[] b = [Tensor.Ones([2])];
        foreach (Tensor[]? start in new[] { null, [Tensor.Ones([2])], (Tensor[])[Tensor.From([1e6, -1e6])] })
        {
            Assert.Equal(SolveStatus.Diverged, LinearSolver.Neumann(5).Solve(matrix, b, start).Report.Status);
            Assert.All(Enumerable.Range(0, 8),
                seed => Assert.Equal(SolveStatus.Diverged,
                    LinearSolver.RandomTruncation(12, 10, RandomKey.FromSeed(seed)).Solve(matrix, b, start).Report.Status));
        }

        // and what contracts is not told to grow, from wherever it starts
        LinearOperator contracting = LinearOperator.From(v => 0.7 * v, new TensorType(DType.Float64, [2]));
        foreach (Tensor[]? start in new[] { null, (Tensor[])[Tensor.From([1e6, -1e6])] })
        {
            Assert.Equal(SolveStatus.Converged, LinearSolver.Neumann(5).Solve(contracting, b, start).Report.Status);
            Assert.All(Enumerable.Range(0, 8),
                seed => Assert.Equal(SolveStatus.Converged,
                    LinearSolver.RandomTruncation(12, 1, RandomKey.FromSeed(seed)).Solve(contracting, b, start).Report.Status));
        }
    }

    private static void AssertRefused(Action action, string what)
    {
        var exception = Record.Exception(action) as TargetInvocationException;
        Assert.True(exception?.InnerException is ArgumentException, $"{what} was taken");
    }
}
