using System.CommandLine;
using System.Globalization;
using Hyperdiff.Benchmarks.Jobs;
using Hyperdiff.Benchmarks.Peers;
using Hyperdiff.Data;

namespace Hyperdiff.Benchmarks.Accuracy;

/// <summary><c>loop-products</c>: how many products the adjoint solves of an outer loop take, each from zero, from the last adjoint, and from all that the last
/// solve left. Counts, which no machine changes.</summary>
internal static class LoopProductsCommand
{
    private const double InnerTolerance = 1e-9;
    private const int MostUpdates = 50_000;

    private static readonly Dictionary<string, Action<double, int>> s_problems = new()
    {
        ["lr_1000x100"] = Logistic,
        ["ill"] = Ill,
        ["rnn"] = Equilibrium,
        ["mlp"] = Perceptron,
        ["digits"] = Digits,
    };

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var names = new Option<string[]>("--problem") { Description = "One of the table; all if absent.", DefaultValueFactory = _ => [] };
        names.AcceptOnlyFromAmong([.. s_problems.Keys]);
        var tolerance = new Option<double>("--tolerance") { Description = "Of the adjoint solves, relative.", DefaultValueFactory = _ => 1e-6 };
        var steps = new Option<int>("--steps") { Description = "How many steps Adam makes.", DefaultValueFactory = _ => 30 };
        var command = new Command("loop-products", "Counts the products of the adjoint solves along an outer loop.") { names, tolerance, steps };
        command.SetAction(parsed =>
        {
            Console.WriteLine("""
                | problem | solver | from zero | from the last adjoint | recycled | steps, recycled |
                |---|---|--:|--:|--:|---|
                """);
            string[] asked = parsed.GetValue(names)!;
            foreach (string name in s_problems.Keys.Where(name => asked.Length == 0 || asked.Contains(name)))
            {
                s_problems[name](parsed.GetValue(tolerance), parsed.GetValue(steps));
            }
        });
        return command;
    }

    private static void Logistic(double tolerance, int steps)
    {
        PeerData data = PeerData.Logistic(1000, 100, DType.Float64);
        BilevelProblem<Weights, Penalty> problem = Bilevel.Problem(
            Benchmarks.Logistic.StepMap(data.X, data.Y, data.Rate).SolvedBy(FixedPoint.Anderson(5, tolerance: InnerTolerance)),
            Benchmarks.Logistic.ValidateObjective(data.ValidationX, data.ValidationY));
        foreach ((string name, double rate) in ((string, double)[])[("lr_1000x100", 0.1), ("lr_1000x100, rate 0.02", 0.02)])
        {
            Rows(name, problem, (new Weights(data.Start[0]), new Penalty(data.Hyper[0])), (Optimizer.Adam(rate), steps),
                Symmetric(tolerance).Where(solver => !solver.Name.Contains("Nyström", StringComparison.Ordinal)));
        }
    }

    /// <summary>Least squares of a condition of 10⁶, with penalties of that size, so that each moves the system.</summary>
    private static void Ill(double tolerance, int steps)
    {
        const int Features = 300;
        (Tensor x, Tensor y, Tensor xv, Tensor yv) = AccuracyProblems.IllData(Features);
        BilevelProblem<Weights, Penalty> problem = Bilevel.Problem(
            LeastSquares.TrainObjective(x, y).MinimizedBy(Minimizer.Lbfgs(30, 1e-4, maxIterations: MostUpdates)), LeastSquares.ValidateObjective(xv, yv));
        Rows("ill", problem, (new Weights(Tensor.Zeros([Features])), new Penalty(Tensor.Full([Features], -6 * Math.Log(10)))), (Optimizer.Adam(0.1), steps),
            Symmetric(tolerance));
    }

    private static void Equilibrium(double tolerance, int steps)
    {
        PeerData data = PeerData.Equilibrium(DType.Float64);
        BilevelProblem<Activations, Network> problem = Bilevel.Problem(
            Benchmarks.Equilibrium.StepMap(data.X).SolvedBy(FixedPoint.Iteration(InnerTolerance)), Benchmarks.Equilibrium.ValidateObjective(data.Y));
        Rows("rnn", problem, (new Activations(data.Start[0]), Network.Of(data.Hyper)), (Optimizer.Adam(1e-4), steps),
            [
                ("fixed point", LinearSolver.FixedPoint(tolerance)), ("GMRES(60)", LinearSolver.Gmres(60, tolerance)), ("Auto", LinearSolver.Auto(tolerance)),
            ]);
    }

    private static void Perceptron(double tolerance, int steps)
    {
        PeerData data = PeerData.Perceptron(DType.Float64);
        BilevelProblem<TwoLayers, LayerPenalties> problem = Bilevel.Problem(
            Benchmarks.Perceptron.TrainObjective(data.X, data.Y).MinimizedBy(Minimizer.Lbfgs(20, 1e-6, maxIterations: 3000)),
            Benchmarks.Perceptron.ValidateObjective(data.ValidationX, data.ValidationY));
        LinearSolver gradients = LinearSolver.ConjugateGradient(tolerance, maxIterations: MostUpdates);
        Rows("mlp", problem, (TwoLayers.Of(data.Start), LayerPenalties.Of(data.Hyper)), (Optimizer.Adam(0.02), steps),
            [
                ("CG", gradients), ("CG, diagonal 8", LinearSolver.Preconditioned(gradients, Preconditioner.Diagonal(8))),
                ("Auto", LinearSolver.Auto(tolerance, maxIterations: MostUpdates)),
            ]);
    }

    /// <summary>64-24-16-10 on images of digits: unknowns of layers, coupled across them.</summary>
    private static void Digits(double tolerance, int steps)
    {
        const double Penalty = -5.5;
        (int Inputs, int Outputs)[] sizes = [(64, 24), (24, 16), (16, 10)];
        DataSplit split = JobData.Digits().Split(RandomKey.FromSeed(1), validation: 0.4, test: 0.2, stratified: true);
        RandomKey[] keys = RandomKey.FromSeed(2).Split(sizes.Length);
        Tensor[] w = [.. sizes.Select((size, i) => keys[i].Normal([size.Inputs, size.Outputs]) / Math.Sqrt(size.Inputs))];
        Tensor Zeros(int layer) => Tensor.Zeros([sizes[layer].Outputs]);
        BilevelProblem<ThreeLayers, ThreePenalties> problem = Bilevel.Problem(
            DeepPerceptron.TrainObjective(split.Train.X.To(DType.Float64), split.Train.Y).MinimizedBy(Minimizer.Lbfgs(30, 1e-6, maxIterations: 20_000)),
            DeepPerceptron.ValidateObjective(split.Validation.X.To(DType.Float64), split.Validation.Y));
        Rows("digits", problem,
            (new ThreeLayers(w[0], Zeros(0), w[1], Zeros(1), w[2], Zeros(2)),
                new ThreePenalties(Tensor.Scalar(Penalty), Tensor.Scalar(Penalty), Tensor.Scalar(Penalty))),
            (Optimizer.Adam(0.02), steps), Symmetric(tolerance).Where(solver => !solver.Name.Contains("dense", StringComparison.Ordinal)));
    }

    private static (string Name, LinearSolver Solver)[] Symmetric(double tolerance)
    {
        LinearSolver gradients = LinearSolver.ConjugateGradient(tolerance, maxIterations: MostUpdates);
        return
        [
            ("CG", gradients), ("CG, diagonal 8", LinearSolver.Preconditioned(gradients, Preconditioner.Diagonal(8))),
            ("CG, Nyström 60", LinearSolver.Preconditioned(gradients, Preconditioner.Nystrom(60))),
            ("CG, Nyström 150", LinearSolver.Preconditioned(gradients, Preconditioner.Nystrom(150))), ("dense LU", LinearSolver.DenseLu(tolerance)),
            ("dense Cholesky", LinearSolver.DenseCholesky(tolerance)), ("Auto", LinearSolver.Auto(tolerance, maxIterations: MostUpdates)),
        ];
    }

    private static void Rows<TState, THyper>(string name, BilevelProblem<TState, THyper> problem, (TState State, THyper Hyper) start,
        (Optimizer By, int Steps) loop, IEnumerable<(string Name, LinearSolver Solver)> solvers)
    {
        foreach ((string called, LinearSolver solver) in solvers)
        {
            long[] cold = Products(solver, _ => null), warm = Products(solver, last => WarmStart.Of(last.Adjoint));
            long[] recycled = Products(LinearSolver.Recycled(solver), last => last.WarmStart);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"| {name} | {called} | {cold.Sum()} | {warm.Sum()} | {recycled.Sum()} | {string.Join(' ', recycled)} |"));
        }

        // the loop by hand, so that the next adjoint begins where each column says
        long[] Products(LinearSolver adjoint, Func<ImplicitHypergradient<TState, THyper>, WarmStart?> from)
        {
            var products = new long[loop.Steps];
            (TState state, OptimizerState<THyper> at, WarmStart? warm) = (start.State, loop.By.Start(start.Hyper), null);
            for (int k = 0; k < loop.Steps; k++)
            {
                ImplicitHypergradient<TState, THyper> g =
                    Hypergradient.Implicit(adjoint).Compute(problem, state, at.Parameters, new() { WarmStart = warm });
                (state, warm, at) = (g.State, from(g), loop.By.Next(at, g.EnsureConverged()));
                products[k] = g.AdjointReport.Products + g.AdjointReport.TransposedProducts;
            }

            return products;
        }
    }
}
