using Hyperdiff;

// y = 2 x₁ + noise; the second feature means nothing
Tensor xTrain = Tensor.From(new double[,] { { 1, 0.3 }, { -1, 1.2 }, { 0.5, -0.7 }, { 2, 0.4 } }), yTrain = Tensor.From([2.1, -1.7, 0.8, 4.2]);
Tensor xVal = Tensor.From(new double[,] { { 1.5, -1 }, { -0.5, 0.8 }, { 0.2, 1.1 } }), yVal = Tensor.From([3.0, -1.0, 0.4]);

// the weights that minimize the training loss, as a function of the penalties; and the validation loss there
var training = Ridge.TrainObjective(xTrain, yTrain).MinimizedBy(Minimizer.NewtonCg(tolerance: 1e-10));
var problem = Bilevel.Problem(training, Ridge.ValidateObjective(xVal, yVal));

var start = new Weights(Tensor.Zeros([2]));
var penalty = new Penalty(Tensor.Zeros([2]));
var g = Hypergradient.Implicit(adjoint: LinearSolver.ConjugateGradient()).Compute(problem, start, penalty);

Console.WriteLine(g.Gradient.LogL2);    // dℓ/dλ, one per penalty
Console.WriteLine(g);                   // how far to trust it: every solve with its status, iterations, residual
g.EnsureConverged();
