namespace Hyperdiff.Golden;

/// <summary>A problem of the collection as a bilevel problem of Hyperdiff.</summary>
/// <param name="Map">Φ.</param>
/// <param name="Outer">F.</param>
/// <param name="Inner">The inner loss, of which Φ is a descent step; null if Φ is no such step.</param>
public sealed record GoldenProblem(FixedPointMap<Tensor[], Tensor[]> Map, Func<Tensor[], Tensor[], Tensor> Outer, Objective<Tensor[], Tensor[]>? Inner = null)
{
    private static readonly Tree<Tensor[]> s_tree = Tree.Array(Tree.Tensor);

    /// <summary>The problem of a file; null if its letter is not one of those that are iterated to a fixed point.</summary>
    public static GoldenProblem? Of(GoldenFile file) => file.Problem switch
    {
        "a" => Descent(file, Ridge(file, w => w.Square().Sum()), (w, _) => SquaredError(file, w[0])),
        "b" => Descent(file, PerFeature(file, HalfSquaredError), (w, h) => SquaredError(file, w[0]) + (0.01 * h[0].Square().Sum())),
        "c" => Descent(file, PerFeature(file, Logistic), (w, _) => Losses.BinaryCrossEntropyWithLogits(file.Data("Xv").MatMul(w[0]), file.Data("yv"))),
        "d" => Descent(file, Softmax(file), Validation(file)),
        "f" => Equilibrium(file, _ => (file.Data("C"), file.Data("d"))),
        "f2" => Equilibrium(file, h => (h[3], h[4])),
        "g" => Descent(file, Cleaning(file), Validation(file)),
        "h" => Descent(file, Network(file), (w, _) => Losses.CrossEntropy(Output(file.Data("Xv"), w), file.Data("yv"))),
        _ => null,
    };

    /// <summary>The bilevel problem, with a term added to F.</summary>
    public FixedPointProblem<Tensor[], Tensor[]> With(Func<Tensor[], Tensor> extra) =>
        Bilevel.Problem(Map, Pure("F", (w, h) => Outer(w, h) + extra(w)));

    /// <summary>The bilevel problem.</summary>
    public FixedPointProblem<Tensor[], Tensor[]> Problem() => Bilevel.Problem(Map, Pure("F", Outer));

    /// <summary>The bilevel problem in terms of the inner loss, with a term added to F if there is one; the minimizer takes its start as the minimum.</summary>
    public MinimizationProblem<Tensor[], Tensor[]> Minimization(Func<Tensor[], Tensor>? extra = null) => Bilevel.Problem(
        (Inner ?? throw new InvalidDataException("This problem has no inner loss.")).MinimizedBy(Minimizer.NewtonCg(maxIterations: 0)),
        Pure("F", extra is null ? Outer : (w, h) => Outer(w, h) + extra(w)));

    /// <summary>The inner loss of problem e, penalized by the exponential of the third hyperparameter.</summary>
    public static Objective<Tensor[], Tensor[]> Penalized(GoldenFile file) =>
        Pure("L", (w, h) => HalfSquaredError(file, w[0]) + (0.5 * h[2].Exp() * w[0].Square().Sum()));

    private static GoldenProblem Descent(GoldenFile file, Func<Tensor[], Tensor[], Tensor> inner, Func<Tensor[], Tensor[], Tensor> outer)
    {
        Objective<Tensor[], Tensor[]> loss = Pure("L", inner);
        return new GoldenProblem(loss.GradientDescentMap(file.Number("lr")), outer, loss);
    }

    // the functions below are pure, which the constructor of a form takes the caller's word for: so they are traced once
    internal static Objective<Tensor[], Tensor[]> Pure(string name, Func<Tensor[], Tensor[], Tensor> function) =>
        new ObjectiveForm<Tensor[], Tensor[], ValueTuple>(name, (w, h, _) => function(w, h), s_tree, s_tree, Tree.Unit).Bind(default);

    // z ← tanh(z A + X B + c); the outer objective is the cross-entropy of a linear read-out
    private static GoldenProblem Equilibrium(GoldenFile file, Func<Tensor[], (Tensor C, Tensor D)> readOut) => new(
        new MapForm<Tensor[], Tensor[], ValueTuple>(
            "Φ", (z, h, _) => [(z[0].MatMul(h[0]) + file.Data("X").MatMul(h[1]) + h[2]).Tanh()], s_tree, s_tree, Tree.Unit).Bind(default),
        (z, h) => Losses.CrossEntropy(z[0].MatMul(readOut(h).C) + readOut(h).D, file.Data("y")));

    private static Func<Tensor[], Tensor[], Tensor> Ridge(GoldenFile file, Func<Tensor, Tensor> penalty) =>
        (w, h) => HalfSquaredError(file, w[0]) + (0.5 * h[0].Exp() * penalty(w[0]));

    private static Func<Tensor[], Tensor[], Tensor> PerFeature(GoldenFile file, Func<GoldenFile, Tensor, Tensor> loss) =>
        (w, h) => loss(file, w[0]) + (0.5 * (h[0].Exp() * w[0].Square()).Sum());

    private static Tensor HalfSquaredError(GoldenFile file, Tensor w) => 0.5 * (file.Data("X").MatMul(w) - file.Data("y")).Square().Mean();

    internal static Tensor SquaredError(GoldenFile file, Tensor w) => 0.5 * (file.Data("Xv").MatMul(w) - file.Data("yv")).Square().Mean();

    private static Tensor Logistic(GoldenFile file, Tensor w) => Losses.BinaryCrossEntropyWithLogits(file.Data("X").MatMul(w), file.Data("y"));

    private static Func<Tensor[], Tensor[], Tensor> Softmax(GoldenFile file) => (w, h) =>
        Losses.CrossEntropy(file.Data("X").MatMul(w[0]) + w[1], file.Data("y")) + (0.5 * (h[0].Exp() * (w[0].Square().Sum(0) + w[1].Square())).Sum());

    private static Func<Tensor[], Tensor[], Tensor> Validation(GoldenFile file) =>
        (w, _) => Losses.CrossEntropy(file.Data("Xv").MatMul(w[0]) + w[1], file.Data("yv"));

    private static Func<Tensor[], Tensor[], Tensor> Cleaning(GoldenFile file) => (w, h) =>
    {
        Tensor logits = file.Data("X").MatMul(w[0]) + w[1];
        Tensor each = -logits.LogSoftmax(-1).Gather(file.Data("y").Unsqueeze(1), 1).Squeeze(1);
        return (h[0].Sigmoid() * each).Mean() + (0.5 * 0.05 * (w[0].Square().Sum() + w[1].Square().Sum()));
    };

    private static Func<Tensor[], Tensor[], Tensor> Network(GoldenFile file) => (w, h) =>
        Losses.CrossEntropy(Output(file.Data("X"), w), file.Data("y"))
        + (0.5 * h[0][0].Exp() * (w[0].Square().Sum() + w[1].Square().Sum()))
        + (0.5 * h[0][1].Exp() * (w[2].Square().Sum() + w[3].Square().Sum()));

    private static Tensor Output(Tensor x, Tensor[] w) => (x.MatMul(w[0]) + w[1]).Tanh().MatMul(w[2]) + w[3];
}
