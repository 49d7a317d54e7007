using System.Globalization;

namespace Hyperdiff.Tests.OuterLoops;

/// <summary>Along an outer loop, what adjoint solves leave to each other saves products, and is a part of where the loop is.</summary>
public sealed class RecycledLoopTests : IDisposable
{
    private const int Features = 40;
    private const int Steps = 12;
    private const double Tolerance = 1e-9;

    private static readonly Tensor s_decay = Tensor.From([.. Enumerable.Range(0, Features).Select(i => Math.Pow(10, -2.0 * i / Features))]);
    private static readonly Tensor s_x = RandomKey.FromSeed(1).Normal([3 * Features, Features], DType.Float64) * s_decay;
    private static readonly Tensor s_y = s_x.Sum(-1) + (0.1 * RandomKey.FromSeed(2).Normal([3 * Features], DType.Float64));
    private static readonly Tensor s_xv = RandomKey.FromSeed(3).Normal([3 * Features, Features], DType.Float64) * s_decay;
    private static readonly Tensor s_yv = s_xv.Sum(-1);

    private readonly string _path = Path.GetTempFileName();

    public static TheoryData<string> Solvers => ["CG", "GMRES", "LU", "Cholesky", "Nyström", "diagonal", "auto", "auto, hard", "two leaves"];

    public void Dispose() => File.Delete(_path);

    [Theory]
    [MemberData(nameof(Solvers))]
    public void ARun_SavedAfterAnyStep_GoesOnWithTheSameBits_AndTheSameProducts(string name)
    {
        if (name == "two leaves")
        {
            SavedAndResumed(TwoLeaves(), (Tensor.Zeros([Features]), Tensor.Zeros([1])), Tensor.Full([Features], -4));
        }
        else
        {
            SavedAndResumed(Loop(Recycled(name)), Tensor.Zeros([Features]), Tensor.Full([Features], -4));
        }
    }

    [Theory]
    [InlineData("CG", 1)]
    [InlineData("LU", 0.5)]
    [InlineData("Cholesky", 0.5)]
    [InlineData("Nyström", 0.6)]
    public void ProductsAreSaved_BesideAWarmStart(string name, double share)
    {
        (long warm, Tensor before) = Ran(Loop(Plain(name)));
        (long recycled, Tensor after) = Ran(Loop(Recycled(name)));

        Assert.True(recycled < share * warm, $"{recycled} of {warm} products");

        // two runs of hypergradients that are good to 1e-9 or so, through Adam, which divides by what it remembers of them
        Assert.InRange((before - after).Norm().ToScalar(), 0, 1e-5 * before.Norm().ToScalar());

        static (long Products, Tensor Hyper) Ran(OuterLoop<Tensor, Tensor> loop)
        {
            OuterStep<Tensor, Tensor>[] steps = [.. loop.From(Tensor.Zeros([Features]), Tensor.Full([Features], -4))];
            return (steps.Sum(step => Products(step.Record)), steps[^1].Hyper);
        }
    }

    [Fact]
    public void Auto_AsTheDefault_ProbesOnce()
    {
        RootCondition<Tensor, Tensor> condition = RootCondition.From<Tensor, Tensor>((w, h) =>
            (s_x.Transpose().MatMul(s_x.MatMul(w) - s_y) / (3 * Features)) + (h.Exp() * w));
        OuterStep<Tensor, Tensor>[] steps =
        [
            .. OuterLoop.Over(Bilevel.Problem(condition.SolvedBy(Root.Newton()), Outer()), Hypergradient.Implicit()).With(Optimizer.Adam(0.02))
                .Until(Stop.AfterSteps(4)).From(Tensor.Zeros([Features]), Tensor.Full([Features], 2)),
        ];

        Assert.DoesNotContain("kept", Adjoint(steps[0].Record).Solver, StringComparison.Ordinal);
        for (int i = 1; i < steps.Length; i++)
        {
            Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"kept for {i} solve"), Adjoint(steps[i].Record).Solver, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void AFileOfALoopThatKeptNothing_IsReadByOneThatKeeps()
    {
        OuterLoop<Tensor, Tensor> plain = Loop(LinearSolver.ConjugateGradient(Tolerance)), keeps = Loop(Recycled("LU"));
        (Tensor start, Tensor hyper) = (Tensor.Zeros([Features]), Tensor.Full([Features], -4));
        plain.From(start, hyper).Step().Save(_path);

        OuterStep<Tensor, Tensor> next = keeps.From(keeps.Load(_path, start, hyper)).Step();
        Assert.True(next.Record.IsTrusted);
        next.Save(_path);

        // and the other way round: what another solver left is of no use, and does no harm
        Assert.True(plain.From(plain.Load(_path, start, hyper)).Step().Record.IsTrusted);
        Assert.True(Loop(Recycled("Nyström")).From(keeps.Load(_path, start, hyper)).Step().Record.IsTrusted);
    }

    private void SavedAndResumed<TState>(OuterLoop<TState, Tensor> loop, TState start, Tensor hyper)
    {
        OuterStep<TState, Tensor>[] steps = [.. loop.From(start, hyper)];
        foreach (OuterStep<TState, Tensor> step in steps.Where(step => step.Number % 3 == 1))
        {
            step.Save(_path);
            int next = step.Number;
            foreach (OuterStep<TState, Tensor> again in loop.From(loop.Load(_path, start, hyper)))
            {
                OuterStep<TState, Tensor> expected = steps[++next];
                Assert.Equal(expected.Record.Reports.Select(Written), again.Record.Reports.Select(Written));
                Assert.Equal(Bits(expected.Hyper), Bits(again.Hyper));
            }

            Assert.Equal(steps.Length - 1, next);
        }
    }

    private static LinearSolver Plain(string name) => name switch
    {
        "CG" => LinearSolver.ConjugateGradient(Tolerance),
        "GMRES" => LinearSolver.Gmres(20, Tolerance),
        "LU" => LinearSolver.DenseLu(Tolerance),
        "Cholesky" => LinearSolver.DenseCholesky(Tolerance),
        "Nyström" => LinearSolver.Preconditioned(LinearSolver.ConjugateGradient(Tolerance), Preconditioner.Nystrom(20)),
        "diagonal" => LinearSolver.Preconditioned(LinearSolver.ConjugateGradient(Tolerance)),

        // to a tolerance that conjugate gradients do not reach within as many updates as there are unknowns
        "auto, hard" => LinearSolver.Auto(1e-13),
        _ => LinearSolver.Auto(1e-3),
    };

    private static LinearSolver Recycled(string name) =>
        name.StartsWith("auto", StringComparison.Ordinal) ? Plain(name) : LinearSolver.Recycled(Plain(name));

    private static OuterLoop<Tensor, Tensor> Loop(LinearSolver adjoint)
    {
        Objective<Tensor, Tensor> train = Objective.From<Tensor, Tensor>(
            (w, h) => (0.5 * (s_x.MatMul(w) - s_y).Square().Mean()) + (0.5 * (h.Exp() * w.Square()).Sum()), "Train");
        return OuterLoop.Over(Bilevel.Problem(train.MinimizedBy(Minimizer.NewtonCg(1e-11)), Outer()), Hypergradient.Implicit(adjoint))
            .With(Optimizer.Adam(0.05)).Until(Stop.AfterSteps(Steps));
    }

    /// <summary>One leaf a thousand times smaller than the other, so that the system is solved in units of its leaves.</summary>
    private static OuterLoop<(Tensor W, Tensor Offset), Tensor> TwoLeaves()
    {
        Objective<(Tensor W, Tensor Offset), Tensor> train = Objective.From<(Tensor W, Tensor Offset), Tensor>(
            (w, h) => (0.5 * (s_x.MatMul(w.W) + (1000 * w.Offset) - s_y).Square().Mean()) + (0.5 * (h.Exp() * w.W.Square()).Sum()), "Train");
        Objective<(Tensor W, Tensor Offset), Tensor> outer = Objective.From<(Tensor W, Tensor Offset), Tensor>(
            (w, _) => 0.5 * (s_xv.MatMul(w.W) + (1000 * w.Offset) - s_yv).Square().Mean(), "Validate");
        return OuterLoop.Over(Bilevel.Problem(train.MinimizedBy(Minimizer.NewtonCg(1e-9)), outer), Hypergradient.Implicit(LinearSolver.Recycled(
            LinearSolver.DenseLu(Tolerance)))).With(Optimizer.Adam(0.05)).Until(Stop.AfterSteps(Steps));
    }

    private static Objective<Tensor, Tensor> Outer() => Objective.From<Tensor, Tensor>((w, _) => 0.5 * (s_xv.MatMul(w) - s_yv).Square().Mean(), "Validate");

    private static IEnumerable<long> Bits(Tensor tensor) => tensor.ToArray<double>().Select(BitConverter.DoubleToInt64Bits);

    private static string Written(SolveReport report) => System.Text.Json.JsonSerializer.Serialize(report);

    private static SolveReport Adjoint(StepRecord record) => record.Reports.Single(report => report.Solver.StartsWith("adjoint", StringComparison.Ordinal));

    private static long Products(StepRecord record) => Adjoint(record) is var report ? report.Products + report.TransposedProducts : 0;
}
