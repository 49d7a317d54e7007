using DiffSharp.Model;
using Microsoft.FSharp.Core;

namespace Hyperdiff.DiffSharp.Tests;

/// <summary>Models of DiffSharp's: their parameters as a structure, themselves as objectives.</summary>
public class ModelTests
{
    private static readonly DiffTensor s_x = Make.Matrix(new double[,] { { 1, 0.3 }, { -1, 1.2 }, { 0.5, -0.7 }, { 2, 0.4 } });
    private static readonly DiffTensor s_y = Make.Matrix(new double[,] { { 2.1 }, { -1.7 }, { 0.8 }, { 4.2 } });

    [Fact]
    public void ParametersAreAStructureUnderTheirNames()
    {
        Linear model = NewModel();
        var parameters = ModelParameters.Of(model);
        Assert.Equal([.. model.parameters.Select(parameter => parameter.Item1)], [.. parameters.Parameters.Select(parameter => parameter.Name)]);
        Assert.Same(model.parameters.First().Item2.value.primalRaw, parameters.Parameters[0].Value.primalRaw);
        var flat = new FlatTree<ModelParameters>(ModelParameters.Tree, parameters, "w");
        Assert.Equal(parameters.Parameters.Length, flat.Leaves.Length);
        Assert.Contains(parameters.Parameters[0].Name, flat.Leaves[0].Name, StringComparison.Ordinal);
    }

    [Fact]
    public void AModelIsTrainedAndItsPenaltyHasAnExactHypergradient()
    {
        Linear model = NewModel();
        Objective<ModelParameters, DiffTensor> inner = DiffSharpModel.Objective(
            model,
            (DiffTensor h) => Square(model.forward(s_x) - s_y) + h.exp() * model.parameters.Select(p => Square(p.Item2.value)).Aggregate((a, b) => a + b),
            "Train");
        Objective<ModelParameters, DiffTensor> outer = DiffSharpModel.Objective(model, (DiffTensor h) => Square(model.forward(s_x * 1.1) - s_y), "Validate");
        var start = ModelParameters.Of(model);
        var minimization = inner.MinimizedBy(Minimizer.NewtonCg(tolerance: 1e-12));
        double Loss(double h) => outer.Evaluate(minimization.Solve(start, Make.Scalar(h)).State, Make.Scalar(h)).ToScalar();
        var g = Hypergradient.Implicit(adjoint: LinearSolver.ConjugateGradient(tolerance: 1e-12)).Compute(
            Bilevel.Problem(minimization, outer), start, Make.Scalar(-1));
        g.EnsureConverged();

        // central differences: error ε^(2/3) of the loss's curvature
        double step = 1e-4, difference = (Loss(-1 + step) - Loss(-1 - step)) / (2 * step);
        Make.Close(difference, g.Gradient, 1e-6);

        // the model is as it was, until it is told
        Assert.Same(start.Parameters[0].Value.primalRaw, model.parameters.First().Item2.value.primalRaw);
        g.State.AssignTo(model);
        Assert.Same(g.State.Parameters[0].Value.primalRaw, model.parameters.First().Item2.value.primalRaw);
    }

    [Fact]
    public void AModelHasItsParametersAgainAfterAFailure()
    {
        Linear model = NewModel();
        var start = ModelParameters.Of(model);
        Objective<ModelParameters, DiffTensor> fails = DiffSharpModel.Objective<DiffTensor>(model, _ => throw new TimeoutException(), "fails");
        Assert.Throws<TimeoutException>(() => fails.Gradient(start, Make.Scalar(0)));
        Assert.True(model.isNoDiff);
        Assert.Same(start.Parameters[0].Value.primalRaw, model.parameters.First().Item2.value.primalRaw);
    }

    [Fact]
    public void ParametersOfAnotherModelAreRefusedByName()
    {
        Linear model = NewModel();
        var other = ModelParameters.Of(Double(new Linear(3, 1, FSharpOption<bool>.Some(true))));
        Assert.Contains("[3, 1]", Assert.Throws<ArgumentException>(() => other.AssignTo(model)).Message, StringComparison.Ordinal);
        Assert.Contains("parameters are", Assert.Throws<ArgumentException>(() => other.AssignTo(new Dropout(null))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void LayersThatAreRandomOrRememberAreRefusedInTrainMode()
    {
        foreach (ModelBase model in new ModelBase[] { new Dropout(FSharpOption<double>.Some(0.5)), new BatchNorm1d(2, null, null, null, null, null) })
        {
            model.train();
            string message = Assert.Throws<InvalidOperationException>(() => DiffSharpModel.With(model, ModelParameters.Of(model), () => 0)).Message;
            Assert.Contains(model.GetType().Name, message, StringComparison.Ordinal);
            model.eval();
            Assert.Equal(0, DiffSharpModel.With(model, ModelParameters.Of(model), () => 0));
        }
    }

    private static Linear NewModel()
    {
        dsharp.seed(FSharpOption<int>.Some(1));
        return Double(new Linear(2, 1, FSharpOption<bool>.Some(true)));
    }

    private static Linear Double(Linear model)
    {
        model.move(null, Make.Float64, null);
        return model;
    }

    private static DiffTensor Square(DiffTensor x) => (x * x).sum(null);
}
