using DiffSharp.Model;

namespace Hyperdiff.DiffSharp.Tests;

/// <summary>The code of <c>docs/diffsharp.md</c>, with what it says of its results.</summary>
public class PageTests
{
    private const double Solved = 1e-6;

    private static readonly DiffTensor s_x = Make.Matrix(new double[,] { { 1, 0.3 }, { -1, 1.2 }, { 0.5, -0.7 }, { 2, 0.4 } });
    private static readonly DiffTensor s_y = Make.Vector(2.1, -1.7, 0.8, 4.2);

    [Fact]
    public void ADiffSharpFunctionHasHypergradients()
    {
        (DiffTensor x, DiffTensor y, DiffTensor w0, DiffTensor h0) = (s_x, s_y, Make.Vector(0, 0), Make.Vector(0, 0));

        // functions of DiffSharp's operations, differentiated by DiffSharp; solved and composed by Hyperdiff
        var train = DiffSharpFunction.Objective((DiffTensor w, DiffTensor h) => Squares(x.matmul(w) - y) + (h.exp() * w * w).sum(null), "train");
        var validate = DiffSharpFunction.Objective((DiffTensor w, DiffTensor _) => Squares(x.matmul(w) - y), "validate");
        var problem = Bilevel.Problem(train.MinimizedBy(Minimizer.NewtonCg(tolerance: 1e-10)), validate);
        var g = Hypergradient.Implicit().Compute(problem, w0, h0);
        DiffTensor gradient = g.EnsureConverged();

        Make.Close(Make.Elements(gradient), dsharp.grad(Make.F(DiffSharpOperation.OuterObjective(problem, w0)), h0), Solved);
    }

    [Fact]
    public void AGeneratedFormTakesDiffSharpTensors()
    {
        (DiffTensor x, DiffTensor y, DiffTensor w0, DiffTensor h0) = (s_x, s_y, Make.Vector(0, 0), Make.Vector(0, 0));

        // a form over records of Hyperdiff's tensors, called with a DiffSharp tensor for each leaf
        var like = (new Weights(w0.ToHyperdiff()), new Penalty(h0.ToHyperdiff()));
        Objective<DiffTensor, DiffTensor> train = RidgeForms.TrainObjective(x.ToHyperdiff(), y.ToHyperdiff())
            .Over(like, DiffSharpTree.Tensor, DiffSharpTree.Tensor);
        DiffTensor slope = train.Gradient(w0, h0);

        Assert.Equal(2, slope.nelement);
    }

    [Fact]
    public void ASolutionStandsInAProgram()
    {
        DiffTensor h0 = Make.Vector(0.3, 0.4), w0 = Make.Vector(0, 0);

        // w*(λ) as an operation of DiffSharp: gradients and Hessians of programs that contain it are right
        FixedPointMap<DiffTensor, DiffTensor> map = DiffSharpFunction.Map((DiffTensor w, DiffTensor h) => (w * 0.5).sin() + h, "sine");
        Func<DiffTensor, DiffTensor> solution = DiffSharpOperation.Solution(map.SolvedBy(FixedPoint.Anderson(tolerance: 1e-12)), start: w0);
        DiffTensor hessian = dsharp.hessian(Make.F(h => (solution(h) * solution(h)).sum(null)), h0);

        double[] w = Make.Elements(solution(h0));
        double Second(double v) => 2 * (Math.Pow(1 / (1 - (Math.Cos(v / 2) / 2)), 2) - (v * Math.Sin(v / 2) / 4 / Math.Pow(1 - (Math.Cos(v / 2) / 2), 3)));
        Make.Close([Second(w[0]), 0, 0, Second(w[1])], hessian.view([4]), Solved);
    }

    [Fact]
    public void AModelIsAState()
    {
        var model = new Linear(2, 1, null);
        model.move(null, Make.Float64, null);
        (DiffTensor x, DiffTensor y) = (s_x, s_y.view([4, 1]));

        // a model's parameters as the state; the model has them while the function runs
        var train = DiffSharpModel.Objective(model, (DiffTensor h) => Squares(model.forward(x) - y) + h.exp() * Squares(model.parameters["Linear-weight"]));
        var found = train.MinimizedBy(Minimizer.NewtonCg()).Solve(ModelParameters.Of(model), Make.Scalar(-2)).EnsureConverged();
        found.AssignTo(model);

        Assert.Equal(train.Evaluate(found, Make.Scalar(-2)).ToScalar(), train.Evaluate(ModelParameters.Of(model), Make.Scalar(-2)).ToScalar());
    }

    private static DiffTensor Squares(DiffTensor x) => (x * x).mean();
}
