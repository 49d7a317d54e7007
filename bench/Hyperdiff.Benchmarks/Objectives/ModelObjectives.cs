using Hyperdiff.Fixtures.ReferenceProblems;
using static Hyperdiff.Benchmarks.Objectives.ObjectiveNumbers;

namespace Hyperdiff.Benchmarks.Objectives;

/// <summary>The models of ADBench besides the mixture: bundle adjustment, the character model, the hand.</summary>
internal static class ModelObjectives
{
    private const int Observed = Reprojection.Camera + 4;

    // a residual depends on one observation alone, so that the Jacobian is a batch of small ones
    private static readonly DifferentiableFunction<(Tensor At, Tensor Feature), (Tensor, Tensor)> s_forward =
        OfObservation((f, x) => Diff.JacobianForward(f, x));

    private static readonly DifferentiableFunction<(Tensor At, Tensor Feature), (Tensor, Tensor)> s_reverse =
        OfObservation((f, x) => Diff.JacobianReverse(f, x));

    private static readonly FunctionForm<(Tensor Main, Tensor Extra), (Tensor State, Tensor Sequence)> s_characters = DifferentiableFunction.OfData(
        ((Tensor State, Tensor Sequence) d, (Tensor Main, Tensor Extra) at) => CharacterModel.Loss(at.Main, at.Extra, d.State, d.Sequence));

    private static readonly FunctionForm<Tensor, Tensor[]> s_handForward = DifferentiableFunction.OfData(
        (Tensor[] d, Tensor pose) => Diff.JacobianForward(x => HandObjective.Residual(x, d), pose)),
        s_handReverse = DifferentiableFunction.OfData((Tensor[] d, Tensor pose) => Diff.JacobianReverse(x => HandObjective.Residual(x, d), pose));

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ObjectiveCase> All { get; } = [Bundle(31_843), Characters(1024, 14), Hand(100)];

    private static ObjectiveCase Bundle(int observations)
    {
        return new("ba", $"p = {observations}", "bundle_adjustment", Data,
            new ObjectiveMode(ObjectiveCase.Forward, data => () => Parts(s_forward.Vmap((data[0], data[1])))),
            new ObjectiveMode(ObjectiveCase.Reverse, data => () => Parts(s_reverse.Vmap((data[0], data[1])))));

        static Tensor[] Parts((Tensor Value, Tensor Jacobian) result) => [result.Value, result.Jacobian];

        // the instance that ADBench publishes, every number of every observation changed a little
        Tensor[] Data(DType dtype)
        {
            Tensor one = Tensor.From([1.797201, 0.590697, -0.635786, 90.859550, 29.361415, 28.777534, 211.628116, -0.284531, -14.762924, 0.058931, 0.069976,
                4.173048, 5.586898, 1.403869, 0.417022]);
            Tensor at = one * (1 + (0.01 * Normal(DType.Float64, 9, observations, Observed)));
            return [at.To(dtype), (Tensor.From([-525.672849, 161.811929]) + Normal(DType.Float64, 10, observations, 2)).To(dtype)];
        }
    }

    private static DifferentiableFunction<(Tensor At, Tensor Feature), (Tensor, Tensor)> OfObservation(
        Func<Func<Tensor, Tensor>, Tensor, Tensor> jacobian) => DifferentiableFunction.OfPure(
            ((Tensor At, Tensor Feature) x) => (Reprojection.Error(x.At, x.Feature), jacobian(at => Reprojection.Error(at, x.Feature), x.At)));

    private static ObjectiveCase Characters(int length, int width)
    {
        const int Layers = 2;
        return new(
            "lstm",
            $"l = {Layers}, c = {length}",
            "lstm",
            dtype =>
            [
                Normal(dtype, 11, 2 * Layers, 4 * width), Normal(dtype, 12, 3, width), Normal(dtype, 13, 2 * Layers, width) * 0.3,
                (Uniform(DType.Float64, 14, length, width) > 0.9).To(dtype),
            ],
            new ObjectiveMode(ObjectiveCase.Gradient, data =>
            {
                var loss = s_characters.Bind((data[2], data[3]));
                return () =>
                {
                    ValueAndGradient<(Tensor Main, Tensor Extra)> result = loss.ValueAndGrad((data[0], data[1]));
                    return [result.Value, result.Gradient.Main, result.Gradient.Extra];
                };
            }));
    }

    private static ObjectiveCase Hand(int vertices)
    {
        return new("hand", $"26 angles, c = {vertices}", "hand", dtype => HandObjective.Numbers(vertices, dtype),
            new ObjectiveMode(ObjectiveCase.Forward, Bound(s_handForward)),
            new ObjectiveMode(ObjectiveCase.Reverse, Bound(s_handReverse)));

        static Func<Tensor[], Func<Tensor[]>> Bound(FunctionForm<Tensor, Tensor[]> form) => data =>
        {
            DifferentiableFunction<Tensor> jacobian = form.Bind(data[1..]);
            return () => [jacobian.Evaluate(data[0])];
        };
    }
}
