namespace Hyperdiff.DiffSharp.Tests;

/// <summary>Hyperdiff's functions, solutions and hypergradients in DiffSharp programs, against exact derivatives, in every mix of DiffSharp's modes.</summary>
public class OperationTests
{
    // solves go to about √ε of their residual, and second derivatives take the error of the first
    private const double Solved = 1e-6;

    private static Func<DiffTensor, DiffTensor> Cubic { get; } = DiffSharpOperation.Of(x => x * x * x, "cube");

    // w* = (A + e^λ I)⁻¹ b as a fixed point, and its outer objective ½‖w‖²
    private static FixedPointProblem<DiffTensor, DiffTensor> Problem
    {
        get
        {
            Tensor a = Tensor.From(new[,] { { 2.0, 0.3 }, { 0.3, 1.5 } }), b = Tensor.From([1.0, -2.0]);
            FixedPointMap<Tensor, Tensor> map = FixedPointMap.OfPure((Tensor w, Tensor h) => w - (0.2 * (a.MatMul(w) + (h.Exp() * w) - b)));
            Objective<Tensor, Tensor> outer = Objective.OfPure((Tensor w, Tensor _) => 0.5 * w.Square().Sum());
            (Tensor, Tensor) like = (Tensor.Zeros([2]), Tensor.Zeros([]));
            return Bilevel.Problem(map.Over(like, DiffSharpTree.Tensor, DiffSharpTree.Tensor).SolvedBy(FixedPoint.Iteration(tolerance: 1e-13)),
                outer.Over(like, DiffSharpTree.Tensor, DiffSharpTree.Tensor));
        }
    }

    [Fact]
    public void AFunctionHasItsDerivativesOfEveryOrderAndMode()
    {
        DiffTensor x = Make.Scalar(1.5);
        Make.Close(3 * 2.25, dsharp.diff(Make.F(Cubic), x), 1e-14);
        Make.Close(3 * 2.25, dsharp.grad(Make.F(Cubic), x), 1e-14);
        Make.Close(9, dsharp.diff2(Make.F(Cubic), x), 1e-14);
        Make.Close(6, dsharp.diffn(3, Make.F(Cubic), x), 1e-14);
        Make.Close(9, dsharp.grad(Make.F(y => dsharp.grad(Make.F(Cubic), y)), x), 1e-14);
        Make.Close(9, dsharp.grad(Make.F(y => dsharp.diff(Make.F(Cubic), y)), x), 1e-14);
        Make.Close(9, dsharp.diff(Make.F(y => dsharp.grad(Make.F(Cubic), y)), x), 1e-14);
        Make.Close(6, dsharp.grad(Make.F(z => dsharp.grad(Make.F(y => dsharp.grad(Make.F(Cubic), y)), z)), x), 1e-14);
    }

    [Fact]
    public void AFunctionOfTwoTensorsTakesConstantsBesideWhatIsDifferentiated()
    {
        var product = DiffSharpOperation.Of((x, y) => (x * x * y).Sum());
        DiffTensor x = Make.Vector(1, 2), y = Make.Vector(3, -4);
        Make.Close([6, -16], dsharp.grad(Make.F(v => product(v, y)), x), 1e-14);
        Make.Close([1, 4], dsharp.grad(Make.F(v => product(x, v)), y), 1e-14);
        Make.Close([3 * 1.0, 3 * 4], dsharp.grad(Make.F(v => product(v, v)), x), 1e-14);
        DiffTensor hessian = dsharp.hessian(Make.F(v => product(v, v)), x);
        Make.Close([6, 0, 0, 12], hessian.view([4]), 1e-14);
    }

    [Fact]
    public void TheGradientAndTheHessianThroughAFixedPointAreExact()
    {
        Func<DiffTensor, DiffTensor> solution = DiffSharpOperation.Solution((FixedPointFinding<DiffTensor, DiffTensor>)Finding(), Make.Vector(0, 0));
        Func<DiffTensor, DiffTensor> program = h =>
        {
            DiffTensor w = solution(h * 2) ;
            return (w * w).sum(null) * 0.5;
        };
        (double first, double second) = FunctionTests.Exact(0.2);
        DiffTensor at = Make.Scalar(0.1);
        Make.Close(2 * first, dsharp.grad(Make.F(program), at), Solved);
        Make.Close(2 * first, dsharp.diff(Make.F(program), at), Solved);
        Make.Close(4 * second, dsharp.grad(Make.F(y => dsharp.grad(Make.F(program), y)), at), Solved);
        Make.Close(4 * second, dsharp.diff(Make.F(y => dsharp.grad(Make.F(program), y)), at), Solved);
        Make.Close(4 * second, dsharp.grad(Make.F(y => dsharp.diff(Make.F(program), y)), at), Solved);
    }

    [Fact]
    public void TheGradientOfAnOuterObjectiveIsTheHypergradientAndItsHessianIsExact()
    {
        Func<DiffTensor, DiffTensor> outer = DiffSharpOperation.OuterObjective(Problem, Make.Vector(0, 0));
        Func<DiffTensor, DiffTensor> hypergradient = DiffSharpOperation.Hypergradient(Problem, Make.Vector(0, 0));
        (double first, double second) = FunctionTests.Exact(0.2);
        DiffTensor at = Make.Scalar(0.2);
        Make.Close(first, dsharp.grad(Make.F(outer), at), Solved);
        Make.Close(first, hypergradient(at), Solved);
        Make.Close(second, dsharp.grad(Make.F(hypergradient), at), Solved);
        Make.Close(second, dsharp.diff(Make.F(hypergradient), at), Solved);
        Make.Close(second, dsharp.grad(Make.F(y => dsharp.grad(Make.F(outer), y)), at), Solved);

        DiffTensor vector = Make.Vector(0.2);
        Make.Close([second], dsharp.hessian(Make.F(h => outer(h.view([]))), vector).view([1]), Solved);
        (DiffTensor value, DiffTensor product) = DiffSharpDerivative.Jvp(hypergradient, at, Make.Scalar(3));
        Make.Close(first, value, Solved);
        Make.Close(3 * second, product, Solved);
    }

    [Fact]
    public void ADiffSharpFunctionMayBeTheInnerProblemOfAnOperation()
    {
        // a program of DiffSharp in a solve of Hyperdiff in a program of DiffSharp
        FixedPointMap<DiffTensor, DiffTensor> map = DiffSharpFunction.Map((DiffTensor w, DiffTensor h) => (w * 0.5).sin() + h, "sine");
        Func<DiffTensor, DiffTensor> solution = DiffSharpOperation.Solution(map.SolvedBy(FixedPoint.Iteration(tolerance: 1e-13)), Make.Scalar(0));
        DiffTensor at = Make.Scalar(0.3);
        double w = Make.Elements(solution(at))[0], c = Math.Cos(w / 2) / 2, d = -Math.Sin(w / 2) / 4, slope = 1 / (1 - c);
        Make.Close(slope, dsharp.grad(Make.F(solution), at), Solved);
        Make.Close(d * slope * slope * slope, dsharp.grad(Make.F(y => dsharp.grad(Make.F(solution), y)), at), Solved);
        Make.Close(d * slope * slope * slope, dsharp.diff2(Make.F(solution), at), Solved);
    }

    [Fact]
    public void SinglePrecisionStaysSinglePrecision()
    {
        DiffTensor Single(double x) => Make.Scalar(x).cast(DiffDtype.Float32);
        FixedPointMap<DiffTensor, DiffTensor> map = DiffSharpFunction.Map((DiffTensor w, DiffTensor h) => (w * Single(0.5)).sin() + h, "sine");
        Func<DiffTensor, DiffTensor> solution = DiffSharpOperation.Solution(map.SolvedBy(FixedPoint.Iteration()), Single(0));
        DiffTensor gradient = dsharp.grad(Make.F(solution), Single(0.3)), w = solution(Single(0.3));
        Assert.Equal(DiffDtype.Float32, gradient.dtype);

        // √ε of float32
        Assert.Equal(1 / (1 - (Math.Cos(w.ToHyperdiff().ToScalar() / 2) / 2)), gradient.ToHyperdiff().ToScalar(), 3e-4);
    }

    [Fact]
    public void IntegersAreNoHyperparameters()
    {
        FixedPointMap<DiffTensor, DiffTensor> map = DiffSharpFunction.Map((DiffTensor w, DiffTensor h) => w * 0.5 + h.cast(DiffDtype.Float64), "whole");
        Func<DiffTensor, DiffTensor> solution = DiffSharpOperation.Solution(map.SolvedBy(FixedPoint.Iteration()), Make.Scalar(0));
        Assert.Contains("whole", Assert.Throws<DTypeMismatchException>(() => solution(Make.Of(1, DiffDtype.Int32))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ASolveThatDoesNotConvergeIsAnExceptionOfTheProgram()
    {
        FixedPointMap<DiffTensor, DiffTensor> grows = DiffSharpFunction.Map((DiffTensor w, DiffTensor h) => w * 2 + h, "grows");
        Func<DiffTensor, DiffTensor> solution = DiffSharpOperation.Solution(grows.SolvedBy(FixedPoint.Iteration(maxIterations: 20)), Make.Scalar(1));
        Assert.Throws<SolveException>(() => dsharp.grad(Make.F(solution), Make.Scalar(1)));
    }

    private static SolvedFunction<DiffTensor, DiffTensor> Finding() => (SolvedFunction<DiffTensor, DiffTensor>)Problem.Solved!;
}
